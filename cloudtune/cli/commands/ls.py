"""`cloudtune ls`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from cloudtune.cli import console, options
from cloudtune.cli.options import Format

if TYPE_CHECKING:
    from datetime import date

    from cloudtune.spec.store import SpecFile, Store

EVENTS = "events"
_YEAR = 365


def ls(
    specs: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SPECS",
            help="Names, files or folders; `events` lists what is on instead.",
            show_default=False,
        ),
    ] = None,
    *,
    select: options.Select = None,
    root: options.Root = None,
    region: Annotated[
        str | None,
        typer.Option("--region", metavar="REGION", help="Events of forecasts of this region alone."),
    ] = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day. Default: today.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Day after the last. Default: a year.")
    ] = None,
    style: Annotated[Format, typer.Option("--format", help="How the list is written.")] = (Format.text),
) -> None:
    """List forecasts; or `ls events`: what is on, and which forecasts it moves."""
    from cloudtune.cli.opening import open_store, selected

    store = open_store(root)
    words = list(specs or [])
    agenda = words[:1] == [EVENTS]
    ids = selected(store, words[1:] if agenda else words, select)
    if agenda:
        _events(store, ids, _window(first, until), region, style)
    else:
        _forecasts(store, ids, style)
    if store.broken:
        names = ", ".join(sorted(store.broken))
        console.talk(f"left out, since they can't be read: {names} (see `cloudtune validate`)")


def _forecasts(store: Store, ids: list[str], style: Format) -> None:
    from cloudtune.cli.console import aligned

    rows = [_row(store.specs[each]) for each in ids]
    if style is Format.json:
        console.result_json({"schema_version": "cloudtune/ls/v1", "forecasts": rows})
    else:
        console.result(aligned([_cells(row) for row in rows]))


def _window(first: str | None, until: str | None) -> tuple[date, date]:
    from datetime import timedelta

    from cloudtune.cli.opening import day

    start = day(first)
    return start, (day(until) if until else start + timedelta(days=_YEAR))


def _events(
    store: Store, ids: list[str], window: tuple[date, date], region: str | None, style: Format
) -> None:
    from datetime import UTC, datetime, time

    from cloudtune.report import agenda

    first, until = window
    resolved = (store.resolve(each, first, until) for each in ids)
    start, end = (datetime.combine(day, time(), UTC) for day in window)
    entries = agenda.agenda(resolved, start, end, region=region or "")
    if style is Format.json:
        console.result(agenda.as_json(entries), "json")
    else:
        console.result(agenda.text(entries))


def _row(item: SpecFile) -> dict[str, Any]:
    spec = item.spec
    return {
        "id": item.id,
        "file": item.file,
        "owner": spec.owner,
        "region": spec.region,
        "tags": list(spec.tags),
        "granularities": [f"{each.step} {each.horizon}" for each in spec.granularities],
        "calendars": list(spec.calendars),
    }


def _cells(row: dict[str, Any]) -> list[str]:
    tags = " ".join(f"#{tag}" for tag in row["tags"])
    steps = " · ".join(row["granularities"])
    return [row["id"], steps, row["owner"], row["region"], ", ".join(row["calendars"]), tags]
