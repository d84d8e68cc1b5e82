"""The phases of an event: opening, days, closing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.track.tracking import Tracking

OPENING_MINUTES = 10
CLOSING_MINUTES = 120
SHORT_MINUTES = 360
"""Below this an event has thirds rather than days."""


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the window and its error."""

    name: str
    first: int
    last: int
    deviation: float
    """Of the phase's total; NaN where nothing has come."""


def phases_of(tracking: Tracking) -> tuple[Phase, ...]:
    """Opening, then each local day or each third, then the closing; they may overlap."""
    size, minutes = tracking.actual.size, tracking.minutes
    opening = min(size, max(1, OPENING_MINUTES // minutes))
    closing = min(size, max(1, CLOSING_MINUTES // minutes))
    length = size * minutes
    middle = _days(tracking) if length > SHORT_MINUTES else _thirds(size)
    spans = [("opening", 0, opening), *middle]
    if length > SHORT_MINUTES:
        spans.append(("closing", size - closing, size))
    return tuple(Phase(name, first, last, _deviation(tracking, first, last)) for name, first, last in spans)


def _days(tracking: Tracking) -> list[tuple[str, int, int]]:
    day = tracking.vintage.timeline.day
    starts = np.flatnonzero(np.concatenate(([True], day[1:] != day[:-1]))).tolist()
    ends = [*starts[1:], day.size]
    return [
        (f"day {number}", first, last)
        for number, (first, last) in enumerate(zip(starts, ends, strict=True), 1)
    ]


def _thirds(size: int) -> list[tuple[str, int, int]]:
    marks = [round(size * part / 3) for part in range(4)]
    names = ("first third", "second third", "last third")
    return [(name, marks[k], marks[k + 1]) for k, name in enumerate(names) if marks[k + 1] > marks[k]]


def _deviation(tracking: Tracking, first: int, last: int) -> float:
    known: NDArray[np.bool_] = tracking.known[first:last]
    forecast = float(tracking.vintage.median[first:last][known].sum())
    if not known.any() or forecast <= 0:
        return float("nan")
    return float(tracking.actual[first:last][known].sum()) / forecast - 1.0
