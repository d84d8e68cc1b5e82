"""`cloudtune explain`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import completing, console, options
from cloudtune.cli.options import ReportFormat

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from cloudtune.engine.explain import Composition
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store


def explain(
    name: options.Name,
    *,
    at: Annotated[
        str | None, typer.Option("--at", metavar="TIME", help="One step: 2026-07-14T00:01.")
    ] = None,
    event: Annotated[
        str | None,
        typer.Option(
            "--event", metavar="EVENT", autocompletion=completing.events, help="Every occurrence of an event."
        ),
    ] = None,
    start: Annotated[str | None, typer.Option("--from", metavar="TIME", help="Start of a stretch.")] = None,
    end: Annotated[str | None, typer.Option("--to", metavar="TIME", help="Its end, exclusive.")] = None,
    root: options.Root = None,
    allow_outside: options.AllowOutside = False,
    style: Annotated[ReportFormat, typer.Option("--format", help="How it is written.")] = (ReportFormat.text),
) -> None:
    """Show the ingredients of a step, a stretch or an event; their product is the forecast."""
    from cloudtune.cli.opening import one, open_store, refuse_located
    from cloudtune.errors import Refusal
    from cloudtune.run.workers import one_thread_each

    if sum([at is not None, event is not None, bool(start and end)]) != 1:
        raise typer.BadParameter("say what to explain: --at TIME, --event NAME, or --from with --to")
    one_thread_each()
    store = open_store(root, allow_outside=allow_outside)
    chosen = one(store, name)
    resolved = store.resolve(chosen)
    times = [_moment(text, resolved) for text in (at, start, end) if text is not None]
    try:
        found = _explained(store, resolved, event, times, allow_outside=allow_outside)
    except Refusal as refusal:
        refuse_located(store, refusal)
        return
    _show(chosen, resolved, found, style)


def _explained(
    store: Store,
    resolved: ResolvedSpec,
    event: str | None,
    times: Sequence[datetime],
    *,
    allow_outside: bool,
) -> Sequence[Composition]:
    from cloudtune.engine.explain import explain_at, explain_between, explain_event
    from cloudtune.run.steps import fit, prepare

    projection = fit(prepare(resolved, store.root, allow_outside=allow_outside))
    if event is not None:
        return explain_event(projection, event)
    if len(times) == 1:
        return (explain_at(projection, times[0]),)
    return (explain_between(projection, times[0], times[1]),)


def _show(name: str, resolved: ResolvedSpec, found: Sequence[Composition], style: ReportFormat) -> None:
    from cloudtune.report import explain as report

    if style is ReportFormat.json:
        console.result_json(report.as_json(name, found))
    else:
        render = report.text if style is ReportFormat.text else report.markdown
        console.result(render(found, resolved.spec.series))


def _moment(text: str, resolved: ResolvedSpec) -> datetime:
    from zoneinfo import ZoneInfo

    from cloudtune.timegrid import Moment

    try:
        return Moment.parse(text).at(ZoneInfo(resolved.spec.series.timezone))
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
