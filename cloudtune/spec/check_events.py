"""Events that make sense: in their file, and against the days that the data covers."""

from __future__ import annotations

from datetime import UTC
from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem
from cloudtune.spec.dates import Holiday, UnknownHoliday
from cloudtune.spec.messages import counted, enumerated, quoted
from cloudtune.spec.resolved import NumberedWindow, overlapping, window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from cloudtune.errors import SpecPath
    from cloudtune.spec.events import EventSpec
    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec


_WHEN = ("occurrences", "rule", "holiday")


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
        yield from _occurrences(event, path, zone)


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
            message = "an occurrence has both `duration` and `end`"
            yield Problem("CT215", message, "keep one", path=(*place, "end"), at_key=True)
        elif not (item.duration or item.end or event.duration or item.start.is_date):
            message = "an occurrence that starts at a time of day needs a length"
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


def _occurrences(event: EventSpec, path: SpecPath, zone: ZoneInfo) -> Iterator[Problem]:
    """Windows that end after they start, and do not meet each other."""
    windows: list[NumberedWindow] = []
    for number, item in enumerate(event.occurrences):
        place = (*path, "occurrences", number)
        # In UTC: within a zone Python compares wall clocks, and in a repeated hour those stand still.
        start, end = (instant.astimezone(UTC) for instant in window(item, zone, event.duration))
        windows.append(NumberedWindow(start, end, number))
        if end <= start:
            message = f"the occurrence ends at {item.end}, not after its start"
            hint = "`end` is the first instant after the occurrence"
            yield Problem("CT304", message, hint, path=(*place, "end"))
        elif item.sells_out_after and start + item.sells_out_after.delta > end:
            message = "the occurrence sells out after its own end"
            hint = "shorten `sells_out_after`, or lengthen the occurrence"
            yield Problem("CT328", message, hint, path=(*place, "sells_out_after"))
    yield from _overlaps(event, path, windows)


def _overlaps(event: EventSpec, path: SpecPath, windows: list[NumberedWindow]) -> Iterator[Problem]:
    for before, after in overlapping(windows):
        other = event.occurrences[before.number]
        message = f"two occurrences of {quoted(event.name)} overlap, this one and that of {other.start}"
        hint = "shorten one, or make them one occurrence"
        yield Problem("CT306", message, hint, path=(*path, "occurrences", after.number, "start"))


_RARE_DAYS = 20
"""Events nearer to each other than this are a season of matches: when it is over, it is over."""
_LATE = 1.25
"""An event is missed when its usual distance and a quarter have passed."""


def check_against_span(resolved: ResolvedSpec, first: datetime, last: datetime) -> list[Problem]:
    """What can only be said with the data at hand: [first, last) is what it covers.

    `resolved` must have its events concrete up to the end of the horizon.
    """
    until = last + max(item.horizon.delta for item in resolved.spec.granularities)
    problems: list[Problem] = []
    for event in resolved.events:
        problems += _unlearnable(event, resolved, first, last, until)
        problems += _running_out(event, last, until)
    return problems


def _unlearnable(
    event: Event, resolved: ResolvedSpec, first: datetime, last: datetime, until: datetime
) -> Iterator[Problem]:
    ahead = [
        occurrence for occurrence in event.occurrences if occurrence.end > last and occurrence.start < until
    ]
    if not ahead or _is_explained(event, ahead, resolved, (first, last)):
        return
    covered = f"{first.date()} to {last.date()}"
    message = (
        f"{quoted(event.name)} has no occurrence inside the data of {resolved.id} ({covered})"
        " and declares nothing: it is not modelled, its lift is 1"
    )
    hint = "add a past occurrence, `like: {event: ...}` or `effect: 1.2x`"
    # Why a warning: a calendar is shared; what one service can't learn must not stop its forecast.
    yield Problem("CT311", message, hint, "warning", file=event.file, path=(*event.path, "name"))


def _is_explained(
    event: Event, ahead: list[Occurrence], resolved: ResolvedSpec, span: tuple[datetime, datetime]
) -> bool:
    """True where a lift can be learned, borrowed or was declared."""
    if event.effect is not None or all(occurrence.effect is not None for occurrence in ahead):
        return True
    if _has_past(event, span):
        return True
    if event.like is None:
        others = [each for each in resolved.events if each.is_holiday and each.name != event.name]
        return event.is_holiday and any(_has_past(each, span) for each in others)
    lenders = [each for each in resolved.events if each.name == event.like.event]
    return any(_is_explained(each, list(each.occurrences), resolved, span) for each in lenders)


def _has_past(event: Event, span: tuple[datetime, datetime]) -> bool:
    return any(occurrence.start < span[1] and occurrence.end > span[0] for occurrence in event.occurrences)


def _running_out(event: Event, last: datetime, until: datetime) -> Iterator[Problem]:
    """An event that came again and again, and stops before the horizon does."""
    past = [occurrence for occurrence in event.occurrences if occurrence.start < last]
    gap = _usual_gap(past)
    final = event.occurrences[-1] if event.occurrences else None
    if final is None or gap is None or final.start + gap * _LATE >= until:
        return
    if event.is_holiday:
        message = f"the holiday of {quoted(event.name)} has no date known after {final.start.date()}"
        hint = f"the horizon reaches to {until.date()}; list the dates as `occurrences`"
        yield Problem("CT320", message, hint, file=event.file, path=(*event.path, "holiday"))
        return
    came = counted(len(past), "time")
    message = f"{quoted(event.name)} came {came} and has no date after {final.start.date()}"
    hint = f"the horizon reaches to {until.date()}: add the next occurrence if there will be one"
    path = (*event.path, "name")
    yield Problem("CT312", message, hint, "warning", file=event.file, path=path)


def _usual_gap(past: list[Occurrence]) -> timedelta | None:
    """The distance between occurrences where it is regular enough to expect the next one."""
    gaps = [(b.start - a.start) for a, b in pairwise(past)]
    if not gaps or median(gap.days for gap in gaps) < _RARE_DAYS:
        return None
    return max(gaps)
