"""The design of the day's curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.calendar import shape_seasons
from cloudtune.model.columns import Columns
from cloudtune.model.event_columns import shape_events
from cloudtune.model.regressors import is_trend, level_variable, slot_variable
from cloudtune.model.seasons import seasons_of
from cloudtune.model.shape_data import ShapeDesign

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools
    from cloudtune.model.plan import Plan
    from cloudtune.model.roster import Roster


def shape_design(plan: Plan, events: Roster, rows: int) -> ShapeDesign:
    """Seasons, events and variables over all rows of the plan."""
    grid = plan.grid
    parts = [shape_seasons(grid, seasons_of(plan, rows)), shape_events(grid, events)]
    wanted = [v for v in plan.variables if v.effect != "level"]
    for variable in wanted:
        daily = level_variable(grid, variable, rows, 0.15)
        parts += [daily, daily.times(grid.weekend, 0.67)]
    moving = [v for v in wanted if not v.is_daily and not is_trend(grid, v, rows)]
    extra = [slot_variable(grid, v, rows) for v in moving]
    labels = [f"regressor:{v.name}" for v, e in zip(moving, extra, strict=True) for _ in range(e.shape[2])]
    cells = np.concatenate(extra, axis=2) if extra else np.zeros((grid.slots, grid.rows, 0))
    return ShapeDesign(Columns.join(parts, grid.rows), cells, tuple(labels))


def sharp_columns(design: ShapeDesign) -> Bools:
    """Columns of events: their edges are the signal, smoothing leaves them alone."""
    return design.columns.named("event:") | design.columns.named("family:")
