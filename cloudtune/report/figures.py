"""Rounding: from floats to the figures that a report commits."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.engine.result import Interval
    from cloudtune.report.document import Range

SIGNIFICANT = 6
"""Digits of a series' median value that the JSON keeps."""
_MOST_DECIMALS = 12
_FRACTION_DECIMALS = 4


def decimals_of(values: NDArray[np.float64]) -> int:
    """Decimals that give the median size of `values` six significant digits; never below 0.

    Why: decimals chosen value by value make figures flicker between two precisions.
    """
    sizes = np.abs(values[np.isfinite(values) & (values != 0)])
    if sizes.size == 0:
        return 0
    magnitude = math.floor(math.log10(float(np.median(sizes))))
    return min(max(SIGNIFICANT - 1 - magnitude, 0), _MOST_DECIMALS)


def figure(value: float, decimals: int) -> float | None:
    """`value` rounded to `decimals`; None where it is not finite."""
    if not math.isfinite(value):
        return None
    # Adding zero turns -0.0 into 0.0.
    return round(float(value)) if decimals == 0 else round(float(value), decimals) + 0.0


def fraction(value: float) -> float | None:
    """A rate, an error or a share, to a hundredth of a percent."""
    return figure(value, _FRACTION_DECIMALS)


def figure_range(interval: Interval, decimals: int) -> Range:
    """A value and its interval, rounded alike."""
    return {
        "value": figure(interval.value, decimals),
        "low": figure(interval.low, decimals),
        "high": figure(interval.high, decimals),
    }


def fraction_range(interval: Interval) -> Range:
    """A rate and its interval, rounded alike."""
    return figure_range(interval, _FRACTION_DECIMALS)


def stamp(when: np.datetime64) -> str:
    """A naive local time as ISO 8601 to the minute."""
    return str(when.astype("datetime64[m]"))


def day_stamp(when: np.datetime64) -> str:
    """A local day as ISO 8601."""
    return str(when.astype("datetime64[D]"))
