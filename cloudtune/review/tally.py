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


def tally(
    forecast: NDArray[np.float64],
    low: NDArray[np.float64],
    high: NDArray[np.float64],
    actual: NDArray[np.float64],
) -> Tally:
    """The tally of days of which forecast and actual are known."""
    known = np.isfinite(forecast) & np.isfinite(actual)
    error = forecast[known] - actual[known]
    banded = known & np.isfinite(low) & np.isfinite(high)
    inside = banded & (actual >= low) & (actual <= high)
    return Tally(
        int(known.sum()),
        float(np.abs(actual[known]).sum()),
        float(error.sum()),
        float(np.abs(error).sum()),
        int(banded.sum()),
        int(inside.sum()),
    )
