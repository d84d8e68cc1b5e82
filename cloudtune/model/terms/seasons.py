"""Seasons of the level and of the profile: columns that come from the calendar alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import Columns, block, one, waves
from cloudtune.model.grid import YEAR
from cloudtune.model.level import LONG_ENOUGH
from cloudtune.model.plan import Seasons

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.plan import FitPlan


YEAR_WAVES = 10
WEEKLY = "season:weekly"
YEARLY = "season:yearly"
MONTHLY = "season:monthly"
DAILY = "season:daily"


def level_seasons(grid: Grid, seasons: Seasons) -> Columns:
    """Weekday, year, weekday by year, day of the month, custom periods."""
    parts = []
    if seasons.weekly:
        parts.append(weekdays(grid, 0.5))
    if seasons.yearly:
        parts.append(waves(YEARLY, grid.year_phase, seasons.yearly, _year_prior(seasons.yearly)))
        if seasons.weekly:
            slow = waves(YEARLY, grid.year_phase, 2, (0.1, 0.05))
            days = weekdays(grid, 1.0)
            parts += [slow.times(days.values[:, k], 1.0) for k in range(7)]
    if seasons.monthly:
        parts.append(waves(MONTHLY, grid.month_phase, 3, (0.05, 0.025, 0.05 / 3)))
    for custom in seasons.custom:
        phase = (grid.age % custom.length) / custom.length
        priors = [0.3 / k for k in range(1, custom.order + 1)]
        parts.append(waves(f"season:{custom.name}", phase, custom.order, priors))
    return Columns.join(parts, grid.periods)


def profile_seasons(grid: Grid, seasons: Seasons) -> Columns:
    """The curve of the day: its mean, by weekday, by season of the year."""
    parts = [one(DAILY, np.ones(grid.periods), 1000.0)]
    if seasons.weekly:
        parts.append(weekdays(grid, 0.5))
    order = seasons.profile_yearly
    if order:
        slow = waves(YEARLY, grid.year_phase, order, [0.3 / k for k in range(1, order + 1)])
        parts += [slow, slow.times(grid.weekend, 0.5)]
    return Columns.join(parts, grid.periods)


def weekdays(grid: Grid, prior: float) -> Columns:
    """Seven columns of noughts and ones."""
    return block(WEEKLY, [(grid.weekday == k).astype("float64") for k in range(7)], [prior] * 7)


def trend_columns(grid: Grid, knots: Floats, end: float) -> Columns:
    """Constant, slope a year, and a change of slope at each knot (days since the first period)."""
    years = (grid.age - end) / YEAR
    hinges = [np.maximum(grid.age - knot, 0.0) / YEAR for knot in knots]
    return block("trend", [np.ones(grid.periods), years, *hinges], [1000.0, 0.3, *[0.2] * len(hinges)])


def _year_prior(order: int) -> list[float]:
    return [0.6, *[0.3 / np.sqrt(k) for k in range(2, order + 1)]][:order]


MONTHLY_DAYS = 180
WEEKLY_DAYS = 8


def seasons_of(plan: FitPlan, periods: int) -> Seasons:
    """Waves allowed by the spec and carried by `periods` periods."""
    grid = plan.grid
    days = float(grid.age[periods - 1]) + grid.unit
    allowed = plan.seasons
    yearly = (allowed is None or "yearly" in allowed) and days >= LONG_ENOUGH
    weekly = (allowed is None or "weekly" in allowed) and grid.unit == 1 and days >= WEEKLY_DAYS
    monthly = allowed is None and grid.unit == 1 and days >= MONTHLY_DAYS
    return Seasons(weekly, 10 if yearly else 0, monthly, 3 if yearly else 0, plan.custom)
