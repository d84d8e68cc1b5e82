"""The level of a series, tuned on all of its past."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.breaks import is_late, lasting_bends, late_change
from cloudtune.model.event_columns import event_rows
from cloudtune.model.history import LongLevel, joined_levels, lengthened, padded, shortened
from cloudtune.model.level_columns import level_design, variable_columns
from cloudtune.model.level_design import MIDDLING, LevelData, LevelDesign, fitted_once, plain_levels
from cloudtune.model.level_tuning import LevelChoice, is_young, tune_level
from cloudtune.model.roster import roster
from cloudtune.model.steps import find_steps

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats
    from cloudtune.model.backfit import Ground
    from cloudtune.model.columns import Columns
    from cloudtune.model.plan import Bend, Plan
    from cloudtune.model.roster import Roster


def fit_level(
    plan: Plan, events: Roster, ground: Ground, rows: int
) -> tuple[LevelChoice, LongLevel, tuple[Bend, ...]]:
    """The tuned level on the rows of the series, as it was fitted, and the steps found on the way."""
    variables, is_log = variable_columns(plan, rows), ground.link.is_log_level
    if plan.past is None:
        choice, steps = _tuned(plan, events, (ground.level, ground.weight, is_log), variables)
        return choice, LongLevel(choice.fit, ground.level, 0), steps
    long, offset = lengthened(plan, plan.past)
    level, weight = joined_levels(plan, ground, plan.past, offset)
    learned = roster(long.occasions, offset + rows)
    wide = padded(variables, offset, long.grid.rows)
    choice, steps = _tuned(long, learned, (level, weight, is_log), wide)
    short = replace(choice, fit=shortened(choice.fit, plan.grid, offset))
    return short, LongLevel(choice.fit, level, offset), ()


def _tuned(
    plan: Plan, events: Roster, levels: tuple[Floats, Floats, bool], variables: Columns
) -> tuple[LevelChoice, tuple[Bend, ...]]:
    level, weight, is_log = levels
    rows = len(level)
    exempt = event_rows(plan.grid, events)[:rows] > 0
    values = np.where(weight > 0, level, 0.0)
    data = LevelData(values, weight, exempt, plan.grid.unit, is_log)
    design = level_design(plan, events, rows, variables)
    found = _found(plan, design, data) if plan.seek_breaks else ()
    design = level_design(plan, events, rows, variables, found) if found else design
    turned = any(bend.kind == "slope" and is_late(bend.age, plan.grid.age[:rows]) for bend in found)
    # A slope of a few weeks, or of less than a year, is too young to be drawn on as a straight line.
    unsure = turned or is_young(design, rows, plan.horizon)
    growths = tuple(g for g in plan.growths if g != "linear" or not unsure) or plan.growths
    return tune_level(design, data, plan.horizon, growths), found


def _found(plan: Plan, design: LevelDesign, data: LevelData) -> tuple[Bend, ...]:
    """Level steps of a short series, bends of a long one, and a change too recent for a knot."""
    steps = find_steps(design, data)
    age = plan.grid.age[: data.rows]
    late = late_change(age, np.where(data.weight > 0, data.values - fitted_once(design, data), np.nan))
    bends = lasting_bends(age, plain_levels(design, data, MIDDLING), late)
    return (*steps, *bends) if late is None else (*steps, *bends, late)
