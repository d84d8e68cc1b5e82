"""Training data in, fitted model out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.backfit import Ground, Scene, plain_ground, tuned, turned
from cloudtune.model.coarse import coarsened
from cloudtune.model.event_footprint import lessons_on_the_clock
from cloudtune.model.level_fit import fit_level
from cloudtune.model.links import Link, LinkName, link_of
from cloudtune.model.opening import open_cells
from cloudtune.model.roster import Roster, roster
from cloudtune.model.shape_tuning import ROUGH, SMOOTHINGS, Choices, near

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.history import LongLevel
    from cloudtune.model.level_tuning import LevelChoice
    from cloudtune.model.plan import Bend, Plan

MANY_ZEROS = 0.15
"""A larger share of zeros has no logarithm worth fitting."""
CLEARLY = 0.85
"""Part of the error of the best product that a sum must stay under, where both are possible."""


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
    long: LongLevel
    """The same level on the rows of the history."""
    link_scores: dict[str, float]
    steps: tuple[Bend, ...]
    """Level shifts found in the data."""
    never_negative: bool
    open: Bools
    """Weekday by slot: False where the series is never seen, as at night in business hours."""

    @property
    def adds_up(self) -> bool:
        """True for series whose points are summed."""
        return self.plan.adds_up

    @property
    def link(self) -> Link:
        """The scale of the model."""
        return self.ground.link


def fit(plan: Plan, values: Floats) -> FittedModel:
    """Fit to `values`, the first points of the plan's timeline (NaN where missing or masked)."""
    points = len(values)
    rows = int(plan.grid.row[points - 1]) + 1
    events = roster(plan.occasions, points)
    ground, scores = _ground(plan, events, values)
    level, long, steps = fit_level(plan, events, ground, rows)
    return FittedModel(
        plan,
        points,
        rows,
        events,
        ground,
        level,
        long,
        scores,
        steps,
        bool(np.nanmin(values) >= 0),
        open_cells(plan.grid, values),
    )


def _ground(plan: Plan, events: Roster, values: Floats) -> tuple[Ground, dict[str, float]]:
    """The link with the best shape on quarter hours, then its shape at the full step."""
    names = _links(plan, events, values)
    if plan.grid.slots == 1:
        return plain_ground(plan, values, link_of(names[0], values)), {}
    small, means = coarsened(plan, values)
    rough = Scene.of(small, roster(small.occasions, len(means)), means)
    turns = [turned(rough, link_of(name, means)) for name in names]
    tried = [tuned(rough, one, ROUGH) for one in turns]
    place = min(range(len(tried)), key=lambda k: _handicapped(tried[k]))
    best = tried[place]
    scores: dict[str, float] = {ground.link.name: ground.score for ground in tried}
    shape = best.shape
    choices = Choices(near(shape.best), SMOOTHINGS, (shape.calm,)) if shape else ROUGH
    if small is plan:
        return tuned(rough, turns[place], choices), scores
    scene = Scene.of(plan, events, values)
    return tuned(scene, turned(scene, link_of(best.link.name, values)), choices), scores


def _handicapped(ground: Ground) -> float:
    """A sum says means where a product says medians: it must be clearly better."""
    return ground.score if ground.link.is_log_level else ground.score / CLEARLY


def _links(plan: Plan, events: Roster, values: Floats) -> tuple[LinkName, ...]:
    """Links that the data allows."""
    if np.nanmin(values) < 0:
        return ("id",)
    if plan.grid.slots == 1:
        return ("id",) if plan.links == ("id",) else ("log",)
    many_zeros = np.nanmean(values[np.isfinite(values)] == 0) > MANY_ZEROS
    wanted = plan.links or (("ratio", "id") if many_zeros else ("log", "ratio", "id"))
    if many_zeros and "ratio" in wanted:
        wanted = tuple(name for name in wanted if name != "log")
    if lessons_on_the_clock(events):
        wanted = tuple(name for name in wanted if name != "ratio") or ("log",)
    return wanted
