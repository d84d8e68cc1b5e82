"""Level, profile and lifts on one link, fitted in turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.lift import Lift, fit_lifts
from cloudtune.model.lift_design import ClockEvent, clock_events
from cloudtune.model.profile import (
    ProfileData,
    ProfileDesign,
    fit_profile,
    profile_design,
    profile_noise,
    sharp_columns,
    slot_median,
    winsorised,
)
from cloudtune.model.profile_search import ProfileChoice, ProfileSearch, tune_profile
from cloudtune.model.terms.events import event_periods

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudtune.model.arrays import Bools, Floats, Ints
    from cloudtune.model.grid import Grid
    from cloudtune.model.links import Link
    from cloudtune.model.occurrences import EventRoles
    from cloudtune.model.plan import FitPlan


ROUNDS = 2
TINY = 1e-9
FEW = 0.5


@dataclass(frozen=True, eq=False)
class Components:
    """What one link makes of the data, short of the level's regression."""

    link: Link
    grid: Grid
    level: Floats
    """Actual level of each training row; NaN where it has none."""
    weight: Floats
    shape: ProfileChoice | None
    """None for one slot a row."""
    lifts: tuple[Lift, ...]
    score: float
    """Backtest WAPE of the shape, level held at its actual value."""

    def profile_periods(self, first: int, last: int) -> Floats:
        """The shape of rows first to last, without events on the clock."""
        if self.shape is None:
            return np.full((last - first, 1), 1.0 if self.link.name == "ratio" else 0.0)
        return self.shape.fit.path(first, last)

    def lift_points(self, points: int) -> Floats:
        """All lifts together over the first `points` points."""
        return lift_points(self.lifts, points)


@dataclass(frozen=True, eq=False)
class BackfitData:
    """What the fits of all links have in common."""

    plan: FitPlan
    values: Floats
    raw: Floats
    """The values, rows by slots."""
    events: tuple[ClockEvent, ...]
    """Those on the clock."""
    design: ProfileDesign
    exempt: Bools
    """Rows of events."""

    @classmethod
    def of(cls, plan: FitPlan, events: EventRoles, values: Floats) -> BackfitData:
        """Lay out events, columns and values of a day with slots."""
        grid, points = plan.grid, len(values)
        rows = int(grid.row[points - 1]) + 1
        exempt = event_periods(grid, events)[:rows] > 0
        design = profile_design(plan, events, rows)
        return cls(plan, values, grid.fold(values, rows), clock_events(grid, events, points), design, exempt)

    @cached_property
    def hidden(self) -> Bools:
        """Cells that events on the clock cover: level and shape are first learned without them."""
        inside = np.zeros(len(self.values))
        for event in self.events:
            for low, high in event.reaches(self.plan.grid, len(self.values)):
                inside[low:high] = 1.0
        return self.plan.grid.fold(inside, len(self.raw)) > 0


@dataclass(frozen=True, eq=False)
class Backfitted:
    """Level, shape and lifts of one link after backfitting, before the shape is tuned."""

    link: Link
    cells: Floats
    lift_cells: Floats
    lifts: tuple[Lift, ...]
    ready: ProfileData
    """What the shape has to explain."""
    level: Floats


def lift_points(lifts: Sequence[Lift], points: int) -> Floats:
    """All lifts together over the first `points` points."""
    total = np.zeros(points)
    for lift in lifts:
        lift.add_to(total)
    return total


def plain_components(plan: FitPlan, values: Floats, link: Link) -> Components:
    """Rows of one slot: the values are the levels."""
    grid = plan.grid
    cells = link.forward(grid.fold(values, int(grid.row[len(values) - 1]) + 1))[:, 0]
    weight = (~np.isnan(cells)).astype("float64")
    level = np.log(np.maximum(cells, TINY)) if link.name == "ratio" else cells
    return Components(link, grid, level, weight, None, (), 0.0)


def backfit(scene: BackfitData, link: Link) -> Backfitted:
    """Backfitting: levels, shape and lifts each take what the others leave."""
    grid, all_cells = scene.plan.grid, link.forward(scene.raw)
    rows, minutes = len(all_cells), grid.timeline.step.minutes
    data = ProfileData(all_cells, np.ones(rows), scene.exempt, sharp_columns(scene.design), minutes)
    shape = _first_profile(all_cells, link)
    lift_cells = np.zeros_like(all_cells)
    lifts: tuple[Lift, ...] = ()
    level, weight = np.zeros(rows), np.zeros(rows)
    on_clock = bool(scene.events)
    for turn in range(ROUNDS + on_clock):
        cells = np.where(scene.hidden, np.nan, all_cells) if turn == 0 and on_clock else all_cells
        level, weight = period_levels(cells - lift_cells, shape, link, scene.hidden, grid.weekday[:rows])
        ready = _profile_data(replace(data, cells=cells), level, weight, lift_cells, link)
        noise = profile_noise(ready)
        shape = fit_profile(scene.design, winsorised(scene.design, ready, noise), noise).path(0, rows)
        if on_clock:
            level, weight = period_levels(cells - lift_cells, shape, link, scene.hidden, grid.weekday[:rows])
            lifts = _lifts(scene, all_cells - shape - np.nan_to_num(level)[:, None], level, lifts)
            lift_cells = np.nan_to_num(grid.fold(lift_points(lifts, len(scene.values)), rows))
    return Backfitted(
        link, all_cells, lift_cells, lifts, _profile_data(data, level, weight, lift_cells, link), level
    )


