"""`cloudtune comment`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.review.comment import Comment
    from cloudtune.review.compose import Request
    from cloudtune.review.marker import Marker


def comment(
    *,
    root: options.Root = None,
    base: Annotated[
        str | None,
        typer.Option("--base", help="Revision to compare with. Default: that of the pull request."),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option("--head", help="Newest commit of the pull request. Default: that of the CI job."),
    ] = None,
    explain: Annotated[
        bool, typer.Option("--explain", help="Refit, and say how much each cause moved.")
    ] = False,
    post: Annotated[
        bool, typer.Option("--post", help="Create or update the one comment of the pull request.")
    ] = False,
    body: Annotated[
        Path | None,
        typer.Option("--body", help="Post this rendered comment of another job; needs --head."),
    ] = None,
    number: Annotated[
        int | None,
        typer.Option("--pr", help="Number of the pull request. Default: that of the CI job."),
    ] = None,
    run: Annotated[int, typer.Option("--run", help="Number of the run that rendered --body.")] = 0,
    key: Annotated[
        str, typer.Option("--key", help="Tells several comments on one pull request apart.")
    ] = "specs",
    today: options.Today = None,
) -> None:
    """Render the comment that a pull request gets; `--post` puts it there."""
    from cloudtune.review.comment import render_comment
    from cloudtune.review.compose import Request
    from cloudtune.review.handover import received

    if body is not None:
        marker, render = received(body.read_text(encoding="utf-8"), head or "", run)
    else:
        made = _made(root, today, Request(key, os.environ, base, head), explain=explain)
        marker, render = made.marker, lambda budget: render_comment(made, budget)
    if post:
        _post(number, marker, render)
    else:
        from cloudtune.review.posting import BUDGETS

        console.result(render(BUDGETS[0]))


def _made(root: Path | None, today: str | None, request: Request, *, explain: bool) -> Comment:
    from dataclasses import replace

    from cloudtune.cli.opening import open_store
    from cloudtune.cli.reviewing import present
    from cloudtune.review.compose import compose, explained_words

    store = open_store(root, today)
    made = compose(store, present(store, today), request)
    if not explain:
        return made
    from cloudtune.review.explain import explained_diff, lab_of

    diff = explained_diff(made.diff, store, lab_of(store))
    return replace(made, diff=diff, explained=explained_words(diff))


def _post(number: int | None, marker: Marker, render: Callable[[int], str]) -> None:
    from cloudtune.review.platforms import target_of
    from cloudtune.review.posting import post

    posted = post(target_of(os.environ, number), marker, render, is_quiet=marker.is_quiet)
    console.talk(f"comment {posted.outcome}: {posted.why or posted.url}")
