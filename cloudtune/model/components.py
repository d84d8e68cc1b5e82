"""Level, profile and lifts on one link, fitted in turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.lift import Lift, fit_lifts
from cloudtune.model.lift_design import ClockEvent, clock_events
from cloudtune.model.origins import number_of
from cloudtune.model.profile import (
    ProfileData,
    ProfileDesign,
    fit_profile,
    profile_noise,
    sharp_columns,
    winsorised,
)
from cloudtune.model.profile_search import Outset, ProfileChoice, ProfileSearch, tune_profile
from cloudtune.model.terms.events import event_periods

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudtune.model.arrays import Bools, BySlot, Floats, Ints, Levels, Points
    from cloudtune.model.grid import Grid
    from cloudtune.model.links import Link
    from cloudtune.model.plan import FitPlan
    from cloudtune.model.terms.term import Setting


ROUNDS = 2


@dataclass(frozen=True, eq=False)
class Components:
    """What one link makes of the data, short of the level's regression."""

    link: Link
    grid: Grid
    level: Levels
    """Actual level of each training period; NaN where it has none."""
    weight: Floats
    profile: ProfileChoice | None
    """None for one slot a period."""
    lifts: tuple[Lift, ...]
    score: float
    """Backtest WAPE of the profile, level held at its actual value."""

    def profile_periods(self, first: int, last: int) -> Floats:
        """The profile of periods first to last, without events on the clock."""
        if self.profile is None:
            return np.full((last - first, 1), self.link.flat)
        return self.profile.fit.path(first, last)

    def lift_points(self, points: int) -> Floats:
        """All lifts together over the first `points` points."""
        return lift_points(self.lifts, points)


@dataclass(frozen=True, eq=False)
class BackfitInputs:
    """What the fits of all links have in common."""

    plan: FitPlan
    values: Points
    raw: BySlot
    """The values, periods by slots."""
    events: tuple[ClockEvent, ...]
    """Those on the clock."""
    design: ProfileDesign
    exempt: Bools
    """Periods of events."""

    @classmethod
    def of(cls, setting: Setting, values: Points) -> BackfitInputs:
        """Lay out events, columns and values of a day with slots."""
        grid, periods = setting.grid, setting.periods
        exempt = event_periods(grid, setting.roles)[:periods] > 0
        events = clock_events(grid, setting.roles, len(values))
        design = ProfileDesign.of(setting)
        return cls(setting.plan, values, grid.fold(values, periods), events, design, exempt)

    @cached_property
    def hidden(self) -> Bools:
        """Slots that events on the clock cover: level and profile are first learned without them."""
        inside = np.zeros(len(self.values))
        for event in self.events:
            for low, high in event.reaches(self.plan.grid, len(self.values)):
                inside[low:high] = 1.0
        return self.plan.grid.fold(inside, len(self.raw)) > 0


@dataclass(frozen=True, eq=False)
class Backfitted:
    """Level, profile and lifts of one link after backfitting, before the profile is tuned."""

    link: Link
    by_slot: BySlot
    lift_by_slot: BySlot
    lifts: tuple[Lift, ...]
    ready: ProfileData
    """What the profile has to explain."""
    level: Levels


def lift_points(lifts: Sequence[Lift], points: int) -> Floats:
    """All lifts together over the first `points` points."""
    total = np.zeros(points)
    for lift in lifts:
        lift.add_to(total)
    return total


def plain_components(plan: FitPlan, values: Points, link: Link) -> Components:
    """Periods of one slot: the values are the levels."""
    grid = plan.grid
    by_slot = link.forward(grid.fold(values, int(grid.period[len(values) - 1]) + 1))[:, 0]
    weight = (~np.isnan(by_slot)).astype("float64")
    return Components(link, grid, link.single_level(by_slot), weight, None, (), 0.0)


def backfit(inputs: BackfitInputs, link: Link) -> Backfitted:
    """Backfitting: levels, profile and lifts each take what the others leave."""
    grid, all_cells = inputs.plan.grid, link.forward(inputs.raw)
    periods, minutes = len(all_cells), grid.timeline.step.minutes
    data = ProfileData(all_cells, np.ones(periods), inputs.exempt, sharp_columns(inputs.design), minutes)
    profile = _first_profile(all_cells, link)
    lift_by_slot = np.zeros_like(all_cells)
    lifts: tuple[Lift, ...] = ()
    level, weight = np.zeros(periods), np.zeros(periods)
    on_clock = bool(inputs.events)
    for turn in range(ROUNDS + on_clock):
        by_slot = np.where(inputs.hidden, np.nan, all_cells) if turn == 0 and on_clock else all_cells
        level, weight = period_levels(
            by_slot - lift_by_slot, profile, link, inputs.hidden, grid.weekday[:periods]
        )
        ready = _profile_data(replace(data, by_slot=by_slot), level, weight, lift_by_slot, link)
        noise = profile_noise(ready)
        profile = fit_profile(inputs.design, winsorised(inputs.design, ready, noise), noise).path(0, periods)
        if on_clock:
            level, weight = period_levels(
                by_slot - lift_by_slot, profile, link, inputs.hidden, grid.weekday[:periods]
            )
            lifts = _lifts(inputs, all_cells - profile - np.nan_to_num(level)[:, None], level, lifts)
            lift_by_slot = np.nan_to_num(grid.fold(lift_points(lifts, len(inputs.values)), periods))
    return Backfitted(
        link, all_cells, lift_by_slot, lifts, _profile_data(data, level, weight, lift_by_slot, link), level
    )


