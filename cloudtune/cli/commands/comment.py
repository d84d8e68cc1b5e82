"""`cloudtune comment`."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.hosting.marker import Marker
    from cloudtune.report.templates import Templates
    from cloudtune.review.comment import Comment

BUDGET = 60_000
"""Characters that are printed; a platform that takes less is sent less."""


class CommentFormat(StrEnum):
    """How a comment is written."""

    markdown = "markdown"
    json = "json"


_Head = Annotated[
    str | None,
    typer.Option(
        "--head", metavar="REVISION", help="Commit that is judged. Default: that of the CI job, else HEAD."
    ),
]


def comment(
    *,
    root: options.Root = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base", metavar="REVISION", help="Revision to compare with. Default: that of the pull request."
        ),
    ] = None,
    head: _Head = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Refit, and say how much each cause moved.")
    ] = False,
    post: Annotated[
        bool, typer.Option("--post", help="Create or update the one comment of the pull request.")
    ] = False,
    body: Annotated[
        Path | None,
        typer.Option(
            "--body",
            metavar="FILE",
            help="Render and post what another job wrote with --format json.",
        ),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--pr", metavar="N", help="Number of the pull request. Default: that of the CI job."),
    ] = None,
    run: Annotated[
        int | None, typer.Option("--run", metavar="N", help="Number of the CI run; a later one wins.")
    ] = None,
    key: Annotated[
        str, typer.Option("--key", metavar="KEY", help="Tells several comments on one pull request apart.")
    ] = "specs",
    tolerance: options.Tolerance = "2%",
    today: options.Today = None,
    style: Annotated[CommentFormat, typer.Option("--format", help="How the comment is written.")] = (
        CommentFormat.markdown
    ),
) -> None:
    """Render the comment that a pull request gets; `--post` puts it there."""
    if body is not None:
        made = _received(body, head)
    else:
        made = _made(root, base, head, today, tolerance, explain=explain)
    if style is CommentFormat.json:
        from cloudtune.hosting.handover import as_json

        console.result_json(as_json(made))
        return
    render = _renderer(made, _templates(root, made if post and body is None else None))
    if post:
        _post(_marker(made, key, run), render, number)
    else:
        console.result(render(BUDGET))


def _made(
    root: Path | None, base: str | None, head: str | None, today: str | None, tolerance: str, *, explain: bool
) -> Comment:
    from dataclasses import replace

    from cloudtune.cli.opening import open_store, share
    from cloudtune.cli.reviewing import explained, present
    from cloudtune.hosting.pull_request import CommentRequest, compose, explained_words

    store = open_store(root, today)
    request = CommentRequest(os.environ, base, head, share(tolerance))
    made = compose(store, present(store, today), request)
    if not explain:
        return made
    diff = explained(store, made.diff, allow_outside=False)
    return replace(made, diff=diff, explained=explained_words(diff))


def _received(body: Path, head: str | None) -> Comment:
    from cloudtune.hosting.handover import MOST_BYTES, loaded

    with body.open("rb") as stream:
        return loaded(stream.read(MOST_BYTES + 1), head)


def _templates(root: Path | None, posted: Comment | None) -> Templates:
    """Those of the working tree; what we post of it is told by those of its base, which were reviewed."""
    from cloudtune.hosting.pull_request import templates_at
    from cloudtune.report.templates import load_templates
    from cloudtune.spec import find_root

    place = find_root(Path.cwd(), root)
    return load_templates(place) if posted is None else templates_at(place, posted.diff.base_commit)


def _renderer(made: Comment, templates: Templates) -> Callable[[int], str]:
    from cloudtune.hosting.pull_request import blob_of
    from cloudtune.review.comment import render_comment

    blob = blob_of(os.environ, made.diff.head_commit, made.prefix)
    return lambda budget: render_comment(made, templates, blob=blob, budget=budget)


def _marker(made: Comment, key: str, run: int | None) -> Marker:
    from cloudtune.hosting.marker import Marker
    from cloudtune.hosting.pull_request import run_of

    number = run_of(os.environ) if run is None else run
    return Marker(key, made.diff.head_commit, number, made.as_of, is_quiet=made.is_quiet)


def _post(marker: Marker, render: Callable[[int], str], number: int | None) -> None:
    from cloudtune.hosting.platforms import target_of
    from cloudtune.hosting.posting import post

    posted = post(target_of(os.environ, number), marker, render)
    console.talk(f"comment {posted.outcome}: {posted.why or posted.url}")
