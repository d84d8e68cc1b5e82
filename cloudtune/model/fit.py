"""Training data in, fitted model out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.changepoints import (
    LATE,
    find_level_shifts,
    is_late,
    lasting_slope_changes,
    late_changepoint,
)
from cloudtune.model.columns import Columns, one
from cloudtune.model.components import BackfitInputs, Components, backfit, plain_components, tune_components
from cloudtune.model.grid import open_slots
from cloudtune.model.history import LongLevel, joined_levels, lengthened, padded, shortened
from cloudtune.model.level import MIDDLING, LevelData, LevelDesign, fitted_once, knots_of, plain_levels
from cloudtune.model.level_search import LevelChoice, is_young, tune_level
from cloudtune.model.lift_design import learned_on_the_clock
from cloudtune.model.links import Link, LinkName, link_of
from cloudtune.model.occurrences import EventRoles, event_roles
from cloudtune.model.plan import coarsened
from cloudtune.model.profile_search import ROUGH, SMOOTHINGS, ProfileSearch, near
from cloudtune.model.terms.events import event_periods, level_events
from cloudtune.model.terms.regressors import level_regressor
from cloudtune.model.terms.seasons import level_seasons, seasons_of, trend_columns

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.plan import Changepoint, FitPlan


MANY_ZEROS = 0.15
"""A larger share of zeros has no logarithm worth fitting."""


@dataclass(frozen=True, eq=False)
class FittedModel:
    """Level, profile and lifts of one series, ready to say any period of its plan."""

    plan: FitPlan
    points: int
    """Training points."""
    periods: int
    """Training periods."""
    roles: EventRoles
    components: Components
    """Shape, lifts, actual levels, on the chosen link."""
    level: LevelChoice
    long: LongLevel
    """The same level on the periods of the history."""
    link_scores: dict[str, float]
    steps: tuple[Changepoint, ...]
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
        return self.components.link


def fit(plan: FitPlan, values: Floats) -> FittedModel:
    """Fit to `values`, the first points of the plan's timeline (NaN where missing or masked)."""
    points = len(values)
    periods = int(plan.grid.period[points - 1]) + 1
    events = event_roles(plan.placed_events, points)
    components, scores = _components(plan, events, values)
    level, long, steps = fit_level(plan, events, components, periods)
    return FittedModel(
        plan,
        points,
        periods,
        events,
        components,
        level,
        long,
        scores,
        steps,
        bool(np.nanmin(values) >= 0),
        open_slots(plan.grid, values),
    )


def _components(plan: FitPlan, events: EventRoles, values: Floats) -> tuple[Components, dict[str, float]]:
    """The link with the best profile on quarter hours, then its profile at the full step."""
    names = _allowed_links(plan, events, values)
    if plan.grid.slots == 1:
        return plain_components(plan, values, link_of(names[0], values)), {}
    small, means = coarsened(plan, values)
    rough = BackfitInputs.of(small, event_roles(small.placed_events, len(means)), means)
    turns = [backfit(rough, link_of(name, means)) for name in names]
    tried = [tune_components(rough, one, ROUGH) for one in turns]
    place = min(range(len(tried)), key=lambda k: tried[k].score * tried[k].link.handicap)
    best = tried[place]
    scores: dict[str, float] = {components.link.name: components.score for components in tried}
    profile = best.profile
    choices = ProfileSearch(near(profile.best), SMOOTHINGS, (profile.shrinkage,)) if profile else ROUGH
    if small is plan:
        return tune_components(rough, turns[place], choices), scores
    inputs = BackfitInputs.of(plan, events, values)
    return tune_components(inputs, backfit(inputs, link_of(best.link.name, values)), choices), scores


def _allowed_links(plan: FitPlan, events: EventRoles, values: Floats) -> tuple[LinkName, ...]:
    """Links that the data allows."""
    if np.nanmin(values) < 0:
        return ("id",)
    if plan.grid.slots == 1:
        return ("id",) if plan.links == ("id",) else ("log",)
    many_zeros = np.nanmean(values[np.isfinite(values)] == 0) > MANY_ZEROS
    wanted = plan.links or (("ratio", "id") if many_zeros else ("log", "ratio", "id"))
    if many_zeros and "ratio" in wanted:
        wanted = tuple(name for name in wanted if name != "log")
    if learned_on_the_clock(events):
        wanted = tuple(name for name in wanted if name != "ratio") or ("log",)
    return wanted


