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


def tested(horizon: int, most: int, unit: int) -> int:
    """Periods that an origin is tested on: a horizon without its odd days, as far as `most` allows.

    Why without: a horizon ends with a whole week, so its length in days goes up and down with the weekday.
    """
    if horizon > most:
        return rounded(max(most, 1), unit)
    week = WEEK if unit == 1 else 1
    part = week if unit > 1 or horizon < 2 * _FEW * week else _FEW * week
    return max(1, horizon // part * part if horizon >= part else horizon)


def rounded(periods: int, unit: int) -> int:
    """At most `periods`: whole weeks from two weeks on, so that a growing series keeps it for a while."""
    week = WEEK if unit == 1 else 1
    return max(1, periods if periods < 2 * week else periods // week * week)


def standing(latest: int, step: int, unit: int, first: int) -> int:
    """The last origin up to `latest` whose date is a multiple of `step`, or of a week where that is less.

    `first` is period 0's number. Why a week at most: choices are for the horizon that begins now, and the
    last days say most of it; so choices may move once a week, and never with a day.
    """
    grid = min(step, WEEK if unit == 1 else 1)
    return latest - (first + latest) % grid
