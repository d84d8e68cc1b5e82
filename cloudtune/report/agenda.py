"""Coming events, and the forecasts that they move: as text, as JSON, as iCalendar."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC
from typing import TYPE_CHECKING

import icalendar

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec


PRODUCT = "-//CloudTune//Calendar//EN"


@dataclass(frozen=True, slots=True)
class AgendaEntry:
    """One occurrence and who is affected."""

    name: str
    start: datetime
    end: datetime
    file: str
    note: str
    forecasts: tuple[str, ...] = ()
    """Ids, in order."""


def agenda(
    forecasts: Iterable[ResolvedSpec], first: datetime, until: datetime, *, region: str = ""
) -> list[AgendaEntry]:
    """Occurrences that touch [first, until) of the forecasts of a region, ordered by start."""
    affected: dict[AgendaEntry, list[str]] = defaultdict(list)
    for resolved in forecasts:
        if not region or resolved.spec.region.casefold() == region.casefold():
            for entry in _touching(resolved, first, until):
                affected[entry].append(resolved.id)
    entries = [replace(entry, forecasts=tuple(sorted(ids))) for entry, ids in affected.items()]
    return sorted(entries, key=lambda entry: (entry.start, entry.name, entry.file))


def text(entries: list[AgendaEntry]) -> str:
    """For a terminal: one line an occurrence."""
    if not entries:
        return "No event in that time.\n"
    width = max(len(entry.name) for entry in entries)
    return "".join(
        f"{_when(entry)}  {entry.name:{width}}  {', '.join(entry.forecasts)}\n" for entry in entries
    )


def as_json(entries: list[AgendaEntry]) -> str:
    """For machines."""
    rows = [
        {
            "name": entry.name,
            "start": entry.start.isoformat(),
            "end": entry.end.isoformat(),
            "file": entry.file,
            "note": entry.note,
            "forecasts": list(entry.forecasts),
        }
        for entry in entries
    ]
    return json.dumps(rows, indent=1) + "\n"


def _touching(resolved: ResolvedSpec, first: datetime, until: datetime) -> Iterator[AgendaEntry]:
    for event in resolved.events:
        for one in event.occurrences:
            if one.end > first and one.start < until:
                yield AgendaEntry(event.name, one.start, one.end, event.file, one.note)


def _when(entry: AgendaEntry) -> str:
    hours = round((entry.end - entry.start).total_seconds() / 3600)
    return f"{entry.start:%Y-%m-%d %H:%M}  {hours:>4}h"


def ics(name: str, events: Iterable[Event], first: datetime, until: datetime) -> str:
    """All occurrences that touch [first, until), ordered by start; the same input gives the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    pairs = [(occurrence, event) for event in events for occurrence in event.occurrences]
    for occurrence, event in sorted(pairs, key=lambda pair: (pair[0].start, pair[1].name)):
        if occurrence.end > first and occurrence.start < until:
            calendar.add_component(_component(event, occurrence))
    return calendar.to_ical().decode("utf-8")


def _component(event: Event, occurrence: Occurrence) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", f"{event.name}-{occurrence.start:%Y%m%dT%H%M}@cloudtune")
    entry.add("summary", event.name)
    # A stamp of the present would change the file at every export.
    entry.add("dtstamp", occurrence.start.astimezone(UTC))
    if _is_whole_days(occurrence):
        entry.add("dtstart", occurrence.start.date())
        entry.add("dtend", occurrence.end.date())
    else:
        entry.add("dtstart", occurrence.start.astimezone(UTC))
        entry.add("dtend", occurrence.end.astimezone(UTC))
    if occurrence.note:
        entry.add("description", occurrence.note)
    if event.file:
        entry.add("x-cloudtune-file", event.file)
    return entry


def _is_whole_days(occurrence: Occurrence) -> bool:
    return all((one.hour, one.minute, one.second) == (0, 0, 0) for one in (occurrence.start, occurrence.end))
