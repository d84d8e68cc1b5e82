"""Training data in, fitted model out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.backfit import Ground, ground_of
from cloudtune.model.event_columns import event_rows
from cloudtune.model.level_columns import level_design
from cloudtune.model.level_design import LevelData
from cloudtune.model.level_tuning import LevelChoice, tune_level
from cloudtune.model.lift import lessons_on_the_clock
from cloudtune.model.links import Link, LinkName, link_of
from cloudtune.model.roster import Roster, roster

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats
    from cloudtune.model.plan import Plan


@dataclass(frozen=True, eq=False)
class FittedModel:
    """Level, shape and lifts of one series, ready to say any row of its plan."""

    plan: Plan
    points: int
    """Training points."""
    rows: int
    """Training rows."""
    roster: Roster
    ground: Ground
    """Shape, lifts, actual levels, on the chosen link."""
    level: LevelChoice
    link_scores: dict[str, float]

    @property
    def link(self) -> Link:
        """The scale of the model."""
        return self.ground.link


def fit(plan: Plan, values: Floats) -> FittedModel:
    """Fit to `values`, the first points of the plan's timeline (NaN where missing or masked)."""
    points = len(values)
    rows = int(plan.grid.row[points - 1]) + 1
    events = roster(plan.occasions, points)
    grounds = [ground_of(plan, events, values, link_of(name, values)) for name in _links(plan, events, values)]
    ground = min(grounds, key=lambda g: g.score)
    return FittedModel(plan, points, rows, events, ground, _level(plan, events, ground, rows),
                       {g.link.name: g.score for g in grounds})


def _links(plan: Plan, events: Roster, values: Floats) -> tuple[LinkName, ...]:
    """Links that the data allows."""
    if np.nanmin(values) < 0:
        return ("id",)
    wanted = plan.links or ("log", "ratio", "id")
    if plan.grid.slots == 1:
        return ("id",) if wanted == ("id",) else ("log",)
    if lessons_on_the_clock(events):
        wanted = tuple(name for name in wanted if name != "ratio")
    return wanted


def _level(plan: Plan, events: Roster, ground: Ground, rows: int) -> LevelChoice:
    exempt = event_rows(plan.grid, events)[:rows] > 0
    values = np.where(ground.weight > 0, ground.level, 0.0)
    data = LevelData(values, ground.weight, exempt, plan.grid.unit, ground.link.is_log_level)
    return tune_level(level_design(plan, events, rows), data, plan.horizon, plan.growths)
