"""Sums of errors that can be added up, and the rates that they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


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
