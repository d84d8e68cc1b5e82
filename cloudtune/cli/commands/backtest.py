"""`cloudtune backtest`."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import Format

_FIGURES = range(2, 9)


def backtest(
    name: options.Name,
    *,
    root: options.Root = None,
    seed: options.Seed = 0,
    allow_outside: options.AllowOutside = False,
    style: Annotated[Format, typer.Option("--format", help="How the result is written.")] = (Format.text),
) -> None:
    """Measure past accuracy by rolling origin, against seasonal-naive; write nothing."""
    from cloudtune.cli.opening import one, open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.run.workers import one_thread_each

    one_thread_each()
    store = open_store(root, allow_outside=allow_outside)
    resolved = store.resolve(one(store, name))

    from cloudtune.report.backtest import as_json
    from cloudtune.run.steps import execute

    try:
        measured = as_json(execute(resolved, store.root, seed=seed, allow_outside=allow_outside))
    except Refusal as refusal:
        refuse_located(store, refusal)
        return
    if style is Format.json:
        console.result_json(measured)
    else:
        console.result(_text(measured))


def _text(measured: dict[str, Any]) -> str:
    from cloudtune.cli.console import aligned
    from cloudtune.report.backtest import as_cells, choice_sentences

    origins = measured["folds"]
    count = f"{len(origins)} rolling origins" if origins else "no origin fits into the data"
    told = [f"chosen by backtest: {sentence}" for sentence in choice_sentences(measured)]
    lines = [aligned(as_cells(measured), right=_FIGURES), count, *told, *measured["warnings"]]
    return "\n".join(line for line in lines if line)
