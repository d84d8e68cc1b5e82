"""The trend of the level: a line whose slope may change, and lasting shifts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import LEVEL_SHIFT, TREND, Columns, block, one
from cloudtune.model.grid import YEAR

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.terms.term import Setting

MAX_KNOTS = 25
KNOT_DAYS = 28.0
QUIET_DAYS = 60.0
"""No knot this close to the end of the data, or within its last 15%."""
ANYTHING = 1000.0
SLOPE, KNOT, SHIFT = 0.3, 0.2, 1.0
"""Prior sd of the slope a year, of its change at a knot (the search tries others), of a level shift."""


class LevelShifts:
    """A lasting change of the level at each declared or found shift; it begins on the first whole period."""

    name = "level shifts"

    def is_carried(self, setting: Setting) -> bool:
        """Wherever there is one."""
        return bool(setting.plan.changepoints.level_shifts or setting.found.level_shifts)

    def columns(self, setting: Setting) -> Columns:
        """0 before, 1 from then on; declared ones first."""
        shifts = (*setting.plan.changepoints.level_shifts, *setting.found.level_shifts)
        grid = setting.grid
        steps = [(grid.age >= shift.age - grid.unit / 2).astype("float64") for shift in shifts]
        return Columns.join([one(LEVEL_SHIFT, step, SHIFT) for step in steps], grid.periods)


def trend_columns(grid: Grid, knots: Floats, end: float) -> Columns:
    """Constant, slope a year, and a change of slope at each knot (days since the first period)."""
    years = (grid.age - end) / YEAR
    hinges = [np.maximum(grid.age - knot, 0.0) / YEAR for knot in knots]
    return block(TREND, [np.ones(grid.periods), years, *hinges], [ANYTHING, SLOPE, *[KNOT] * len(hinges)])


def knots_of(grid: Grid, periods: int, start: float = 0.0) -> Floats:
    """Ages from `start` on at which the slope may change: up to 25, 28 days apart, none near the end."""
    days = float(grid.age[periods - 1]) - start
    room = days - quiet(days) - KNOT_DAYS
    count = min(MAX_KNOTS, int(room // KNOT_DAYS))
    return start + np.linspace(KNOT_DAYS, days - quiet(days), max(count, 0) + 1)[: max(count, 0)]


def quiet(days: float) -> float:
    """Days before the end of so many days of data in which no slope changes."""
    return max(min(QUIET_DAYS, 0.15 * days), 1.0)
