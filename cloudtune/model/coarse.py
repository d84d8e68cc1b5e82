"""A fine plan on quarter hours, where choices are cheap."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.series import Variable
from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.model.occasions import occasions
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats
    from cloudtune.model.plan import Plan

QUARTER = STEPS["15min"]


def coarsened(plan: Plan, values: Floats) -> tuple[Plan, Floats]:
    """The plan and its training values on quarter hours; unchanged where the step is no finer."""
    timeline = plan.grid.timeline
    if timeline.step.minutes >= QUARTER.minutes:
        return plan, values
    seconds = QUARTER.minutes * 60
    first = int(timeline.start.astype("datetime64[s]").astype("int64")) // seconds
    place = timeline.utc.astype("int64") // seconds - first
    start = np.datetime64(first * seconds, "s")
    grid = Grid.of(Timeline(start, int(place[-1]) + 1, QUARTER, timeline.timezone))
    variables = tuple(
        Variable(v.name, _means(v.values, place, grid.timeline.periods), v.effect, v.is_daily)
        for v in plan.variables
    )
    events = occasions(grid, [occasion.event for occasion in plan.occasions])
    means = _means(values, place[: len(values)], int(place[len(values) - 1]) + 1)
    return replace(plan, grid=grid, occasions=events, variables=variables), means


def _means(values: Floats, place: np.ndarray, size: int) -> Floats:
    known = np.isfinite(values)
    total = np.bincount(place[known], weights=values[known], minlength=size)
    count = np.bincount(place[known], minlength=size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