def fit_level(
    plan: FitPlan, events: EventRoles, components: Components, periods: int
) -> tuple[LevelChoice, LongLevel, tuple[Changepoint, ...]]:
    """The tuned level on the periods of the series, as it was fitted, and the steps found on the way."""
    variables, link = variable_columns(plan, periods), components.link
    if plan.past is None:
        choice, steps = _tuned_level(plan, events, (components.level, components.weight, link), variables)
        return choice, LongLevel(choice.fit, components.level, 0), steps
    long, offset = lengthened(plan, plan.past)
    level, weight = joined_levels(plan, components, plan.past, offset)
    learned = event_roles(long.placed_events, offset + periods)
    wide = padded(variables, offset, long.grid.periods)
    choice, steps = _tuned_level(long, learned, (level, weight, link), wide)
    short = replace(choice, fit=shortened(choice.fit, plan.grid, offset))
    return short, LongLevel(choice.fit, level, offset), ()


def _tuned_level(
    plan: FitPlan, events: EventRoles, levels: tuple[Floats, Floats, Link], variables: Columns
) -> tuple[LevelChoice, tuple[Changepoint, ...]]:
    level, weight, link = levels
    periods = len(level)
    exempt = event_periods(plan.grid, events)[:periods] > 0
    values = np.where(weight > 0, level, 0.0)
    data = LevelData(values, weight, exempt, plan.grid.unit, link)
    design = level_design(plan, events, periods, variables)
    found = _found_changepoints(plan, design, data) if plan.seek_changepoints else ()
    design = level_design(plan, events, periods, variables, found) if found else design
    turned = any(bend.kind == "slope" and is_late(bend.age, plan.grid.age[:periods]) for bend in found)
    # A slope of a few weeks, or of less than a year, is too young to be drawn on as a straight line.
    unsure = turned or is_young(design, periods, plan.horizon)
    growths = tuple(g for g in plan.growths if g != "linear" or not unsure) or plan.growths
    return tune_level(design, data, plan.horizon, growths), found


def _found_changepoints(plan: FitPlan, design: LevelDesign, data: LevelData) -> tuple[Changepoint, ...]:
    """Level steps of a short series, slope changes of a long one, and a change too recent for a knot."""
    steps = find_level_shifts(design, data)
    age = plan.grid.age[: data.periods]
    late = late_changepoint(age, np.where(data.weight > 0, data.values - fitted_once(design, data), np.nan))
    bends = lasting_slope_changes(age, plain_levels(design, data, MIDDLING), late)
    return (*steps, *bends) if late is None else (*steps, *bends, late)


def level_design(
    plan: FitPlan, events: EventRoles, periods: int, variables: Columns, steps: tuple[Changepoint, ...] = ()
) -> LevelDesign:
    """Trend with its knots; seasons, events, variables and level shifts beside it."""
    grid = plan.grid
    declared = [bend.age for bend in plan.bends if bend.kind == "slope"]
    found = [bend.age for bend in steps if bend.kind == "slope"]
    sought = knots_of(grid, periods)
    knots = np.concatenate([sought, declared, found])
    known_at = np.concatenate([sought, declared, np.array(found) + LATE])
    parts = [level_seasons(grid, seasons_of(plan, periods)), level_events(grid, events)]
    parts.append(variables)
    parts += [_shift_column(plan, bend) for bend in (*plan.bends, *steps) if bend.kind == "level"]
    trend = trend_columns(grid, knots, float(grid.age[periods - 1]))
    free = np.arange(len(knots)) >= len(sought)
    return LevelDesign(grid, Columns.join(parts, grid.periods), trend, knots, free, known_at, periods)


def variable_columns(plan: FitPlan, periods: int) -> Columns:
    """What daily values of the variables do to the level."""
    wanted = [v for v in plan.variables if v.effect != "shape"]
    return Columns.join([level_regressor(plan.grid, v, periods, 0.3) for v in wanted], plan.grid.periods)


def _shift_column(plan: FitPlan, bend: Changepoint) -> Columns:
    """A lasting change of the level; it begins on the first whole period."""
    after = plan.grid.age >= bend.age - plan.grid.unit / 2
    return one("trend:step", after.astype("float64"), 1.0)
