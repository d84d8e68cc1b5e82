"""Where an event is felt and by which part of its curve: the columns of a lift, on the event's own clock."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cloudtune.model.arrays import Bools, Floats, Ints
    from cloudtune.model.grid import Grid
    from cloudtune.model.occurrences import EventRoles, LearnedEvent, PlacedOccurrence


if TYPE_CHECKING:
    Entries = tuple[Ints, Ints]
    """Points, and a column that is 1 there."""


@dataclass(frozen=True, eq=False)
class LiftDesign:
    """A design of noughts and ones, told by its ones alone: an event touches few points of a series."""

    points: Ints
    """Points that the event touches, in order."""
    at: Ints
    """The place among the points of every one, in order."""
    column: Ints
    """Its column."""
    columns: int

    @classmethod
    def of(cls, entries: Sequence[Entries], columns: int) -> LiftDesign:
        """Occurrences laid over each other: two at once count as one."""
        nothing = np.zeros(0, dtype="int64")
        point = np.concatenate([nothing, *(points for points, _ in entries)])
        column = np.concatenate([nothing, *(columns for _, columns in entries)])
        ones = np.unique(point * columns + column)
        points, at = np.unique(ones // columns, return_inverse=True)
        return cls(points, at, ones % columns, columns)

    def path(self, beta: Floats) -> Floats:
        """The curve at the points that it touches."""
        return _totals(self.at, len(self.points), beta[self.column])

    def sums(self, values: Floats) -> Floats:
        """For each column the sum of what its points hold."""
        return _totals(self.column, self.columns, values[self.at])

    def first_columns(self, count: int) -> LiftDesign:
        """The first columns alone, at the same points."""
        kept = self.column < count
        return LiftDesign(self.points, self.at[kept], self.column[kept], count)

    def only(self, wanted: Bools) -> LiftDesign:
        """The wanted points alone."""
        place = np.cumsum(wanted) - 1
        kept = wanted[self.at]
        return LiftDesign(self.points[wanted], place[self.at[kept]], self.column[kept], self.columns)

    @cached_property
    def counts(self) -> Floats:
        """Points of each column."""
        return _totals(self.column, self.columns, np.ones(len(self.column)))

    @cached_property
    def gram(self) -> Floats:
        """Points that each pair of columns has in common."""
        size, total = self.columns, np.zeros(self.columns**2)
        for apart in range(1, len(self.at)):
            together = self.at[apart:] == self.at[:-apart]
            if not together.any():
                break
            pairs = self.column[:-apart][together] * size + self.column[apart:][together]
            total += np.bincount(pairs, minlength=size**2)
        upper = total.reshape(size, size)
        gram: Floats = upper + upper.T + np.diag(self.counts)
        return gram


@dataclass(frozen=True, eq=False)
class ClockEvent:
    """An event on the clock and all that its curve is learned from, whatever the values are."""

    learned: LearnedEvent
    clock: EventClock
    values: tuple[tuple[str, str], ...]
    """Attribute values with columns of their own."""
    known: LiftDesign
    """Occurrences in the training data."""
    whole: LiftDesign
    """Those ahead too, to the end of the grid."""

    def reaches(self, grid: Grid, points: int) -> list[tuple[int, int]]:
        """From where to where each occurrence is felt, halo included."""
        return [self.clock.reach(grid, placed, points) for placed in self.learned.occurrences]

    @cached_property
    def used(self) -> Ints:
        """Every column, but those of weekends where no occurrence has fallen on one: they stay at nought."""
        size = self.clock.size
        columns = np.arange(self.known.columns)
        return (
            columns if self.known.counts[size : 2 * size].any() else np.delete(columns, slice(size, 2 * size))
        )

    @cached_property
    def penalty(self) -> Floats:
        """Penalties of the used columns for a noise of one."""
        return self.clock.penalty(len(self.values))[np.ix_(self.used, self.used)]

    @cached_property
    def gram(self) -> Floats:
        """Normal equations of the used columns where no point is missing."""
        return self.known.gram[np.ix_(self.used, self.used)]

    @cached_property
    def curve(self) -> LiftDesign:
        """The plain curve's columns alone, at known points."""
        return self.known.first_columns(self.clock.size)

    def without(self, gap: Bools) -> ClockEvent:
        """The event as if some of its known points had never been."""
        return replace(self, known=self.known.only(~gap))


def clock_events(grid: Grid, roles: EventRoles, points: int) -> tuple[ClockEvent, ...]:
    """Every event with a curve that has something to learn from `points` points."""
    return tuple(_clock_event(grid, learned, points) for learned in learned_on_the_clock(roles))


def learned_on_the_clock(roles: EventRoles) -> list[LearnedEvent]:
    """Events with a curve that has something to learn from."""
    return [
        learned for learned in roles.learned_events if learned.placed_event.kind == "clock" and learned.known
    ]


