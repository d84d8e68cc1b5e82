"""`cloudtune plan`."""

from __future__ import annotations

from typing import Annotated

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import ReportFormat


def plan(
    specs: options.Paths = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    today: options.Today = None,
    detailed_exitcode: options.DetailedExitcode = False,
    style: Annotated[ReportFormat, typer.Option("--format", help="How the plan is written.")] = (
        ReportFormat.text
    ),
) -> None:
    """Say what a run would recompute and why; fit nothing."""
    from cloudtune.cli.opening import open_store, selected
    from cloudtune.cli.reviewing import present, spec_files
    from cloudtune.review import work
    from cloudtune.review.staleness import make_plan

    store = open_store(root, today)
    items = spec_files(store, selected(store, specs, select))
    made = make_plan(store.root, items, present(store, today), whole=not (specs or select))
    if style is ReportFormat.json:
        console.result_json(work.as_json(made))
    else:
        render = work.as_text if style is ReportFormat.text else work.as_markdown
        console.result(render(made))
    console.problems([store.locate(note) for note in made.notes], console.plain, out=False)
    if detailed_exitcode and not made.is_empty:
        raise typer.Exit(2)
