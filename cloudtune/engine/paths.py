"""Sample paths at any step, drawn once and added up, a few days at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.engine.targets import Target
from cloudtune.model.effects import TINY
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.engine.noise import Draws, ResidualBlocks
    from cloudtune.model.arrays import Floats
    from cloudtune.model.effects import Effects
    from cloudtune.model.fit import FittedModel

JOINS: dict[str, Callable[..., Floats]] = {"sum": np.sum, "mean": np.mean, "max": np.max}
CHUNK = 4_000_000
"""Cells of paths by points held at a time."""


@dataclass(frozen=True, eq=False)
class Sampler:
    """Where paths come from: the point path and the noise around it."""

    model: FittedModel
    point: Floats
    """Base points from the end of the data on."""
    draws: Draws
    days: ResidualBlocks | None
    first_period: int
    open: Floats
    """1 at base points from the end of the data on, 0 at closed ones: these have no noise."""
    sparse: bool = False
    """True where the point path is a mean that most points lie below."""
    counts: bool = False
    """True for small counts, one a day or a week: their quantiles are counts too."""


def sample(source: Sampler, target: Target) -> Iterator[tuple[int, int, Floats]]:
    """Paths of the target's points, chunk by chunk: (first, last, paths by points)."""
    if target.timeline.step.name == "1w" and source.model.plan.grid.unit == 1:
        yield from _weeks(source, target)
        return
    count = len(source.draws.level)
    width = max(1, CHUNK // count)
    point = target.reduce(source.point)
    for first in range(0, len(point), width):
        last = min(first + width, len(point))
        yield first, last, _noisy(source, target, point[first:last], first)


def _noisy(source: Sampler, target: Target, point: Floats, first: int) -> Floats:
    """The point path of target points `first` on, with the noise of their day and time of day."""
    model, last = source.model, first + len(point)
    start = target.marks[first:last] + model.points
    period = model.plan.grid.period[start] - source.first_period
    block = _blocks(source, target, first, last, period)
    size = target.reduce(source.open)[first:last] if target.aggregate == "sum" else 1.0
    return model.link.with_noise(point, _level_effects(source, start, period), block, size)


def _level_effects(source: Sampler, start: np.ndarray, period: np.ndarray) -> Floats:
    """What the level's error does: once a period and path, and of its own where an occurrence errs too."""
    level, link = source.draws.level, source.model.link
    effects: Floats = link.level_effect(level)[:, period]
    lifts = lift_errors(source, start)
    if isinstance(lifts, np.ndarray):
        own = np.flatnonzero((lifts != 0).any(axis=0))
        effects[:, own] = link.level_effect(level[:, period[own]] + lifts[:, own])
    return effects


def _blocks(source: Sampler, target: Target, first: int, last: int, period: np.ndarray) -> Floats | float:
    """What the drawn day did at that time of day: a ratio, or a difference."""
    days, grid = source.days, source.model.plan.grid
    effects = source.model.link.effects
    if days is None:
        return effects.neutral
    table = _table(days, target, grid.slots, effects)
    start = target.marks[first:last] + source.model.points
    slot = grid.slot[start] * table.shape[1] // grid.slots
    # Whole days are copied and then cut: points picked one by one take ten times as long.
    whole = table[source.draws.day[:, period[0] : period[-1] + 1]].reshape(len(source.draws.day), -1)
    place = (period - period[0]) * table.shape[1] + slot
    if place[-1] - place[0] + 1 == len(place) and (np.diff(place) == 1).all():
        return np.asarray(whole[:, place[0] : place[-1] + 1])
    return np.asarray(whole[:, place])


def _table(days: ResidualBlocks, target: Target, slots: int, effects: Effects) -> Floats:
    """Day noise at the target's step: (days, points a day)."""
    coarse = max(1, target.timeline.step.slots)
    if coarse == slots:
        return days.by_slot
    shape = (len(days.by_slot), coarse, slots // coarse)
    noisy = effects.apply(days.fitted, days.by_slot)
    join = JOINS[target.aggregate]
    actual, fitted = join(noisy.reshape(shape), axis=2), join(days.fitted.reshape(shape), axis=2)
    return effects.exact(fitted, actual, TINY * max(float(np.abs(fitted).max()), TINY))


def lift_errors(source: Sampler, points: np.ndarray) -> Floats | float:
    """Error of the size of events on the clock, at points inside an occurrence."""
    if not source.model.components.lifts:
        return 0.0
    total = np.zeros((len(source.draws.level), len(points)))
    begin, end = int(points[0]), int(points[-1]) + 1
    for lift in source.model.components.lifts:
        errors = source.draws.lift[lift.learned.name]
        for k, placed in enumerate(lift.learned.occurrences):
            if placed.first < end and placed.last > begin:
                low, high = np.searchsorted(points, (placed.first, placed.last))
                total[:, low:high] += errors[:, [k]]
    return total


def _weeks(source: Sampler, target: Target) -> Iterator[tuple[int, int, Floats]]:
    """Weeks are their days added up on each path."""
    daily = daily_target(target, source.model)
    pieces = [paths for _, _, paths in sample(source, daily)]
    days = np.concatenate(pieces, axis=1)
    stacked = days.reshape(len(days), -1, 7)
    join = JOINS[target.aggregate]
    yield 0, stacked.shape[1], join(stacked, axis=2)


def daily_target(target: Target, model: FittedModel) -> Target:
    """The days of a target of weeks."""
    periods = 7 * target.timeline.periods
    timeline = Timeline(target.timeline.start, periods, STEPS["1d"], target.timeline.timezone)
    ends = Timeline(target.timeline.start, periods + 1, STEPS["1d"], target.timeline.timezone)
    base = model.plan.grid.timeline.utc[model.points :]
    marks = np.searchsorted(base, ends.utc)
    return Target("1d", timeline, marks, target.aggregate)
