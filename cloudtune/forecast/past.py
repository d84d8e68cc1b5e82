"""A longer, coarser history as whole local days."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.plan import Past

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned, Series
    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid

WEEK = 7


def past_of(cleaned: Cleaned, grid: Grid) -> Past | None:
    """The history of a series of days or finer steps, where it reaches further back."""
    history = cleaned.history
    if history is None or grid.unit > 1 or history.timeline.periods == 0:
        return None
    days, values = (
        _spread_weeks(history, cleaned, grid) if history.timeline.step.days == WEEK else _days(history)
    )
    if not len(days) or days[0] >= grid.days[0]:
        return None
    whole = days[0] + np.arange(int((days[-1] - days[0]).astype("int64")) + 1)
    filled = np.full(len(whole), np.nan)
    filled[(days - days[0]).astype("int64")] = values
    return Past(whole, filled)


def _days(history: Series) -> tuple[np.ndarray, Floats]:
    """Days with all of their points, added up or averaged."""
    day = history.timeline.day
    days, place = np.unique(day, return_inverse=True)
    known = np.isfinite(history.values)
    count = np.bincount(place, weights=known.astype("float64"))
    total = np.bincount(place, weights=np.where(known, history.values, 0.0))
    whole = count >= 0.95 * min(history.timeline.step.slots, count.max())
    values = total if history.aggregate == "sum" else total / np.maximum(count, 1)
    return days, np.where(whole, values, np.nan)


def _spread_weeks(history: Series, cleaned: Cleaned, grid: Grid) -> tuple[np.ndarray, Floats]:
    """Weeks as seven days in the proportions of the series itself."""
    first = history.timeline.day
    days = (first[:, None] + np.arange(WEEK)).ravel()
    weekday = (days.astype("int64") + 3) % WEEK
    usual = _weekday_shares(cleaned, grid)
    share = usual[weekday] if history.aggregate == "sum" else usual[weekday] * WEEK
    return days, np.repeat(history.values, WEEK) * share


def _weekday_shares(cleaned: Cleaned, grid: Grid) -> Floats:
    values = np.where(cleaned.masked, np.nan, cleaned.series.values)
    rows = int(grid.row[len(values) - 1]) + 1
    cells = grid.fold(values, rows)
    seen = ~np.isnan(cells)
    mean = np.where(seen, cells, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    good = seen.mean(axis=1) > 0.5
    weekday = grid.weekday[:rows]
    usual = np.array(
        [mean[good & (weekday == d)].mean() if (good & (weekday == d)).any() else np.nan for d in range(WEEK)]
    )
    usual = np.where(np.isnan(usual), np.nanmean(usual) if np.isfinite(usual).any() else 1.0, usual)
    return usual / usual.sum() if usual.sum() > 0 else np.full(WEEK, 1 / WEEK)
