"""`cloudtune calendar`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cloudtune.cli import completing, console, options

if TYPE_CHECKING:
    from datetime import date, datetime

calendar = typer.Typer(help="Exchange calendars with other programs as iCalendar.", no_args_is_help=True)
_YEARS = 2


@calendar.command("export", short_help="Write a calendar as .ics.")
@options.with_voice
def export(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of a calendar.", autocompletion=completing.calendars)
    ],
    *,
    root: options.Root = None,
    first: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="First day. Default: today.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="Day after the last. Default: 2 years.")
    ] = None,
) -> None:
    """Write a calendar's occurrences as .ics to stdout."""
    from datetime import timedelta
    from difflib import get_close_matches

    from cloudtune.cli.opening import day, open_store
    from cloudtune.report.agenda import ics
    from cloudtune.spec.resolved import DateSpan

    store = open_store(root)
    if name not in store.calendars:
        near = get_close_matches(name, store.calendars, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise typer.BadParameter(f"there is no calendar {name!r}{hint}")
    start = day(first)
    end = day(until) if until else start + timedelta(days=365 * _YEARS)
    zone = store.calendars[name].spec.timezone
    events = store.calendar_events(name, DateSpan(start, end))
    console.result(ics(name, events, _midnight(start, zone), _midnight(end, zone)), "raw")


@calendar.command("import", short_help="Write a calendar from an .ics file.")
@options.with_voice
def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An .ics file.", exists=True, dir_okay=False)],
    *,
    name: Annotated[
        str | None, typer.Option("--name", metavar="NAME", help="Default: the file's stem.")
    ] = None,
    timezone: Annotated[
        str, typer.Option("--timezone", metavar="ZONE", help="Zone whose wall clock the calendar follows.")
    ] = "UTC",
    until: Annotated[
        str | None,
        typer.Option("--to", metavar="DATE", help="Where repeating entries end. Default: 2 years."),
    ] = None,
    root: options.Root = None,
) -> None:
    """Write specs/calendars/NAME.yaml from an .ics file; never over one that is there."""
    from datetime import timedelta

    from cloudtune.cli.opening import day
    from cloudtune.files import write_text
    from cloudtune.spec import find_root
    from cloudtune.suggest.ics_import import calendar_yaml

    chosen = name or file.stem
    place = find_root(Path.cwd(), root) / "specs" / "calendars" / f"{chosen}.yaml"
    if place.exists():
        raise typer.BadParameter(f"{place} is there already; choose another --name")
    end = day(until) if until else day(None) + timedelta(days=365 * _YEARS)
    write_text(place, calendar_yaml(file.read_text(encoding="utf-8"), chosen, timezone, end))
    console.result(place.as_posix())


def _midnight(day: date, zone: str) -> datetime:
    from datetime import datetime, time
    from zoneinfo import ZoneInfo

    return datetime.combine(day, time(), ZoneInfo(zone))
