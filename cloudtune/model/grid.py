"""Points of a timeline as periods (local days, or weeks) by slots of the day."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.data.timeline import Timeline
    from cloudtune.model.arrays import Bools, BySlot, Dates, Floats, Ints, Points


YEAR = 365.2425


@dataclass(frozen=True, eq=False)
class Grid:
    """Where each point of a timeline stands: its period and its slot.

    A period is a local day, or the `unit` days of a calendar step. A clock change makes two
    points share a slot, or leaves slots without a point.
    """

    timeline: Timeline
    days: Dates
    """First local day of each period."""
    unit: int
    """Days in a period."""
    slots: int
    period: Ints
    slot: Ints

    @classmethod
    def of(cls, timeline: Timeline) -> Grid:
        """Lay `timeline` out on periods and slots."""
        step = timeline.step
        if step.is_calendar:
            period = np.arange(timeline.periods, dtype="int64")
            return cls(timeline, timeline.day, step.days, 1, period, timeline.slot)
        day = timeline.day
        period = (day - day[0]).astype("int64")
        days = day[0] + np.arange(period[-1] + 1)
        return cls(timeline, days, 1, step.slots, period, np.minimum(timeline.slot, step.slots - 1))

    @property
    def periods(self) -> int:
        """How many periods there are."""
        return len(self.days)

    @cached_property
    def weekday(self) -> Ints:
        """Weekday of each period, Monday 0."""
        return (self.days.astype("int64") + 3) % 7

    @cached_property
    def weekend(self) -> Floats:
        """1 on Saturdays and Sundays; 0 for periods longer than a day."""
        return ((self.weekday >= 5) & (self.unit == 1)).astype("float64")

    @cached_property
    def age(self) -> Floats:
        """Days since the first period."""
        return (self.days - self.days[0]).astype("float64")

    @cached_property
    def year_phase(self) -> Floats:
        """Where in the year the middle of each period stands: 0 to 1."""
        middle = self.days.astype("float64") + (self.unit - 1) / 2
        return (middle % YEAR) / YEAR

    @cached_property
    def month_phase(self) -> Floats:
        """Where in the month each period stands: 0 to 1."""
        month = self.days.astype("datetime64[M]")
        first = month.astype("datetime64[D]")
        length = ((month + 1).astype("datetime64[D]") - first).astype("float64")
        return (self.days - first).astype("float64") / length

    @cached_property
    def place(self) -> Ints:
        """Period and slot of each point as one number."""
        place: Ints = self.period * self.slots + self.slot
        return place

    @cached_property
    def twins(self) -> tuple[tuple[int, int], ...]:
        """Pairs of points that share a slot: the hour that a clock change repeats."""
        later = np.flatnonzero(self.slot_goes_back)
        pairs = []
        for point in later:
            low, high = max(point - 2 * self.slots, 0), point + 2 * self.slots
            near = self.place[low:high]
            order = np.argsort(near, kind="stable")
            same = np.flatnonzero(np.diff(near[order]) == 0)
            pairs += [(int(low + order[k]), int(low + order[k + 1])) for k in same]
        return tuple(sorted(set(pairs)))

    @cached_property
    def slot_goes_back(self) -> Bools:
        """True at points whose slot stands no later than the one before."""
        return np.diff(self.place, prepend=self.place[0] - 1) <= 0

    def fold(self, values: Points, periods: int) -> BySlot:
        """`values` (of the first points) as periods by slots: the mean of what shares a slot, else NaN."""
        count = len(values)
        place = self.place[:count]
        folded = np.full(periods * self.slots, np.nan)
        folded[place] = values
        for first, second in self.twins:
            if second < count:
                pair = values[[first, second]]
                known = pair[~np.isnan(pair)]
                folded[place[second]] = known.mean() if len(known) else np.nan
        return folded.reshape(periods, self.slots)

    def unfold(self, by_slot: BySlot, first: int, last: int) -> Points:
        """The points `first` to `last` read off an array of periods by slots that starts at period 0."""
        unfolded: Floats = by_slot[self.period[first:last], self.slot[first:last]]
        return unfolded
