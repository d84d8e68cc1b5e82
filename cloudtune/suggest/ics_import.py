"""A calendar of our own from an iCalendar file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import icalendar
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]

from cloudtune.errors import Problem, Refusal
from cloudtune.suggest.proposals import label
from cloudtune.yaml_edit.write import flow

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

MOST_REPEATS = 1000
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@dataclass(frozen=True, slots=True)
class IcsEntry:
    """One occurrence as the file has it, in the calendar's time zone."""

    name: str
    start: datetime
    """Naive local wall time."""
    length: timedelta
    note: str


def calendar_yaml(text: str, name: str, timezone: str, until: date) -> str:
    """The YAML of a calendar called `name`; repeating entries are written out up to `until`."""
    entries = sorted(_entries(text, ZoneInfo(timezone), until), key=lambda one: (one.name, one.start))
    if not entries:
        raise Refusal(_unreadable("it holds no event"))
    lines = ["version: cloudtune/v1", "kind: calendar", f"name: {name}", f"timezone: {timezone}", "events:"]
    for event in dict.fromkeys(entry.name for entry in entries):
        lines += [f"  - name: {event}", "    occurrences:"]
        lines += [f"      - {flow(_occurrence(entry))}" for entry in entries if entry.name == event]
    return "\n".join(lines) + "\n"


def _entries(text: str, zone: ZoneInfo, until: date) -> Iterator[IcsEntry]:
    try:
        calendar = icalendar.Calendar.from_ical(text)
        found = list(calendar.walk("VEVENT"))
    except (ValueError, IndexError, KeyError) as error:
        raise Refusal(_unreadable(str(error))) from error
    for entry in found:
        if entry.get("DTSTART") is not None and str(entry.get("STATUS", "")).upper() != "CANCELLED":
            yield from _repeats(entry, zone, until)


def _repeats(entry: Any, zone: ZoneInfo, until: date) -> Iterator[IcsEntry]:
    first = _wall(entry["DTSTART"].dt, zone)
    name, note = label(str(entry.get("SUMMARY", "event"))), _one_line(str(entry.get("DESCRIPTION", "")))
    for start in _starts(entry, first, until):
        yield IcsEntry(name, start, _length(entry, first, zone), note)


def _starts(entry: Any, first: datetime, until: date) -> Iterable[datetime]:
    rule = entry.get("RRULE")
    if rule is None:
        return [first]
    written = ";".join(part for part in rule.to_ical().decode().split(";") if not part.startswith("UNTIL="))
    last = datetime.combine(until, time())
    ends = [_wall(end, ZoneInfo("UTC")) for end in rule.get("UNTIL", [])]
    found = rrulestr(written, dtstart=first).xafter(first, count=MOST_REPEATS, inc=True)
    return [start for start in found if start < last and all(start <= end for end in ends)]


def _length(entry: Any, first: datetime, zone: ZoneInfo) -> timedelta:
    if entry.get("DTEND") is not None:
        return max(_wall(entry["DTEND"].dt, zone) - first, timedelta(minutes=1))
    if entry.get("DURATION") is not None:
        return timedelta(seconds=entry["DURATION"].dt.total_seconds())
    return HOUR if isinstance(entry["DTSTART"].dt, datetime) else DAY


def _wall(when: date | datetime, zone: ZoneInfo) -> datetime:
    """Naive local wall time; a time without a zone floats, so it stays as written."""
    if not isinstance(when, datetime):
        return datetime.combine(when, time())
    return when if when.tzinfo is None else when.astimezone(zone).replace(tzinfo=None)


def _occurrence(entry: IcsEntry) -> dict[str, str]:
    form = "%Y-%m-%d" if entry.start.time() == time() else "%Y-%m-%dT%H:%M"
    written = {"start": f"{entry.start:{form}}", "duration": _duration(entry.length)}
    return written | ({"note": entry.note} if entry.note else {})


def _duration(length: timedelta) -> str:
    minutes = max(1, round(length.total_seconds() / 60))
    return f"{minutes // 60}h" if minutes % 60 == 0 else f"{minutes}min"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _unreadable(why: str) -> Problem:
    return Problem("CT792", f"the iCalendar file can't be read: {why}", "export it again as .ics, and retry")
