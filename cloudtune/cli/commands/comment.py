"""`cloudtune comment`."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options

if TYPE_CHECKING:
    from cloudtune.review.comment import Comment
    from cloudtune.spec.store import Store


def comment(
    *,
    root: options.Root = None,
    base: Annotated[
        str | None,
        typer.Option("--base", help="Revision to compare with. Default: that of the pull request."),
    ] = None,
    post: Annotated[
        bool, typer.Option("--post", help="Create or update the one comment of the pull request.")
    ] = False,
    number: Annotated[
        int | None,
        typer.Option("--pr", help="Number of the pull request. Default: that of the CI job."),
    ] = None,
    key: Annotated[
        str, typer.Option("--key", help="Tells several comments on one pull request apart.")
    ] = "specs",
    today: options.Today = None,
) -> None:
    """Render the comment that a pull request gets; `--post` puts it there."""
    from cloudtune.cli.opening import open_store
    from cloudtune.review.comment import render_comment

    store = open_store(root, today)
    made = _made(store, base, key, today)
    if not post:
        console.result(render_comment(made))
        return
    from cloudtune.review.platforms import target_of
    from cloudtune.review.posting import post as put

    target = target_of(os.environ, number)
    posted = put(
        target,
        made.marker,
        lambda budget: render_comment(made, budget),
        is_quiet=made.is_quiet,
    )
    console.talk(f"comment {posted.outcome}: {posted.why or posted.url}")


def _made(store: Store, base: str | None, key: str, today: str | None) -> Comment:
    from cloudtune.cli.reviewing import base_documents, base_of_pull_request, present, spec_files
    from cloudtune.report.templates import load_templates
    from cloudtune.review.check import check as judge
    from cloudtune.review.comment import Comment
    from cloudtune.review.diff import diff_revisions
    from cloudtune.review.marker import Marker
    from cloudtune.review.revisions import commit_of, merge_base, open_repository

    repository = open_repository(store.root)
    parting = merge_base(repository, base or base_of_pull_request(), "HEAD")
    items = spec_files(store, sorted(store.specs))
    verdict = judge(store, items, present(store, today), base_documents(store, parting))
    head = commit_of(repository, "HEAD")
    return Comment(
        diff=diff_revisions(store.root, parting),
        verdict=verdict,
        marker=Marker(key, head, run=int(os.environ.get("GITHUB_RUN_NUMBER") or 0)),
        templates=load_templates(store.root),
    )
