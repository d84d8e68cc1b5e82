"""Residuals by whole local day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.suggest.residuals import Residuals

_MAD = 1.4826
_COMPLETE = 0.6
_SEASON = 30
_ENOUGH = 40
_NINE_IN_TEN = 1.645
"""Normal deviates below which nine in ten absolute values lie."""


@dataclass(frozen=True, eq=False)
class Days:
    """One value a day of the series, in order; all arrays (days,)."""

    day: NDArray[np.datetime64]
    deviation: NDArray[np.float64]
    """Of the day's total from its expectation; NaN where less than 60% of the day is known."""
    in_event: NDArray[np.bool_]
    noise: float
    """Robust spread of quiet days about their fortnight."""
    season_noise: NDArray[np.float64]
    """The same, wider in seasons that are wilder."""
    drift: NDArray[np.float64]
    """What the fortnight around each day deviates by."""
    width: int
    """Days in a row: 7 for weekly data."""

    @property
    def local(self) -> NDArray[np.float64]:
        """Deviation beyond that of the fortnight around."""
        return self.deviation - self.drift

    def at(self, day: np.datetime64) -> int | None:
        """The place of the day, or of the week that holds it, where its deviation is known."""
        place = int(np.searchsorted(self.day, day, side="right")) - 1
        if place < 0 or (day - self.day[place]).astype("int64") >= self.width:
            return None
        return place if np.isfinite(self.deviation[place]) else None


def by_day(view: Residuals) -> Days:
    """Totals of actual and expected over the known points of each day, compared."""
    days, at = np.unique(view.timeline.day, return_inverse=True)
    known = view.usable & np.isfinite(view.deviation)
    actual = _totals(at, np.where(known, view.actual, 0.0), days.size)
    expected = _totals(at, np.where(known, view.expected, 0.0), days.size)
    count = np.bincount(at, known, days.size)
    complete = count >= _COMPLETE * view.timeline.step.slots
    deviation = _compare(view, actual, expected, count)
    deviation[~complete] = np.nan
    in_event = np.bincount(at, view.in_event, days.size) > 0
    drift = _drift(deviation, in_event)
    spread = np.where(in_event, np.nan, np.abs(deviation - drift))
    known = spread[np.isfinite(spread)]
    noise = max(float(np.median(known)) * _MAD, 1e-4) if known.size else np.inf
    return Days(
        days,
        deviation,
        in_event,
        noise,
        _by_season(days, spread, noise),
        drift,
        max(1, view.timeline.step.days),
    )


def _by_season(
    days: NDArray[np.datetime64], spread: NDArray[np.float64], usual: float
) -> NDArray[np.float64]:
    """The usual spread, or that of the season where it is wider.

    Why: in the months of heat waves a hot day is nothing special. Nine in ten days set the measure.
    """
    of_year = (days - days.astype("datetime64[Y]").astype("datetime64[D]")).astype("int64")
    wide = np.full(367, usual)
    for day in range(367):
        near = np.abs((of_year - day + 183) % 366 - 183) <= _SEASON
        inside = spread[near & np.isfinite(spread)]
        if inside.size >= _ENOUGH:
            wide[day] = max(usual, float(np.quantile(inside, 0.9)) / _NINE_IN_TEN)
    return wide[of_year]


def _totals(at: NDArray[np.int64], values: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    return np.bincount(at, values, count).astype("float64")


def _compare(
    view: Residuals,
    actual: NDArray[np.float64],
    expected: NDArray[np.float64],
    count: NDArray[np.int64],
) -> NDArray[np.float64]:
    counted = np.maximum(count, 1)
    if view.scale == "multiplicative":
        floor = 1e-3 * float(np.nanmedian(np.abs(expected / counted))) + 1e-12
        return np.asarray(np.log((actual / counted + floor) / (np.maximum(expected / counted, 0) + floor)))
    level = max(float(np.nanmedian(np.abs(expected / counted))), 1e-12)
    return np.asarray((actual - expected) / counted / level)


def _drift(deviation: NDArray[np.float64], in_event: NDArray[np.bool_]) -> NDArray[np.float64]:
    quiet = pd.Series(np.where(in_event, np.nan, deviation))
    smooth = quiet.rolling(15, center=True, min_periods=3).median()
    return np.asarray(smooth.interpolate(limit_direction="both").fillna(0.0).to_numpy(), dtype="float64")
