"""The clock of an event: which part of its curve each point falls on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.model.arrays import Bools, Floats, Ints
    from cloudtune.model.grid import Grid
    from cloudtune.model.occasions import Stretch
    from cloudtune.model.roster import Lesson

HOUR = 60
EDGE = 12 * HOUR
"""Opening and closing of long editions last at most this long, in minutes."""
BEFORE, AFTER = 60.0, 120.0
"""Minutes of halo where none is declared."""
BODY_MINUTES = 30
CURVE, WEEKEND, ATTRIBUTE = 2.0, 1.0, 0.3
"""Prior sd of a bin, of what a weekend adds to it, of what an attribute adds to all."""
ROUGHNESS = 0.5
"""Prior sd of the step from one bin to the next."""


@dataclass(frozen=True, eq=False)
class Clock:
    """Bins of an event's curve: before, opening, body by hour, closing, sold out, after."""

    before: float
    after: float
    opening: float
    closing: float
    edges: dict[str, Floats]
    """Bin edges of each phase in minutes from its anchor."""
    offsets: dict[str, int]
    size: int

    def bins(self, grid: Grid, stretch: Stretch, low: int, high: int) -> Ints:
        """The bin of each point low to high - 1 around an edition; -1 where it has none."""
        step = grid.timeline.step.minutes
        points = np.arange(low, high)
        since = (points - stretch.first) * float(step)
        until = (points - stretch.last) * float(step)
        found = np.full(len(points), -1, dtype="int64")
        sold = _sold_after(stretch)
        inside = (since >= 0) & (until < 0)
        _place(found, self, "before", since, since < 0)
        _place(found, self, "after", until, until >= 0)
        body_slots = grid.slot[low:high] * float(step)
        _place(found, self, "body", body_slots, inside)
        _place(found, self, "closing", until, inside & (until >= -self.closing))
        _place(found, self, "opening", since, inside & (since < self.opening))
        if sold is not None:
            _place(found, self, "sold", since - sold, inside & (since >= sold))
        return found

    def penalty(self, attributes: int) -> Floats:
        """How large, how rough, for a noise of one; looser for the plain curve than for its variants."""
        sizes = np.repeat([CURVE, WEEKEND, ATTRIBUTE], [self.size, self.size, attributes])
        penalty = np.diag(1 / sizes**2)
        for start in (0, self.size):
            for phase, edges in self.edges.items():
                first = start + self.offsets[phase]
                one = np.arange(first, first + max(len(edges) - 2, 0))
                penalty[one, one] += 1 / ROUGHNESS**2
                penalty[one + 1, one + 1] += 1 / ROUGHNESS**2
                penalty[one, one + 1] -= 1 / ROUGHNESS**2
                penalty[one + 1, one] -= 1 / ROUGHNESS**2
        return penalty

    def reach(self, grid: Grid, stretch: Stretch, points: int) -> tuple[int, int]:
        """The points that feel an edition, clipped to the timeline."""
        step = grid.timeline.step.minutes
        low = stretch.first - int(np.ceil(self.before / step))
        high = stretch.last + int(np.ceil(self.after / step))
        return max(low, 0), min(high, points)


def clock_of(grid: Grid, lesson: Lesson) -> Clock:
    """Lay out the bins that an event's editions need."""
    step = grid.timeline.step.minutes
    lengths = [float((s.last - s.first) * step) for s in lesson.stretches]
    shortest, longest = min(lengths), max(lengths)
    uneven = longest > shortest or longest > 2 * EDGE
    opening = min(shortest / 2, EDGE) if uneven else longest
    closing = opening if uneven else 0.0
    event = lesson.occasion.event
    before = event.before.total_seconds() / 60 if event.before is not None else BEFORE
    after = event.after.total_seconds() / 60 if event.after is not None else AFTER
    fine = 120.0 if event.shape == "launch" else 30.0
    sold = max((longest - (_sold_after(s) or longest) for s in lesson.stretches), default=0.0)
    edges = {
        "before": -_edges(before, step, 15.0)[::-1],
        "opening": _edges(opening, step, fine),
        "body": np.arange(0.0, 1440.0 + BODY_MINUTES, max(BODY_MINUTES, step)) if uneven else np.zeros(1),
        "closing": -_edges(closing, step, fine)[::-1],
        "sold": _edges(sold, step, fine),
        "after": _edges(after, step, fine),
    }
    offsets, total = {}, 0
    for name, marks in edges.items():
        offsets[name] = total
        total += max(len(marks) - 1, 0)
    return Clock(before, after, opening, closing, edges, offsets, total)


def _sold_after(stretch: Stretch) -> float | None:
    sold = stretch.edition.sells_out_after
    return None if sold is None else sold.total_seconds() / 60


def _edges(length: float, step: int, fine: float) -> Floats:
    """Edges from 0 to `length`: step by step at first, then 5, 15 and 30 minutes wide."""
    if length <= 0:
        return np.zeros(1)
    marks, at = [0.0], 0.0
    while at < length:
        width = 1 if at < fine else (5 if at < 4 * HOUR else (15 if at < 12 * HOUR else 30))
        at += max(width, step)
        marks.append(at)
    return np.array(marks)


def _place(found: Ints, clock: Clock, phase: str, minutes: NDArray[np.floating], wanted: Bools) -> None:
    edges = clock.edges[phase]
    if len(edges) < 2:
        return
    position = np.searchsorted(edges, minutes, side="right") - 1
    good = wanted & (position >= 0) & (position < len(edges) - 1)
    found[good] = clock.offsets[phase] + position[good]