def _clock_event(grid: Grid, learned: LearnedEvent, points: int) -> ClockEvent:
    clock, values = event_clock(grid, learned), _telling(learned.known)
    columns = 2 * clock.size + len(values)
    end = grid.timeline.periods
    entries = {id(s): _entries(grid, clock, s, values, end) for s in learned.occurrences}
    whole = LiftDesign.of([one for found in entries.values() for one in found], columns)
    seen = LiftDesign.of([one for s in learned.known for one in entries[id(s)]], columns)
    known = seen.only(seen.points < points)
    return ClockEvent(learned, clock, values, known, whole)


def _totals(place: Ints, size: int, values: Floats) -> Floats:
    """The sum of the values that fall on each place."""
    return np.asarray(np.bincount(place, weights=values, minlength=size), dtype="float64")


def _telling(known: Sequence[PlacedOccurrence]) -> tuple[tuple[str, str], ...]:
    """Attribute values of attributes that have been seen to differ."""
    pairs = sorted({(k, v) for s in known for k, v in s.occurrence.attributes.items()})
    return tuple((k, v) for k, v in pairs if sum(other == k for other, _ in pairs) > 1)


def _entries(
    grid: Grid, clock: EventClock, placed: PlacedOccurrence, values: tuple[tuple[str, str], ...], end: int
) -> list[Entries]:
    """The curve, the curve on weekends, a size for each attribute value."""
    low, high = clock.reach(grid, placed, end)
    if low >= high:
        return []
    place = clock.bins(grid, placed, low, high)
    at, place = np.arange(low, high)[place >= 0], place[place >= 0]
    found = [(at, place)]
    if 0 <= placed.top < grid.periods and grid.weekend[placed.top] > 0:
        found.append((at, place + clock.size))
    # A final is twice a group match while it lasts; the hour before it may be like any other.
    inside = at[(at >= placed.first) & (at < placed.last)]
    for k, (name, value) in enumerate(values):
        if placed.occurrence.attributes.get(name) == value:
            found.append((inside, np.full(len(inside), 2 * clock.size + k)))
    return found


HOUR = 60
EDGE = 12 * HOUR
"""Opening and closing of long occurrences last at most this long, in minutes."""
BEFORE, AFTER = 60.0, 120.0
"""Minutes of halo where none is declared."""
BODY_MINUTES = 30
CURVE, WEEKEND, ATTRIBUTE = 2.0, 1.0, 0.3
"""Prior sd of a bin, of what a weekend adds to it, of what an attribute adds to all."""
ROUGHNESS = 0.5
"""Prior sd of the step from one bin to the next."""


@dataclass(frozen=True, eq=False)
class EventClock:
    """Bins of an event's curve: before, opening, body by hour, closing, sold out, after."""

    before: float
    after: float
    opening: float
    closing: float
    edges: dict[str, Floats]
    """Bin edges of each phase in minutes from its anchor."""
    offsets: dict[str, int]
    size: int

    def bins(self, grid: Grid, placed: PlacedOccurrence, low: int, high: int) -> Ints:
        """The bin of each point low to high - 1 around an occurrence; -1 where it has none."""
        step = grid.timeline.step.minutes
        points = np.arange(low, high)
        since = (points - placed.first) * float(step)
        until = (points - placed.last) * float(step)
        found = np.full(len(points), -1, dtype="int64")
        sold = _sold_after(placed)
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

    def reach(self, grid: Grid, placed: PlacedOccurrence, points: int) -> tuple[int, int]:
        """The points that feel an occurrence, clipped to the timeline."""
        step = grid.timeline.step.minutes
        low = placed.first - int(np.ceil(self.before / step))
        high = placed.last + int(np.ceil(self.after / step))
        return max(low, 0), min(high, points)


def event_clock(grid: Grid, learned: LearnedEvent) -> EventClock:
    """Lay out the bins that an event's occurrences need."""
    step = grid.timeline.step.minutes
    lengths = [float((s.last - s.first) * step) for s in learned.occurrences]
    shortest, longest = min(lengths), max(lengths)
    uneven = longest > shortest or longest > 2 * EDGE
    opening = min(shortest / 2, EDGE) if uneven else longest
    closing = opening if uneven else 0.0
    event = learned.placed_event.event
    before = event.before.total_seconds() / 60 if event.before is not None else BEFORE
    after = event.after.total_seconds() / 60 if event.after is not None else AFTER
    fine = 120.0 if event.shape == "launch" else 30.0
    sold = max((longest - (_sold_after(s) or longest) for s in learned.occurrences), default=0.0)
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
    return EventClock(before, after, opening, closing, edges, offsets, total)


def _sold_after(placed: PlacedOccurrence) -> float | None:
    sold = placed.occurrence.sells_out_after
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


def _place(found: Ints, clock: EventClock, phase: str, minutes: NDArray[np.floating], wanted: Bools) -> None:
    edges = clock.edges[phase]
    if len(edges) < 2:
        return
    position = np.searchsorted(edges, minutes, side="right") - 1
    good = wanted & (position >= 0) & (position < len(edges) - 1)
    found[good] = clock.offsets[phase] + position[good]
