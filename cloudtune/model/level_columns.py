"""The design of the level."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.breaks import LATE
from cloudtune.model.calendar import level_seasons, trend_columns
from cloudtune.model.columns import Columns, one
from cloudtune.model.event_columns import level_events
from cloudtune.model.level_design import LevelDesign, knots_of
from cloudtune.model.regressors import level_variable
from cloudtune.model.seasons import seasons_of

if TYPE_CHECKING:
    from cloudtune.model.plan import Bend, Plan
    from cloudtune.model.roster import Roster


def level_design(
    plan: Plan, events: Roster, rows: int, variables: Columns, steps: tuple[Bend, ...] = ()
) -> LevelDesign:
    """Trend with its knots; seasons, events, variables and level shifts beside it."""
    grid = plan.grid
    declared = [bend.age for bend in plan.bends if bend.kind == "slope"]
    found = [bend.age for bend in steps if bend.kind == "slope"]
    sought = knots_of(grid, rows)
    knots = np.concatenate([sought, declared, found])
    told = np.concatenate([sought, declared, np.array(found) + LATE])
    parts = [level_seasons(grid, seasons_of(plan, rows)), level_events(grid, events)]
    parts.append(variables)
    parts += [_step(plan, bend) for bend in (*plan.bends, *steps) if bend.kind == "level"]
    trend = trend_columns(grid, knots, float(grid.age[rows - 1]))
    free = np.arange(len(knots)) >= len(sought)
    return LevelDesign(grid, Columns.join(parts, grid.rows), trend, knots, free, told, rows)


def variable_columns(plan: Plan, rows: int) -> Columns:
    """What daily values of the variables do to the level."""
    wanted = [v for v in plan.variables if v.effect != "shape"]
    return Columns.join([level_variable(plan.grid, v, rows, 0.3) for v in wanted], plan.grid.rows)


def _step(plan: Plan, bend: Bend) -> Columns:
    """A lasting change of the level; it begins on the first whole row."""
    after = plan.grid.age >= bend.age - plan.grid.unit / 2
    return one("trend:step", after.astype("float64"), 1.0)
