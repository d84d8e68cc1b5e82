"""Training data in, fitted model out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.changepoints import find_changepoints, is_late
from cloudtune.model.components import BackfitInputs, Components, backfit, plain_components, tune_components
from cloudtune.model.history import LongLevel, joined_levels, lengthened, padded, shortened
from cloudtune.model.learnable import Learnable
from cloudtune.model.level import LevelData, LevelDesign, fitted_once
from cloudtune.model.level_search import LevelChoice, is_young, tune_level
from cloudtune.model.lift_design import learned_on_the_clock
from cloudtune.model.links import Link, LinkName, link_of
from cloudtune.model.occurrences import EventRoles, event_roles
from cloudtune.model.plan import NO_CHANGEPOINTS, coarsened
from cloudtune.model.profile_search import ROUGH, SMOOTHINGS, ProfileSearch, near
from cloudtune.model.terms.events import event_periods
from cloudtune.model.terms.month import days_of_month, find_month_days
from cloudtune.model.terms.partial import excesses
from cloudtune.model.terms.regressors import level_regressors
from cloudtune.model.terms.term import Setting

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats, Points
    from cloudtune.model.plan import Changepoints, FitPlan

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
    found: Changepoints
    """Changepoints found in the data, in days since the first period (negative within a history)."""
    never_negative: bool
    learned: Learnable
    """What was learned from, and what was left out."""

    @property
    def adds_up(self) -> bool:
        """True for series whose points are summed."""
        return self.plan.adds_up

    @property
    def closes(self) -> bool:
        """True where closed times count as nothing: in sums, and wherever opening hours are declared."""
        return self.adds_up or self.plan.opening is not None

    @property
    def link(self) -> Link:
        """The scale of the model."""
        return self.components.link


def fit(plan: FitPlan, values: Points) -> FittedModel:
    """Fit to `values`, the first points of the plan's timeline (NaN where missing or masked)."""
    learned = Learnable.of(plan, values)
    setting = Setting.of(plan, len(values), learned.begins)
    best = _best(setting, learned.values)
    return FittedModel(
        plan,
        len(values),
        setting.periods,
        setting.roles,
        best.components,
        best.level,
        best.long,
        best.scores,
        best.found,
        bool(np.nanmin(values) >= 0),
        learned,
    )


@dataclass(frozen=True, eq=False)
class _OnLink:
    """Components and level on one link."""

    components: Components
    level: LevelChoice
    long: LongLevel
    found: Changepoints
    scores: dict[str, float]
    """Error by link."""


def _best(setting: Setting, values: Points) -> _OnLink:
    """The link that forecasts best: by the profile where a period has one, by the level where it is all."""
    plan = setting.plan
    names = _allowed_links(plan, setting.roles, values)
    if plan.grid.slots > 1:
        components, scores = _components(setting, values, names)
        return _on_link(setting, components, scores)
    tried = [_on_link(setting, plain_components(plan, values, link_of(name, values)), {}) for name in names]
    errors = [one.level.error(one.components.link) for one in tried]
    if len(tried) == 1 or not np.isfinite(errors).all():
        return tried[0]
    handicapped = [e * one.components.link.handicap for e, one in zip(errors, tried, strict=True)]
    return replace(tried[int(np.argmin(handicapped))], scores=dict(zip(names, errors, strict=True)))


def _on_link(setting: Setting, components: Components, scores: dict[str, float]) -> _OnLink:
    level, long, found = fit_level(setting, components)
    return _OnLink(components, level, long, found, scores)


def _components(
    setting: Setting, values: Points, names: tuple[LinkName, ...]
) -> tuple[Components, dict[str, float]]:
    """The link with the best profile on quarter hours, then its profile at the full step."""
    small, means = coarsened(setting.plan, values)
    rough = BackfitInputs.of(setting.on(small, len(means)), means)
    turns = [backfit(rough, link_of(name, means)) for name in names]
    tried = [tune_components(rough, one, ROUGH) for one in turns]
    place = min(range(len(tried)), key=lambda k: tried[k].score * tried[k].link.handicap)
    best = tried[place]
    scores: dict[str, float] = {components.link.name: components.score for components in tried}
    profile = best.profile
    search = ProfileSearch(near(profile.best), SMOOTHINGS, (profile.shrinkage,)) if profile else ROUGH
    if small is setting.plan:
        return tune_components(rough, turns[place], search), scores
    inputs = BackfitInputs.of(setting, values)
    return tune_components(inputs, backfit(inputs, link_of(best.link.name, values)), search), scores


