"""Where an event is felt: the columns of its curve at every point that it touches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.event_clock import Clock, clock_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Bools, Floats, Ints
    from cloudtune.model.grid import Grid
    from cloudtune.model.occasions import Stretch
    from cloudtune.model.roster import Lesson, Roster

    Entries = tuple[Ints, Ints]
    """Points, and a column that is 1 there."""


@dataclass(frozen=True, eq=False)
class Footprint:
    """A design of noughts and ones, told by its ones alone: an event touches few points of a series."""

    points: Ints
    """Points that the event touches, in order."""
    at: Ints
    """The place among the points of every one, in order."""
    column: Ints
    """Its column."""
    columns: int

    @classmethod
    def of(cls, entries: Sequence[Entries], columns: int) -> Footprint:
        """Editions laid over each other: two at once count as one."""
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

    def first_columns(self, count: int) -> Footprint:
        """The first columns alone, at the same points."""
        kept = self.column < count
        return Footprint(self.points, self.at[kept], self.column[kept], count)

    def only(self, wanted: Bools) -> Footprint:
        """The wanted points alone."""
        place = np.cumsum(wanted) - 1
        kept = wanted[self.at]
        return Footprint(self.points[wanted], place[self.at[kept]], self.column[kept], self.columns)

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
class Felt:
    """An event on the clock and all that its curve is learned from, whatever the values are."""

    lesson: Lesson
    clock: Clock
    values: tuple[tuple[str, str], ...]
    """Attribute values with columns of their own."""
    known: Footprint
    """Editions in the training data."""
    whole: Footprint
    """Those ahead too, to the end of the grid."""

    def reaches(self, grid: Grid, points: int) -> list[tuple[int, int]]:
        """From where to where each edition is felt, halo included."""
        return [self.clock.reach(grid, stretch, points) for stretch in self.lesson.stretches]

    @cached_property
    def used(self) -> Ints:
        """Every column, but for those of weekends where no edition has fallen on one: they stay at nought."""
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
    def curve(self) -> Footprint:
        """The plain curve's columns alone, at known points."""
        return self.known.first_columns(self.clock.size)

    def without(self, gap: Bools) -> Felt:
        """The event as if some of its known points had never been."""
        return replace(self, known=self.known.only(~gap))


def felt(grid: Grid, roster: Roster, points: int) -> tuple[Felt, ...]:
    """Every event with a curve that has something to learn from `points` points."""
    return tuple(_felt(grid, lesson, points) for lesson in lessons_on_the_clock(roster))


def lessons_on_the_clock(roster: Roster) -> list[Lesson]:
    """Events with a curve that has something to learn from."""
    return [lesson for lesson in roster.lessons if lesson.occasion.kind == "clock" and lesson.known]


def _felt(grid: Grid, lesson: Lesson, points: int) -> Felt:
    clock, values = clock_of(grid, lesson), _telling(lesson.known)
    columns = 2 * clock.size + len(values)
    end = grid.timeline.periods
    entries = {id(s): _entries(grid, clock, s, values, end) for s in lesson.stretches}
    whole = Footprint.of([one for found in entries.values() for one in found], columns)
    seen = Footprint.of([one for s in lesson.known for one in entries[id(s)]], columns)
    known = seen.only(seen.points < points)
    return Felt(lesson, clock, values, known, whole)


def _totals(place: Ints, size: int, values: Floats) -> Floats:
    """The sum of the values that fall on each place."""
    return np.asarray(np.bincount(place, weights=values, minlength=size), dtype="float64")


def _telling(known: Sequence[Stretch]) -> tuple[tuple[str, str], ...]:
    """Attribute values of attributes that have been seen to differ."""
    pairs = sorted({(k, v) for s in known for k, v in s.edition.attributes.items()})
    return tuple((k, v) for k, v in pairs if sum(other == k for other, _ in pairs) > 1)


def _entries(
    grid: Grid, clock: Clock, stretch: Stretch, values: tuple[tuple[str, str], ...], end: int
) -> list[Entries]:
    """The curve, the curve on weekends, a size for each attribute value."""
    low, high = clock.reach(grid, stretch, end)
    if low >= high:
        return []
    place = clock.bins(grid, stretch, low, high)
    at, place = np.arange(low, high)[place >= 0], place[place >= 0]
    found = [(at, place)]
    if 0 <= stretch.top < grid.rows and grid.weekend[stretch.top] > 0:
        found.append((at, place + clock.size))
    # A final is twice a group match while it lasts; the hour before it may be like any other.
    inside = at[(at >= stretch.first) & (at < stretch.last)]
    for k, (name, value) in enumerate(values):
        if stretch.edition.attributes.get(name) == value:
            found.append((inside, np.full(len(inside), 2 * clock.size + k)))
    return found
