"""Series that are nothing on most days and something on a few that nobody can foretell."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.event_columns import event_rows
from cloudtune.model.roster import roster

if TYPE_CHECKING:
    from cloudtune.forecast.noise import DayNoise
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.plan import Plan

OFTEN = 0.5
"""A part of days, or of days of a kind, from which on they have a pattern to learn."""
FEWEST_DAYS = 28
YEAR_DAYS = 365


def is_sparse(plan: Plan, values: Floats) -> bool:
    """True where days that hold something are few, scattered, on no weekday of their own, no events."""
    grid = plan.grid
    if grid.slots == 1 or plan.past is not None or not np.nanmin(values) >= 0:
        return False
    rows = int(grid.row[len(values) - 1]) + 1
    cells = grid.fold(values, rows)
    seen = ~np.isnan(cells).all(axis=1)
    busy = np.asarray((np.nan_to_num(cells) > 0).any(axis=1))
    if seen.sum() < FEWEST_DAYS or not 0 < busy.sum() < OFTEN * seen.sum():
        return False
    by_weekday = [busy[seen & (grid.weekday[:rows] == day)] for day in range(7)]
    follows = busy[1:][busy[:-1]].mean() if busy[:-1].any() else 0.0
    usual = max(float(days.mean()) for days in by_weekday if len(days))
    return bool(usual < OFTEN and follows < OFTEN and not _foretold(plan, values, busy))


def evened(plan: Plan, values: Floats) -> Floats:
    """The mean of the last year at every known point: what such a series can be expected to hold."""
    year = values[-YEAR_DAYS * plan.grid.slots :]
    return np.where(np.isnan(values), np.nan, float(np.nanmean(year)))


def as_seen(days: DayNoise | None) -> DayNoise | None:
    """Days as they were: what is made wider would leave nothing less than nothing."""
    return days and replace(days, cells=days.actual - days.fitted)


def _foretold(plan: Plan, values: Floats, busy: Bools) -> bool:
    """True where most busy days are those of events."""
    events = event_rows(plan.grid, roster(plan.occasions, len(values)))[: len(busy)] > 0
    return bool(events[busy].mean() >= OFTEN)
