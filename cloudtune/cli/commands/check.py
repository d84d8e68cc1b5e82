"""`cloudtune check`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import ProblemFormat

if TYPE_CHECKING:
    from cloudtune.review.check import Verdict
    from cloudtune.review.documents import Base
    from cloudtune.spec.store import Store


def check(
    specs: options.Paths = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    base: Annotated[
        str | None,
        typer.Option(
            "--base",
            metavar="REVISION",
            help="Revision for gates that compare with it, e.g. origin/main.",
            show_default=False,
        ),
    ] = None,
    refit: Annotated[
        bool,
        typer.Option("--refit", help="Compute anew, and compare, the reports that changed since --base."),
    ] = False,
    refit_within: Annotated[
        float, typer.Option("--refit-within", metavar="SECONDS", min=1.0, help="Time that --refit may take.")
    ] = 600.0,
    today: options.Today = None,
    style: Annotated[ProblemFormat, typer.Option("--format", help="How findings are written.")] = (
        ProblemFormat.text
    ),
) -> None:
    """Say whether the committed reports are fresh and pass their gates; fit nothing."""
    from cloudtune.cli.opening import open_store, selected
    from cloudtune.cli.reviewing import present, spec_files
    from cloudtune.git.calls import open_repository
    from cloudtune.review.check import check as judge
    from cloudtune.review.documents import base_at
    from cloudtune.spec.messages import render

    store = open_store(root, today)
    items = spec_files(store, selected(store, specs, select))
    before = base_at(open_repository(store.root), base) if base else None
    verdict = judge(store, items, present(store, today), before, whole=not (specs or select))
    if refit:
        verdict = _recomputed(verdict, store, [item.id for item in items], before, refit_within)
    if style is ProblemFormat.text:
        # They are located already: those without a line are about a file as a whole.
        console.problems(verdict.problems, lambda one: render(one, store.line(one)), out=True)
        console.result(verdict.sentence)
    else:
        _for_machines(store.root, verdict, base, style)
    console.leave(verdict.problems)


def _recomputed(
    verdict: Verdict, store: Store, names: list[str], before: Base | None, seconds: float
) -> Verdict:
    """Why only what changed: what the base holds was held to this when it came."""
    from cloudtune.review.recompute import recomputed
    from cloudtune.run.workers import one_thread_each

    one_thread_each()
    changed = [name for name in names if before is None or name in before.changed]
    return recomputed(verdict, store.root, changed, before.documents if before else {}, seconds=seconds)


def _for_machines(root: Path, verdict: Verdict, base: str | None, style: ProblemFormat) -> None:
    """Whole paths, files of the pull request first; on GitHub the whole list goes into the step's summary."""
    from cloudtune.git.calls import open_repository
    from cloudtune.git.revisions import changed_files
    from cloudtune.hosting.formats import render_problems
    from cloudtune.hosting.github import append_summary

    repository = open_repository(root) if base else None
    changed = changed_files(repository, base, "specs", "reports", "templates") if repository and base else ()
    prefix = repository.prefix if repository else ""
    text = render_problems(verdict.problems, style.value, changed=changed, prefix=prefix)
    console.result(text, style.kind)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if style is ProblemFormat.github and summary:
        append_summary(Path(summary), verdict.problems, verdict.sentence)
