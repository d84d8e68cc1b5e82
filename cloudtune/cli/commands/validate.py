"""`cloudtune validate`."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import ProblemFormat


def validate(
    specs: options.Paths = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    today: options.Today = None,
    output: Annotated[
        ProblemFormat, typer.Option("--format", help="How problems are written.")
    ] = ProblemFormat.text,
) -> None:
    """Check specs and calendars; show every problem with its place and its mend."""
    from cloudtune.cli.opening import open_store, problems_of
    from cloudtune.cli.summary import validate_summary
    from cloudtune.spec import render_text

    begun = time.perf_counter()
    store = open_store(root, today)
    found = problems_of(store, specs, select)
    if output is ProblemFormat.text:
        console.problems(found, lambda problem: render_text(problem, store), out=True)
        console.result(validate_summary(store, found, time.perf_counter() - begun))
    else:
        from cloudtune.hosting.formats import render_problems

        located = [store.locate(problem) for problem in found]
        console.result(render_problems(located, output.value), output.kind)
    console.leave(found)
