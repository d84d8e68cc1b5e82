"""`cloudtune comment`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.hosting.pull_request import CommentRequest
    from cloudtune.review.comment import Comment
    from cloudtune.review.marker import Marker

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
            "--body", metavar="FILE", help="Post this file, rendered by another job, after a look at it."
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
) -> None:
    """Render the comment that a pull request gets; `--post` puts it there."""
    if body is not None:
        marker, render = _received(body, head or "", run or 0)
        _post(marker, render, number)
        return
    from cloudtune.cli.opening import share
    from cloudtune.hosting.pull_request import CommentRequest
    from cloudtune.review.comment import render_comment

    request = CommentRequest(key, os.environ, base, head, share(tolerance))
    made = _made(root, request, today, explain=explain)

    if post:
        _post(made.marker, lambda budget: render_comment(made, budget), number)
    else:
        console.result(render_comment(made))


def _made(root: Path | None, request: CommentRequest, today: str | None, *, explain: bool) -> Comment:
    from dataclasses import replace

    from cloudtune.cli.opening import open_store
    from cloudtune.cli.reviewing import explained, present
    from cloudtune.hosting.pull_request import compose, explained_words

    store = open_store(root, today)
    made = compose(store, present(store, today), request)
    if not explain:
        return made
    diff = explained(store, made.diff, allow_outside=False)
    return replace(made, diff=diff, explained=explained_words(diff))


def _received(body: Path, head: str, run: int) -> tuple[Marker, Callable[[int], str]]:
    from cloudtune.hosting.handover import received

    return received(body.read_text(encoding="utf-8"), head, run)


def _post(marker: Marker, render: Callable[[int], str], number: int | None) -> None:
    from cloudtune.hosting.platforms import target_of
    from cloudtune.hosting.posting import post

    posted = post(target_of(os.environ, number), marker, render, is_quiet=marker.is_quiet)
    console.talk(f"comment {posted.outcome}: {posted.why or posted.url}")
