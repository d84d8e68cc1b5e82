"""Points of a timeline as periods (local days, or weeks) by slots, and which slots are ever open."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.data.timeline import Timeline
    from cloudtune.model.arrays import Bools, Dates, Floats, Ints


YEAR = 365.2425


@dataclass(frozen=True, eq=False)
class Grid:
    """Where each point of a timeline stands: its row and its slot.

    A row is a local day, or the `unit` days of a calendar step. A clock change makes two
    points share a cell, or leaves cells without a point.
    """

    timeline: Timeline
    days: Dates
    """First local day of each row."""
    unit: int
    """Days in a row."""
    slots: int
    row: Ints
    slot: Ints

    @classmethod
    def of(cls, timeline: Timeline) -> Grid:
        """Lay `timeline` out on rows and slots."""
        step = timeline.step
        if step.is_calendar:
            row = np.arange(timeline.periods, dtype="int64")
            return cls(timeline, timeline.day, step.days, 1, row, timeline.slot)
        day = timeline.day
        row = (day - day[0]).astype("int64")
        days = day[0] + np.arange(row[-1] + 1)
        return cls(timeline, days, 1, step.slots, row, np.minimum(timeline.slot, step.slots - 1))

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return len(self.days)

    @cached_property
    def weekday(self) -> Ints:
        """Weekday of each row, Monday 0."""
        return (self.days.astype("int64") + 3) % 7

    @cached_property
    def weekend(self) -> Floats:
        """1 on Saturdays and Sundays; 0 for rows longer than a day."""
        return ((self.weekday >= 5) & (self.unit == 1)).astype("float64")

    @cached_property
    def age(self) -> Floats:
        """Days since the first row."""
        return (self.days - self.days[0]).astype("float64")

    @cached_property
    def year_phase(self) -> Floats:
        """Where in the year the middle of each row stands: 0 to 1."""
        middle = self.days.astype("float64") + (self.unit - 1) / 2
        return (middle % YEAR) / YEAR

    @cached_property
    def month_phase(self) -> Floats:
        """Where in the month each row stands: 0 to 1."""
        month = self.days.astype("datetime64[M]")
        first = month.astype("datetime64[D]")
        length = ((month + 1).astype("datetime64[D]") - first).astype("float64")
        return (self.days - first).astype("float64") / length

    @cached_property
    def cell(self) -> Ints:
        """Row and slot of each point as one number."""
        cell: Ints = self.row * self.slots + self.slot
        return cell

    @cached_property
    def twins(self) -> tuple[tuple[int, int], ...]:
        """Pairs of points that share a cell: the hour that a clock change repeats."""
        later = np.flatnonzero(self.slot_goes_back)
        pairs = []
        for point in later:
            low, high = max(point - 2 * self.slots, 0), point + 2 * self.slots
            near = self.cell[low:high]
            order = np.argsort(near, kind="stable")
            same = np.flatnonzero(np.diff(near[order]) == 0)
            pairs += [(int(low + order[k]), int(low + order[k + 1])) for k in same]
        return tuple(sorted(set(pairs)))

    @cached_property
    def slot_goes_back(self) -> Bools:
        """True at points whose cell stands no later than the one before."""
        return np.diff(self.cell, prepend=self.cell[0] - 1) <= 0

    def fold(self, values: Floats, rows: int) -> Floats:
        """`values` (of the first points) as rows by slots: the mean of what shares a cell, else NaN."""
        count = len(values)
        cell = self.cell[:count]
        folded = np.full(rows * self.slots, np.nan)
        folded[cell] = values
        for first, second in self.twins:
            if second < count:
                pair = values[[first, second]]
                known = pair[~np.isnan(pair)]
                folded[cell[second]] = known.mean() if len(known) else np.nan
        return folded.reshape(rows, self.slots)

    def unfold(self, cells: Floats, first: int, last: int) -> Floats:
        """The points `first` to `last` read off an array of rows by slots that starts at row 0."""
        unfolded: Floats = cells[self.row[first:last], self.slot[first:last]]
        return unfolded


WEEKS = 3
SELDOM, OFTEN = 0.02, 0.5
"""Cells seen less than seldom are closed, where most others are seen often."""


def open_slots(grid: Grid, values: Floats) -> Bools:
    """Weekday by slot: where the series has values at all."""
    everything = np.ones((7, grid.slots), dtype=bool)
    rows = int(grid.row[len(values) - 1]) + 1
    if grid.slots == 1 or rows < 7 * WEEKS:
        return everything
    seen = ~np.isnan(grid.fold(values, rows))
    share = np.stack([seen[grid.weekday[:rows] == day].mean(axis=0) for day in range(7)])
    shut = share <= SELDOM
    busy = share[~shut]
    return ~shut if busy.size and np.median(busy) > OFTEN else everything
