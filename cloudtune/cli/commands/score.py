"""`cloudtune score`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cloudtune.cli import console, options


class ScoreFormat(StrEnum):
    """How a score is written."""

    text = "text"
    json = "json"
    markdown = "markdown"
    svg = "svg"


def score(
    specs: options.Paths = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    revision: Annotated[
        str,
        typer.Option("--revision", metavar="REVISION", help="Walk the history that led to this revision."),
    ] = "HEAD",
    allow_outside: options.AllowOutside = False,
    style: Annotated[ScoreFormat, typer.Option("--format", help="How the score is written.")] = (
        ScoreFormat.text
    ),
) -> None:
    """Hold every committed forecast against what came since: git is the archive."""
    from cloudtune.cli.opening import open_store, selected
    from cloudtune.scoring import text as scoring_text
    from cloudtune.scoring.chart import as_svg
    from cloudtune.scoring.score import score_repository

    store = open_store(root, allow_outside=allow_outside)
    ids = selected(store, specs, select)
    found = score_repository(store, ids, revision, allow_outside=allow_outside)
    console.problems(found.problems, console.plain, out=False)
    if style is ScoreFormat.json:
        console.result_json(scoring_text.as_json(found))
        return
    renderers = {
        ScoreFormat.text: scoring_text.as_text,
        ScoreFormat.markdown: scoring_text.as_markdown,
        ScoreFormat.svg: as_svg,
    }
    console.result(renderers[style](found), "raw" if style is ScoreFormat.svg else "text")