def tune_components(inputs: BackfitInputs, before: Backfitted, search: ProfileSearch) -> Components:
    """The ground with its profile tuned, and levels read off that profile."""
    link, grid, periods = before.link, inputs.plan.grid, len(inputs.raw)
    back = _back(before.level, before.lift_by_slot, link)
    outset = Outset(inputs.plan.horizon, grid.unit, number_of(grid.days[0], grid.unit))
    choice = tune_profile(inputs.design, before.ready, inputs.raw, back, outset, search)
    level, weight = period_levels(
        before.by_slot - before.lift_by_slot,
        choice.fit.path(0, periods),
        link,
        inputs.hidden,
        grid.weekday[:periods],
    )
    return Components(link, grid, level, weight, choice, before.lifts, _best(choice))


def _lifts(
    inputs: BackfitInputs, by_slot: BySlot, level: Levels, earlier: tuple[Lift, ...]
) -> tuple[Lift, ...]:
    left = np.where(np.isnan(level)[:, None], np.nan, by_slot)
    return fit_lifts(inputs.events, inputs.plan.grid.unfold(left, 0, len(inputs.values)), earlier)


def _profile_data(
    data: ProfileData, level: Levels, weight: Floats, lift_by_slot: BySlot, link: Link
) -> ProfileData:
    """What the profile has to explain once the level is known."""
    return replace(data, by_slot=link.profiles(data.by_slot, lift_by_slot, level), weight=weight)


def _first_profile(by_slot: BySlot, link: Link) -> Floats:
    """A first profile: the middle of each slot around the period's mean."""
    seen = ~np.isnan(by_slot).all(axis=1)
    sample = by_slot[seen][-180:]
    middle = link.first_profile(sample) if len(sample) else link.flat
    return np.broadcast_to(middle, by_slot.shape)


def _back(level: Levels, lift_by_slot: BySlot, link: Link) -> Callable[[int, int, Floats], Floats]:
    def back(first: int, last: int, profile: BySlot) -> Floats:
        held = np.nan_to_num(level[first:last])[:, None]
        return link.back(np.broadcast_to(held, profile.shape), profile + lift_by_slot[first:last])

    return back


def _best(choice: ProfileChoice) -> float:
    return min(choice.scores.values()) if choice.scores else 0.0


COVERAGE = 0.3
"""Periods with a smaller part of their slots have no level."""
MOSTLY = 0.6
"""Periods with a larger part under events take their level from the days around them."""
FEWEST = 3
WEEK = 7


def period_levels(
    by_slot: BySlot, profile: BySlot, link: Link, hidden: Bools, weekday: Ints
) -> tuple[Floats, Floats]:
    """Level and weight of each period; a period that events cover is interpolated and weighs nothing.

    Why: on the middle day of a 48-hour sale the day's own level would swallow the lift.
    """
    if not hidden.any():
        return levels_given_profile(by_slot, profile, link, weekday)
    level, weight = levels_given_profile(np.where(hidden, np.nan, by_slot), profile, link, weekday)
    covered = hidden.mean(axis=1) > MOSTLY
    covered |= ~np.isfinite(level) & hidden.any(axis=1) & ~np.isnan(by_slot).all(axis=1)
    known = np.isfinite(level) & ~covered
    if known.sum() < FEWEST:
        return levels_given_profile(by_slot, profile, link, weekday)
    return np.where(covered, _between(level, known, weekday), level), np.where(covered, 0.0, weight)


def levels_given_profile(
    by_slot: BySlot, profile: BySlot, link: Link, weekday: Ints
) -> tuple[Floats, Floats]:
    """The level of each period given its profile, and its weight: 0 where too little was seen.

    Little is what is less than usual on its weekday: a shop's Saturday may be short.
    """
    seen = ~np.isnan(by_slot)
    share = seen.mean(axis=1)
    usual = _usual_share(share, weekday)
    good = (share >= COVERAGE * usual) & (share > 0)
    level = link.levels(by_slot, profile, good)
    return np.where(good, level, np.nan), np.where(good, np.minimum(share / usual, 1.0), 0.0)


def _usual_share(share: Floats, weekday: Ints) -> Floats:
    """By period: the part of its slots that is seen on its weekday in the middle."""
    middle = np.ones(WEEK)
    for day in range(WEEK):
        own = share[(weekday == day) & (share > 0)]
        middle[day] = np.median(own) if len(own) else 1.0
    found: Floats = middle[weekday]
    return found


def _between(level: Levels, known: Bools, weekday: Ints) -> Floats:
    """Levels interpolated over days, the weekday's own part put back."""
    place = np.flatnonzero(known)
    padded = np.pad(level[known], WEEK // 2, mode="edge")
    around = level[known] - np.convolve(padded, np.ones(WEEK) / WEEK, "valid")
    own = weekday[known]
    usual = np.array([np.median(around[own == d]) if (own == d).sum() > 1 else 0.0 for d in range(WEEK)])
    plain = np.interp(np.arange(len(level)), place, level[known] - usual[own])
    found: Floats = plain + usual[weekday]
    return found
