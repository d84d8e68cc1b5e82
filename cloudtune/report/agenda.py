"""Coming events, and the forecasts that they move."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cloudtune.spec.resolved import Edition, Event, ResolvedSpec


@dataclass(frozen=True, slots=True)
class Entry:
    """One edition and who is affected."""

    name: str
    start: datetime
    end: datetime
    file: str
    note: str
    forecasts: tuple[str, ...]
    """Ids, in order."""


def agenda(
    forecasts: Iterable[ResolvedSpec], first: datetime, until: datetime, *, region: str = ""
) -> list[Entry]:
    """Editions that touch [first, until) of the forecasts of a region, ordered by start."""
    affected: dict[tuple[datetime, str, str], list[str]] = defaultdict(list)
    found: dict[tuple[datetime, str, str], tuple[Event, Edition]] = {}
    for resolved in forecasts:
        if region and resolved.spec.region.casefold() != region.casefold():
            continue
        for event, edition in _touching(resolved, first, until):
            key = (edition.start, event.name, event.file)
            affected[key].append(resolved.id)
            found[key] = (event, edition)
    return [_entry(*found[key], sorted(affected[key])) for key in sorted(found)]


def text(entries: list[Entry]) -> str:
    """For a terminal: one line an edition."""
    if not entries:
        return "No event in that time.\n"
    width = max(len(entry.name) for entry in entries)
    return "".join(
        f"{_when(entry)}  {entry.name:{width}}  {', '.join(entry.forecasts)}\n" for entry in entries
    )


def as_json(entries: list[Entry]) -> str:
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


def _touching(resolved: ResolvedSpec, first: datetime, until: datetime) -> list[tuple[Event, Edition]]:
    return [
        (event, edition)
        for event in resolved.events
        for edition in event.editions
        if edition.end > first and edition.start < until
    ]


def _entry(event: Event, edition: Edition, forecasts: list[str]) -> Entry:
    return Entry(event.name, edition.start, edition.end, event.file, edition.note, tuple(forecasts))


def _when(entry: Entry) -> str:
    hours = round((entry.end - entry.start).total_seconds() / 3600)
    return f"{entry.start:%Y-%m-%d %H:%M}  {hours:>4}h"
