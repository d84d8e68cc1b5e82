"""What really came, by day and within any window, and forecast days held against it."""

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


@dataclass(frozen=True, slots=True)
class Tally:
    """Forecast days held against actual ones."""

    days: int = 0
    actual: float = 0.0
    error: float = 0.0
    """Sum of forecast less actual."""
    size: float = 0.0
    """Sum of its absolute values."""
    banded: int = 0
    """Days with an interval."""
    inside: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.days + other.days,
            self.actual + other.actual,
            self.error + other.error,
            self.size + other.size,
            self.banded + other.banded,
            self.inside + other.inside,
        )

    @property
    def wape(self) -> float | None:
        """Absolute errors over actuals."""
        return self.size / self.actual if self.actual > 0 else None

    @property
    def bias(self) -> float | None:
        """Errors over actuals; above zero where forecasts were too high."""
        return self.error / self.actual if self.actual > 0 else None

    @property
    def coverage(self) -> float | None:
        """Share of actuals inside the 80% interval."""
        return self.inside / self.banded if self.banded else None


@dataclass(frozen=True, eq=False)
class Held:
    """Days of one forecast held against what came, ready to be added up by days ahead."""

    ahead: NDArray[np.int64]
    columns: NDArray[np.float64]
    """One row for each field of a tally, in their order."""

    def tally(self, least: int, most: int) -> Tally:
        """The days that were from `least` to `most` days ahead."""
        picked = (self.ahead >= least) & (self.ahead <= most)
        days, actual, error, size, banded, inside = self.columns[:, picked].sum(axis=1).tolist()
        return Tally(int(days), actual, error, size, int(banded), int(inside))


def held(ahead: NDArray[np.int64], forecast: NDArray[np.float64], actual: NDArray[np.float64]) -> Held:
    """Hold days (value, low, high) of a forecast against actual ones; those known on both sides count."""
    value, low, high = forecast
    known = np.isfinite(value) & np.isfinite(actual)
    banded = known & np.isfinite(low) & np.isfinite(high)
    inside = banded & (actual >= low) & (actual <= high)
    error = np.where(known, value - actual, 0.0)
    size = np.where(known, np.abs(actual), 0.0)
    return Held(ahead, np.array([known, size, error, np.abs(error), banded, inside], dtype="float64"))
