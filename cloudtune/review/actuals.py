"""What really came, by day and within any window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned

_WHOLE = 0.95
"""Share of a day's points that must be known; a clock change takes an hour."""


@dataclass(frozen=True, eq=False)
class Actuals:
    """Actual values on their local clock; masked points are unknown."""

    local: NDArray[np.datetime64]
    """Naive wall time of each point, datetime64[s]."""
    values: NDArray[np.float64]
    aggregate: str
    minutes: int
    """Length of a point."""

    @cached_property
    def first(self) -> np.datetime64:
        """The first local day."""
        return self.local[0].astype("datetime64[D]")

    @cached_property
    def last(self) -> str:
        """The last local day, as reports write it."""
        return str(self.local[-1].astype("datetime64[D]"))

    @cached_property
    def daily(self) -> NDArray[np.float64]:
        """Total, mean or maximum of each local day from `first` on; NaN where it isn't whole."""
        offset = (self.local.astype("datetime64[D]") - self.first).astype("int64")
        known = np.isfinite(self.values)
        counts = np.bincount(offset[known], minlength=int(offset[-1]) + 1)
        values = self._by_day(offset[known], self.values[known], counts)
        return np.where(counts * self.minutes >= _WHOLE * 1440, values, np.nan)

    def peak(self, start: datetime, end: datetime) -> tuple[np.datetime64, float] | None:
        """When and how high the highest point in [start, end) was; None unless the window is known whole."""
        first, last = np.searchsorted(self.local, np.array([start, end], dtype="datetime64[s]"))
        window = self.values[first:last]
        expected = (end - start) / timedelta(minutes=self.minutes)
        if not len(window) or np.isfinite(window).sum() < _WHOLE * expected:
            return None
        index = int(np.nanargmax(window))
        return self.local[first + index], float(window[index])

    def _by_day(
        self, offset: NDArray[np.int64], values: NDArray[np.float64], counts: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        if self.aggregate == "max":
            highest = np.full(len(counts), -np.inf)
            np.maximum.at(highest, offset, values)
            return highest
        total = np.bincount(offset, weights=values, minlength=len(counts))
        mean = total / np.maximum(counts, 1)
        # Why: a day that lacks a few points is taken at its mean, as reports do with weeks.
        return mean if self.aggregate == "mean" else mean * np.maximum(counts, 1440 / self.minutes)


def actuals_of(cleaned: Cleaned) -> Actuals:
    """The actual values of a cleaned series; declared outliers don't count against a forecast."""
    series = cleaned.series
    values = np.where(cleaned.masked, np.nan, series.values)
    return Actuals(series.timeline.local, values, series.aggregate, series.timeline.step.minutes)
