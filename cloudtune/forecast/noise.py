"""What a forecast can be off by: noise of levels and of days, learned from residuals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.wandering import level_variance

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.model.fit import FittedModel


RECENT_DAYS = 400
WEEK = 7
MANY_WEEKS = 60
LARGEST = 20.0
"""A point that stood this far above its fit is a freak of a fit next to nothing."""
NOT_SEEN = 0.5
"""Part of an event's own uncertainty that residuals of past editions don't hold already."""
WIDEST = 1.4
"""Few weeks of days understate their own spread, but by no more than this."""


@dataclass(frozen=True, eq=False)
class Draws:
    """One row a sample path: the level's error each row ahead, and the past day each day resembles."""

    level: Floats
    """(paths, rows ahead), on the scale of the level."""
    day: Ints
    """(paths, rows ahead): which residual day."""
    lift: dict[str, Floats]
    """Size error of each event on the clock: (paths, editions)."""


@dataclass(frozen=True, eq=False)
class DayNoise:
    """Residuals within days, level held at its actual value: (days, slots)."""

    cells: Floats
    """Ratio of actual to fitted, or their difference on an additive scale."""
    actual: Floats
    fitted: Floats
    weekend: Floats


def draw(model: FittedModel, days: DayNoise | None, first_row: int, paths: int, seed: int) -> Draws:
    """Draw the noise of all rows from `first_row` to the end of the plan."""
    generator = np.random.default_rng(seed)
    grid = model.plan.grid
    count = grid.rows - first_row
    fit = model.level.fit
    level = _week_blocks(model, first_row, paths, generator)
    ahead = np.maximum(fit.ahead[first_row:], 0.5 * grid.unit)
    level = level + generator.standard_normal((paths, 1)) * np.sqrt(level_variance(model, ahead))
    events = fit.design.static.named("event:")
    touched = (fit.design.static.values[first_row:, events] != 0).any(axis=1)
    level = level + NOT_SEEN * _unsure(np.where(touched, fit.sd[first_row:], 0.0), generator, paths)
    day = np.zeros((paths, count), dtype="int64")
    if days is not None:
        day = _days_alike(days, grid.weekend[first_row:], paths, generator)
    lift = {
        one.lesson.name: one.spread * generator.standard_normal((paths, len(one.lesson.stretches)))
        for one in model.ground.lifts
    }
    return Draws(level, day, lift)


def day_noise(model: FittedModel, values: Floats) -> DayNoise | None:
    """Residuals of the last days that were seen well enough."""
    ground, grid = model.ground, model.plan.grid
    if ground.shape is None:
        return None
    first = max(0, model.rows - RECENT_DAYS)
    cells = grid.fold(values, model.rows)[first:]
    lift = np.nan_to_num(grid.fold(ground.lift_points(model.points), model.rows))[first:]
    level = np.nan_to_num(ground.level[first:])[:, None]
    shape = ground.shape_rows(first, model.rows) + lift
    fitted = model.link.back(np.broadcast_to(level, shape.shape), shape)
    good = (ground.weight[first:] > 0) & (np.isnan(cells).mean(axis=1) < 0.5)
    if good.sum() < 3:
        good = ground.weight[first:] > 0
    if not good.any():
        return None
    return _residuals(model, cells[good], fitted[good], grid.weekend[first : model.rows][good])


def _residuals(model: FittedModel, actual: Floats, fitted: Floats, weekend: Floats) -> DayNoise:
    multiplicative = model.link.is_log_level
    gap = np.isnan(actual)
    tiny = max(1e-3 * model.link.scale, 1e-12)
    # Nothing at all stays nothing on every path: nights of a shop, counts of a quiet minute.
    ratio = np.minimum(actual / np.maximum(fitted, tiny), LARGEST) if multiplicative else actual - fitted
    middle = 1.0 if multiplicative else 0.0
    ratio = np.where(gap, middle, ratio)
    count = len(ratio) / WEEK
    wider = min(np.sqrt((count + 1) / max(count - 1, 0.5)), WIDEST) if count < MANY_WEEKS else 1.0
    wide = np.maximum(ratio, 0.0) ** wider if multiplicative else ratio * wider
    return DayNoise(wide, np.where(gap, fitted, actual), fitted, weekend)


def _week_blocks(model: FittedModel, first_row: int, paths: int, generator: np.random.Generator) -> Floats:
    """Runs of the level's own residuals, a week each, starting on the same weekday."""
    fit, grid = model.long.fit, model.plan.grid
    count = grid.rows - first_row
    known = np.isfinite(fit.residuals)
    residuals = fit.residuals[known]
    if len(residuals) < 2:
        return np.zeros((paths, count))
    free = max(len(residuals) - _used(model), 0.3 * len(residuals))
    limit = 6 * max(1.4826 * float(np.median(np.abs(residuals))), 1e-9)
    pool = np.clip(residuals - np.median(residuals), -limit, limit) * np.sqrt(len(residuals) / free)
    length = min(WEEK if grid.unit == 1 else 2, len(pool))
    blocks = -(-count // length)
    phase = (
        (first_row + model.long.offset - np.flatnonzero(known)[0]) % WEEK
        if grid.unit == 1 and len(pool) > 3 * WEEK
        else 0
    )
    step = WEEK if grid.unit == 1 and len(pool) > 3 * WEEK else 1
    starts = np.arange(phase, max(len(pool) - length + 1, phase + 1), step)
    starts = starts[starts + length <= len(pool)]
    starts = starts if len(starts) else np.array([0])
    chosen = starts[generator.integers(0, len(starts), (paths, blocks))]
    drawn = pool[(chosen[:, :, None] + np.arange(length)).reshape(paths, -1)]
    return np.asarray(drawn[:, :count])


def _used(model: FittedModel) -> float:
    """Coefficients that the level has really spent, from the trace of its hat matrix: a bound on it."""
    return min(model.level.fit.beta.size, 0.1 * np.isfinite(model.long.fit.residuals).sum())


def _unsure(sd: Floats, generator: np.random.Generator, paths: int) -> Floats:
    """Error of events themselves: one draw a fortnight."""
    blocks = -(-len(sd) // 14)
    shared = np.repeat(generator.standard_normal((paths, blocks)), 14, axis=1)[:, : len(sd)]
    return np.asarray(shared * sd)


def _days_alike(days: DayNoise, weekend: Floats, paths: int, generator: np.random.Generator) -> Ints:
    """For every day ahead a past day of its kind, drawn anew on each path."""
    chosen = np.zeros((paths, len(weekend)), dtype="int64")
    for kind in (0.0, 1.0):
        pool = np.flatnonzero(days.weekend == kind)
        pool = pool if len(pool) >= 3 else np.arange(len(days.weekend))
        wanted = np.flatnonzero(weekend == kind)
        chosen[:, wanted] = pool[generator.integers(0, len(pool), (paths, len(wanted)))]
    return chosen
