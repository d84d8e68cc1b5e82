"""Events that make sense on their own, in a calendar or in a spec."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem
from cloudtune.spec.holiday_dates import Holiday, UnknownHoliday
from cloudtune.spec.schedule import window
from cloudtune.spec.words import enumerated, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from cloudtune.errors import SpecPath
    from cloudtune.spec.events import EventSpec, OccurrenceSpec

_WHEN = ("occurrences", "rule", "holiday")
_Window = tuple["datetime", "datetime", int]


def check_events(events: Sequence[EventSpec], timezone: str) -> Iterator[Problem]:
    """Everything that can be said of events without their neighbours in other files."""
    yield from _repeated(events)
    zone = ZoneInfo(timezone)
    for number, event in enumerate(events):
        path = ("events", number)
        yield from _one_way_to_say_when(event, path)
        yield from _lengths(event, path)
        yield from _declared(event, path)
        yield from _known_holiday(event, path)
        yield from _editions(event, path, zone)


def _repeated(events: Sequence[EventSpec]) -> Iterator[Problem]:
    seen: set[str] = set()
    for number, event in enumerate(events):
        if event.name in seen:
            message = f"there is already an event {quoted(event.name)}"
            hint = "add its dates to that one as occurrences, or rename it"
            yield Problem("CT321", message, hint, path=("events", number, "name"))
        seen.add(event.name)


def _one_way_to_say_when(event: EventSpec, path: SpecPath) -> Iterator[Problem]:
    given = [key for key in _WHEN if getattr(event, key)]
    if len(given) == 1:
        return
    name = quoted(event.name)
    if not given:
        message = f"{name} does not say when it takes place"
        hint = "add `occurrences:` with dates, `rule:` or `holiday:`"
        yield Problem("CT215", message, hint, path=(*path, "name"))
    else:
        message = f"{name} says when in {len(given)} ways: {enumerated(given)}"
        yield Problem("CT215", message, "keep one", path=(*path, given[1]), at_key=True)


def _lengths(event: EventSpec, path: SpecPath) -> Iterator[Problem]:
    for number, item in enumerate(event.occurrences):
        place = (*path, "occurrences", number)
        if item.duration and item.end:
            message = "an edition has both `duration` and `end`"
            yield Problem("CT215", message, "keep one", path=(*place, "end"), at_key=True)
        elif not (item.duration or item.end or event.duration or item.start.is_date):
            message = "an edition that starts at a time of day needs a length"
            hint = "add `duration: 2h`, or `end:`"
            yield Problem("CT305", message, hint, path=(*place, "start"))


def _declared(event: EventSpec, path: SpecPath) -> Iterator[Problem]:
    if event.like and event.effect:
        message = f"{quoted(event.name)} both borrows its lift and declares it"
        hint = "keep `like` or `effect`"
        yield Problem("CT215", message, hint, path=(*path, "effect"), at_key=True)
    if event.like and event.like.event == event.name:
        message = f"{quoted(event.name)} borrows from itself"
        yield Problem("CT309", message, "name another event", path=(*path, "like", "event"))
    for number, item in enumerate(event.occurrences):
        place = (*path, "occurrences", number, "sells_out_after")
        if item.sells_out_after and event.shape != "launch":
            hint = f"add `shape: launch` to {quoted(event.name)}, or delete `sells_out_after`"
            yield Problem("CT328", "only a launch can sell out", hint, path=place, at_key=True)


def _known_holiday(event: EventSpec, path: SpecPath) -> Iterator[Problem]:
    if not event.holiday:
        return
    try:
        Holiday.parse(event.holiday).require()
    except UnknownHoliday as error:
        yield Problem("CT319", error.message, error.hint, path=(*path, "holiday"))


def _editions(event: EventSpec, path: SpecPath, zone: ZoneInfo) -> Iterator[Problem]:
    """Windows that end after they start, and do not meet each other."""
    windows: list[_Window] = []
    for number, item in enumerate(event.occurrences):
        place = (*path, "occurrences", number)
        start, end = window(item, zone, event.duration)
        windows.append((start, end, number))
        if end <= start:
            message = f"the edition ends at {item.end}, not after its start"
            hint = "`end` is the first instant after the edition"
            yield Problem("CT304", message, hint, path=(*place, "end"))
        elif item.sells_out_after and start + item.sells_out_after.delta > end:
            message = "the edition sells out after its own end"
            hint = "shorten `sells_out_after`, or lengthen the edition"
            yield Problem("CT328", message, hint, path=(*place, "sells_out_after"))
    yield from _overlaps(event, path, sorted(windows))


def _overlaps(event: EventSpec, path: SpecPath, windows: list[_Window]) -> Iterator[Problem]:
    for (_, end, before), (start, _, number) in pairwise(windows):
        if start < end:
            other: OccurrenceSpec = event.occurrences[before]
            message = f"two editions of {quoted(event.name)} overlap, this one and that of {other.start}"
            hint = "shorten one, or make them one edition"
            yield Problem("CT306", message, hint, path=(*path, "occurrences", number, "start"))