def _allowed_links(plan: FitPlan, roles: EventRoles, values: Points) -> tuple[LinkName, ...]:
    """Links that the spec and the data allow; where a period is one value, a product is a logarithm."""
    known = values[np.isfinite(values)]
    if known.min() < 0:
        return ("id",)
    many_zeros = float(np.mean(known == 0)) > MANY_ZEROS
    products: tuple[LinkName, ...] = ("ratio",) if many_zeros else ("log", "ratio")
    if plan.grid.slots == 1:
        products = () if many_zeros and not plan.links else ("log",)
    elif learned_on_the_clock(roles):
        products = () if many_zeros else ("log",)
    if plan.links:
        return ("id",) if plan.links == ("id",) else products or ("log",)
    return (*products, "id")


def fit_level(setting: Setting, components: Components) -> tuple[LevelChoice, LongLevel, Changepoints]:
    """The tuned level on the periods of the series, as it was fitted, and the changepoints found in it."""
    plan, regressors = setting.plan, level_regressors(setting.plan, setting.periods)
    if plan.past is None:
        here = replace(setting, regressors=regressors)
        choice, found = _tuned_level(here, components.level, components.weight, components.link)
        return choice, LongLevel(choice.fit, components.level, 0), found
    long, offset = lengthened(plan, plan.past)
    level, weight = joined_levels(plan, components, plan.past, offset)
    roles = event_roles(long.placed_events, len(level))
    there = Setting(long, roles, len(level), regressors=padded(regressors, offset, long.grid.periods))
    choice, found = _tuned_level(there, level, weight, components.link)
    short = replace(choice, fit=shortened(choice.fit, plan.grid, offset))
    return short, LongLevel(choice.fit, level, offset), found.later(-offset)


def _tuned_level(
    setting: Setting, level: Floats, weight: Floats, link: Link
) -> tuple[LevelChoice, Changepoints]:
    plan, periods = setting.plan, len(level)
    exempt = event_periods(plan.grid, setting.roles)[:periods] > 0
    data = LevelData(np.where(weight > 0, level, 0.0), weight, exempt, plan.grid.unit, link)
    if link.effects.scale == "multiplicative":
        sizes = np.where(weight > 0, link.size(data.values), np.nan)
        setting = replace(setting, excess=excesses(setting, sizes, exempt))
    setting, data = _with_month_days(setting, data)
    design, found = LevelDesign.of(setting), NO_CHANGEPOINTS
    if plan.seek_changepoints:
        found = find_changepoints(design, data)
        design = LevelDesign.of(replace(setting, found=found)) if found else design
    age = plan.grid.age[:periods]
    # A slope of a few weeks, or of less than a year, is too young to be drawn on as a straight line.
    unsure = any(is_late(change.age, age) for change in found.slope_changes) or is_young(
        design, periods, plan.horizon
    )
    growths = tuple(g for g in plan.growths if g != "linear" or not unsure) or plan.growths
    return tune_level(design, data, plan.horizon, growths), found


def _with_month_days(setting: Setting, data: LevelData) -> tuple[Setting, LevelData]:
    """The setting with the sharp days of the month that the data shows; these are no outliers."""
    left = data.values - fitted_once(LevelDesign.of(setting), data)
    names = find_month_days(setting, np.where((data.weight > 0) & ~data.exempt, left, np.nan))
    if not names:
        return setting, data
    days = days_of_month(setting.grid)
    sharp = np.any([days[name][: data.periods] for name in names], axis=0)
    return replace(setting, month_days=names), replace(data, exempt=data.exempt | sharp)
