"""Events held against the days that the data covers and the horizon reaches."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.words import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta

    from cloudtune.spec.resolved import Edition, Event, ResolvedSpec

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
    ahead = [edition for edition in event.editions if edition.end > last and edition.start < until]
    if not ahead or _is_explained(event, ahead, resolved, (first, last)):
        return
    covered = f"{first.date()} to {last.date()}"
    message = (
        f"{quoted(event.name)} has no occurrence inside the data of {resolved.id} ({covered})"
        " and declares nothing"
    )
    hint = "add a past occurrence, `like: {event: ...}` or `effect: 1.2x`"
    yield Problem("CT311", message, hint, file=event.file, path=(*event.path, "name"))


def _is_explained(
    event: Event, ahead: list[Edition], resolved: ResolvedSpec, span: tuple[datetime, datetime]
) -> bool:
    """True where a lift can be learned, borrowed or was declared."""
    if event.effect is not None or all(edition.effect is not None for edition in ahead):
        return True
    if any(edition.start < span[1] and edition.end > span[0] for edition in event.editions):
        return True
    if event.like is None:
        return False
    lenders = [each for each in resolved.events if each.name == event.like[0]]
    return any(_is_explained(each, list(each.editions), resolved, span) for each in lenders)


def _running_out(event: Event, last: datetime, until: datetime) -> Iterator[Problem]:
    """An event that came again and again, and stops before the horizon does."""
    past = [edition for edition in event.editions if edition.start < last]
    gap = _usual_gap(past)
    final = event.editions[-1] if event.editions else None
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


def _usual_gap(past: list[Edition]) -> timedelta | None:
    """The distance between editions where it is regular enough to expect the next one."""
    gaps = [(b.start - a.start) for a, b in pairwise(past)]
    if not gaps or median(gap.days for gap in gaps) < _RARE_DAYS:
        return None
    return max(gaps)
