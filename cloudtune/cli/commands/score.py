"""`cloudtune score`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from cloudtune.cli import console, options


class Style(StrEnum):
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
        str, typer.Option("--revision", help="Walk the history that led to this revision.")
    ] = "HEAD",
    allow_outside: options.AllowOutside = False,
    style: Annotated[Style, typer.Option("--format", help="How the score is written.")] = (Style.text),
) -> None:
    """Hold every committed forecast against what came since: git is the archive."""
    from cloudtune.cli.opening import open_store, selected
    from cloudtune.review import score_text
    from cloudtune.review.score_svg import as_svg
    from cloudtune.review.scoring import score_repository

    store = open_store(root, allow_outside=allow_outside)
    ids = selected(store, specs, select)
    found = score_repository(store, ids, revision, allow_outside=allow_outside)
    console.problems(found.problems, console.plain, out=False)
    if style is Style.json:
        console.result_json(score_text.as_json(found))
        return
    renderers = {
        Style.text: score_text.as_text,
        Style.markdown: score_text.as_markdown,
        Style.svg: as_svg,
    }
    console.result(renderers[style](found))
