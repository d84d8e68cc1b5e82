"""A regular axis of time, known both in UTC and on the local wall clock."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.clock import to_local, to_utc

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from cloudtune.timegrid import Step


@dataclass(frozen=True)
class Timeline:
    """`periods` points from `start` on, `step` apart.

    `start` is UTC (datetime64[s]). Steps under a day count elapsed time; steps of a day
    or more count local days, and their points stand at local midnight.
    """

    start: np.datetime64
    periods: int
    step: Step
    timezone: str

    @cached_property
    def utc(self) -> NDArray[np.datetime64]:
        """UTC instants, datetime64[s], shape (periods,)."""
        if not self.step.is_calendar:
            ticks = np.arange(self.periods, dtype="int64") * (self.step.minutes * 60)
            return np.asarray(self.start.astype("datetime64[s]") + ticks.astype("timedelta64[s]"))
        return to_utc(self._calendar_days(), self.timezone)

    @cached_property
    def local(self) -> NDArray[np.datetime64]:
        """Naive wall-clock times, datetime64[s], shape (periods,); a repeated hour repeats."""
        if self.step.is_calendar:
            return self._calendar_days().astype("datetime64[s]")
        return to_local(self.utc, self.timezone)

    @cached_property
    def day(self) -> NDArray[np.datetime64]:
        """Local calendar day of each point, datetime64[D]."""
        return self.local.astype("datetime64[D]")

    @cached_property
    def slot(self) -> NDArray[np.int64]:
        """Slot of the local day of each point: 0 to step.slots - 1; 0 for calendar steps."""
        if self.step.is_calendar:
            return np.zeros(self.periods, dtype="int64")
        seconds = (self.local - self.day.astype("datetime64[s]")).astype("int64")
        return np.asarray(seconds // (self.step.minutes * 60))

    @property
    def stop(self) -> np.datetime64:
        """The UTC instant just after the last point's interval."""
        return self.after(1).start

    def after(self, periods: int) -> Timeline:
        """The timeline of `periods` points that follows this one."""
        if not self.step.is_calendar:
            seconds = np.timedelta64(self.periods * self.step.minutes * 60, "s")
            return Timeline(self.start + seconds, periods, self.step, self.timezone)
        first = to_local(np.array([self.start]), self.timezone).astype("datetime64[D]")[0]
        day = np.array([first + np.timedelta64(self.periods * self.step.days, "D")])
        return Timeline(to_utc(day, self.timezone)[0], periods, self.step, self.timezone)

    def head(self, periods: int) -> Timeline:
        """The first `periods` points."""
        return Timeline(self.start, periods, self.step, self.timezone)

    def position(self, when: datetime) -> int:
        """Index of the first point at or after the aware instant `when` (may be out of range)."""
        stamp = np.datetime64(int(when.timestamp()), "s")
        if self.step.is_calendar:
            return int(np.searchsorted(self.utc, stamp))
        width = self.step.minutes * 60
        return -int((self.start - stamp).astype("timedelta64[s]").astype("int64") // width)

    def _calendar_days(self) -> NDArray[np.datetime64]:
        first = to_local(np.array([self.start]), self.timezone).astype("datetime64[D]")[0]
        return np.asarray(first + np.arange(self.periods) * np.timedelta64(self.step.days, "D"))