def tune_components(scene: BackfitData, before: Backfitted, choices: ProfileSearch) -> Components:
    """The ground with its shape tuned, and levels read off that shape."""
    link, grid, rows = before.link, scene.plan.grid, len(scene.raw)
    back = _back(before.level, before.lift_cells, link)
    choice = tune_profile(scene.design, before.ready, scene.raw, back, (scene.plan.horizon, choices))
    level, weight = period_levels(
        before.cells - before.lift_cells, choice.fit.path(0, rows), link, scene.hidden, grid.weekday[:rows]
    )
    return Components(link, grid, level, weight, choice, before.lifts, _best(choice))


def _lifts(scene: BackfitData, cells: Floats, level: Floats, earlier: tuple[Lift, ...]) -> tuple[Lift, ...]:
    left = np.where(np.isnan(level)[:, None], np.nan, cells)
    return fit_lifts(scene.events, scene.plan.grid.unfold(left, 0, len(scene.values)), earlier)


def _profile_data(
    data: ProfileData, level: Floats, weight: Floats, lift_cells: Floats, link: Link
) -> ProfileData:
    """What the shape has to explain once the level is known."""
    if link.name == "ratio":
        cells = data.cells / np.exp(level)[:, None]
    else:
        cells = data.cells - lift_cells - level[:, None]
    return replace(data, cells=cells, weight=weight)


def _first_profile(cells: Floats, link: Link) -> Floats:
    """A first shape: the middle of each slot around the row's mean."""
    seen = ~np.isnan(cells).all(axis=1)
    sample = cells[seen][-180:]
    if not len(sample):
        return np.full(cells.shape, 1.0 if link.name == "ratio" else 0.0)
    centre = np.nanmean(sample, axis=1, keepdims=True)
    around = sample / np.where(centre > 0, centre, 1.0) if link.name == "ratio" else sample - centre
    empty = np.isnan(around).all(axis=0)
    middle = np.where(empty, 1.0 if link.name == "ratio" else 0.0, slot_median(around))
    if link.name == "ratio" and middle.mean() < FEW:
        # Counts near zero: the middle of most slots is nothing, their mean is not.
        middle = np.where(empty, 1.0, np.nanmean(np.where(empty, 1.0, around), axis=0))
    return np.broadcast_to(middle, cells.shape)


def _back(level: Floats, lift_cells: Floats, link: Link) -> Callable[[int, int, Floats], Floats]:
    def back(first: int, last: int, shape: Floats) -> Floats:
        held = np.nan_to_num(level[first:last])[:, None]
        return link.back(np.broadcast_to(held, shape.shape), shape + lift_cells[first:last])

    return back


def _best(choice: ProfileChoice) -> float:
    return min(choice.scores.values()) if choice.scores else 0.0


COVERAGE = 0.3
"""Rows with a smaller part of their cells have no level."""
MOSTLY = 0.6
"""Rows with a larger part under events take their level from the days around them."""
FEWEST = 3
WEEK = 7
LEAST_TOTAL = 1e-9
LEAST = 0.01
"""A row's total counts as at least this part of the usual one: a closed day is no minus infinity."""


def period_levels(
    cells: Floats, shape: Floats, link: Link, hidden: Bools, weekday: Ints
) -> tuple[Floats, Floats]:
    """Level and weight of each row; a row that events cover is interpolated and weighs nothing.

    Why: on the middle day of a 48-hour sale the day's own level would swallow the lift.
    """
    if not hidden.any():
        return levels_given_profile(cells, shape, link)
    level, weight = levels_given_profile(np.where(hidden, np.nan, cells), shape, link)
    covered = hidden.mean(axis=1) > MOSTLY
    covered |= ~np.isfinite(level) & hidden.any(axis=1) & ~np.isnan(cells).all(axis=1)
    known = np.isfinite(level) & ~covered
    if known.sum() < FEWEST:
        return levels_given_profile(cells, shape, link)
    return np.where(covered, _between(level, known, weekday), level), np.where(covered, 0.0, weight)


def levels_given_profile(cells: Floats, shape: Floats, link: Link) -> tuple[Floats, Floats]:
    """The level of each row given its shape, and its weight: 0 where too little was seen."""
    seen = ~np.isnan(cells)
    share = seen.mean(axis=1)
    usual = np.median(share[share > 0]) if (share > 0).any() else 1.0
    good = (share >= COVERAGE * usual) & (share > 0)
    count = np.maximum(seen.sum(axis=1), 1)
    if link.name == "ratio":
        total = np.where(seen, cells, 0.0).sum(axis=1)
        expected = np.where(seen, np.maximum(shape, 0.0), 0.0).sum(axis=1)
        least = max(LEAST * float(np.median(total[good])), LEAST_TOTAL) if good.any() else LEAST_TOTAL
        level = np.log(np.maximum(total, least) / np.maximum(expected, LEAST_TOTAL))
    else:
        level = np.where(seen, cells - shape, 0.0).sum(axis=1) / count
    return np.where(good, level, np.nan), np.where(good, np.minimum(share / usual, 1.0), 0.0)


def _between(level: Floats, known: Bools, weekday: Ints) -> Floats:
    """Levels interpolated over days, the weekday's own part put back."""
    place = np.flatnonzero(known)
    padded = np.pad(level[known], WEEK // 2, mode="edge")
    around = level[known] - np.convolve(padded, np.ones(WEEK) / WEEK, "valid")
    own = weekday[known]
    usual = np.array([np.median(around[own == d]) if (own == d).sum() > 1 else 0.0 for d in range(WEEK)])
    plain = np.interp(np.arange(len(level)), place, level[known] - usual[own])
    found: Floats = plain + usual[weekday]
    return found
