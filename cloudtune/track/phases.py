"""The phases of an event: before, opening, days, closing, after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.track.tracking import Tracking

OPENING_MINUTES = 10
CLOSING_MINUTES = 120
SHORT_MINUTES = 1500
"""Up to a day an event has thirds rather than days."""

Span = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the window and its error."""

    name: str
    first: int
    last: int
    deviation: float
    """Of the phase's total; NaN where nothing has come."""


def phases_of(tracking: Tracking) -> tuple[Phase, ...]:
    """Before and after as far as the window reaches; between them the event, its ends also alone."""
    size = tracking.actual.size
    first, last = _event(tracking)
    spans = [("before", 0, first), *_inside(tracking, first, last), ("after", last, size)]
    return tuple(Phase(*span, _deviation(tracking, span[1], span[2])) for span in spans if span[1] < span[2])


def inside(tracking: Tracking) -> NDArray[np.bool_]:
    """True for the points of the edition."""
    first, last = _event(tracking)
    places = np.arange(tracking.actual.size)
    return (places >= first) & (places < last)


def _event(tracking: Tracking) -> tuple[int, int]:
    """The points of the edition; the whole window where there is none."""
    edition, size = tracking.window.edition, tracking.actual.size
    if edition is None:
        return 0, size
    timeline = tracking.vintage.timeline
    return min(max(timeline.position(edition.start), 0), size), min(timeline.position(edition.end), size)


def _inside(tracking: Tracking, first: int, last: int) -> list[Span]:
    minutes = tracking.minutes
    opening = min(last, first + max(1, OPENING_MINUTES // minutes))
    if (last - first) * minutes <= SHORT_MINUTES:
        return [("opening", first, opening), *_thirds(first, last)]
    closing = max(first, last - max(1, CLOSING_MINUTES // minutes))
    return [("opening", first, opening), *_days(tracking, first, last), ("closing", closing, last)]


def _days(tracking: Tracking, first: int, last: int) -> list[Span]:
    day = tracking.vintage.timeline.day[first:last]
    starts = np.flatnonzero(np.concatenate(([True], day[1:] != day[:-1]))) + first
    ends = [*starts[1:].tolist(), last]
    pairs = zip(starts.tolist(), ends, strict=True)
    return [(f"day {number}", start, end) for number, (start, end) in enumerate(pairs, 1)]


def _thirds(first: int, last: int) -> list[Span]:
    marks = [first + round((last - first) * part / 3) for part in range(4)]
    names = ("first third", "second third", "last third")
    return [(name, marks[k], marks[k + 1]) for k, name in enumerate(names)]


def _deviation(tracking: Tracking, first: int, last: int) -> float:
    known: NDArray[np.bool_] = tracking.known[first:last]
    forecast = float(tracking.vintage.median[first:last][known].sum())
    if not known.any() or forecast <= 0:
        return float("nan")
    return float(tracking.actual[first:last][known].sum()) / forecast - 1.0
