"""Origins that stand still: lengths and dates of tests that a day's new data doesn't move."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

WEEK = 7
_THURSDAY = 3  # 1970-01-01 was one, counted from Monday
_FEW = 4


def number_of(day: np.datetime64, unit: int) -> int:
    """How many periods of `unit` days lie between a Monday long ago and a local day."""
    return int((day.astype("datetime64[D]").astype("int64") + _THURSDAY) // unit)


def rounded(periods: int, unit: int) -> int:
    """At most `periods`, in steps so coarse that a series grows for long before the next is due.

    Whole weeks from a week on; then 1, 2, 3, 4, 6, 8, 12, 16, ... of them. At least 1.
    """
    week = WEEK if unit == 1 else 1
    if periods < week:
        return max(1, periods)
    weeks = periods // week
    power = 1 << max(weeks.bit_length() - 2, 0)
    return week * (weeks if weeks < _FEW else weeks // power * power)


def standing(latest: int, step: int, first: int) -> int:
    """The last origin up to `latest` whose date is a multiple of `step`; `first` is period 0's number."""
    return latest - (first + latest) % step
