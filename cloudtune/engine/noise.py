"""What a forecast can be off by: noise of levels, by lead time, and of whole days."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.linalg import row_medians

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.model.fit import FittedModel


RECENT_DAYS = 400
DAYS_A_WEEK = 7
MANY_WEEKS = 60
NOT_SEEN = 0.5
"""Part of an event's own uncertainty that residuals of past occurrences don't hold already."""
WIDEST = 1.4
"""Few weeks of days understate their own spread, but by no more than this."""


@dataclass(frozen=True, eq=False)
class Draws:
    """One row a sample path: the level's error each row ahead, and the past day each day resembles."""

    level: Floats
    """(paths, periods ahead), on the scale of the level."""
    day: Ints
    """(paths, periods ahead): which residual day."""
    lift: dict[str, Floats]
    """Size error of each event on the clock: (paths, occurrences)."""


@dataclass(frozen=True, eq=False)
class ResidualBlocks:
    """Residuals within days, level held at its actual value: (days, slots)."""

    by_slot: Floats
    """Ratio of actual to fitted, or their difference on an additive scale."""
    actual: Floats
    fitted: Floats
    weekend: Floats


def draw(model: FittedModel, days: ResidualBlocks | None, first_period: int, paths: int, seed: int) -> Draws:
    """Draw the noise of all periods from `first_period` to the end of the plan."""
    generator = np.random.default_rng(seed)
    grid = model.plan.grid
    count = grid.periods - first_period
    fit = model.level.fit
    level = _week_blocks(model, first_period, paths, generator)
    ahead = np.maximum(fit.ahead[first_period:], 0.5 * grid.unit)
    level = level + generator.standard_normal((paths, 1)) * np.sqrt(level_variance(model, ahead))
    events = fit.design.static.of_kind("event")
    touched = (fit.design.static.values[first_period:, events] != 0).any(axis=1)
    level = level + NOT_SEEN * _unsure(np.where(touched, fit.sd[first_period:], 0.0), generator, paths)
    day = np.zeros((paths, count), dtype="int64")
    if days is not None:
        day = _days_alike(days, grid.weekend[first_period:], paths, generator)
    lift = {
        one.learned.name: one.spread * generator.standard_normal((paths, len(one.learned.occurrences)))
        for one in model.components.lifts
    }
    return Draws(level, day, lift)


def residual_blocks(model: FittedModel, values: Floats, *, plain: bool = False) -> ResidualBlocks | None:
    """Residuals of the last days that were seen well enough; `plain`: around a mean, none of them widened.

    Why: what is made wider would leave nothing less than nothing.
    """
    components, grid = model.components, model.plan.grid
    if components.profile is None and not plain:
        return None
    first = max(0, model.periods - RECENT_DAYS)
    by_slot = grid.fold(values, model.periods)[first:]
    lift = np.nan_to_num(grid.fold(components.lift_points(model.points), model.periods))[first:]
    level = np.nan_to_num(components.level[first:])[:, None]
    profile = components.profile_periods(first, model.periods) + lift
    fitted = model.link.back(np.broadcast_to(level, profile.shape), profile)
    good = (components.weight[first:] > 0) & (np.isnan(by_slot).mean(axis=1) < 0.5)
    if good.sum() < 3:
        good = components.weight[first:] > 0
    if not good.any():
        return None
    blocks = _blocks_of(model, by_slot[good], fitted[good], grid.weekend[first : model.periods][good])
    return replace(blocks, by_slot=blocks.actual - blocks.fitted) if plain else blocks


def _blocks_of(model: FittedModel, actual: Floats, fitted: Floats, weekend: Floats) -> ResidualBlocks:
    effects, gap = model.link.effects, np.isnan(actual)
    tiny = max(1e-3 * model.link.scale, 1e-12)
    residual = np.where(gap, effects.neutral, effects.residual(actual, fitted, tiny))
    count = len(residual) / DAYS_A_WEEK
    wider = min(np.sqrt((count + 1) / max(count - 1, 0.5)), WIDEST) if count < MANY_WEEKS else 1.0
    return ResidualBlocks(effects.widened(residual, wider), np.where(gap, fitted, actual), fitted, weekend)


def _week_blocks(model: FittedModel, first_period: int, paths: int, generator: np.random.Generator) -> Floats:
    """Runs of the level's own residuals, a week each, starting on the same weekday."""
    fit, grid = model.long.fit, model.plan.grid
    count = grid.periods - first_period
    known = np.isfinite(fit.residuals)
    residuals = fit.residuals[known]
    if len(residuals) < 2:
        return np.zeros((paths, count))
    free = max(len(residuals) - _used(model), 0.3 * len(residuals))
    limit = 6 * max(1.4826 * float(np.median(np.abs(residuals))), 1e-9)
    pool = np.clip(residuals - np.median(residuals), -limit, limit) * np.sqrt(len(residuals) / free)
    length = min(DAYS_A_WEEK if grid.unit == 1 else 2, len(pool))
    blocks = -(-count // length)
    phase = (
        (first_period + model.long.offset - np.flatnonzero(known)[0]) % DAYS_A_WEEK
        if grid.unit == 1 and len(pool) > 3 * DAYS_A_WEEK
        else 0
    )
    step = DAYS_A_WEEK if grid.unit == 1 and len(pool) > 3 * DAYS_A_WEEK else 1
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


def _days_alike(days: ResidualBlocks, weekend: Floats, paths: int, generator: np.random.Generator) -> Ints:
    """For every day ahead a past day of its kind, drawn anew on each path."""
    chosen = np.zeros((paths, len(weekend)), dtype="int64")
    for kind in (0.0, 1.0):
        pool = np.flatnonzero(days.weekend == kind)
        pool = pool if len(pool) >= 3 else np.arange(len(days.weekend))
        wanted = np.flatnonzero(weekend == kind)
        chosen[:, wanted] = pool[generator.integers(0, len(pool), (paths, len(wanted)))]
    return chosen


WEEK, WEEKS = 7, 3
"""Rows that count as one stretch: days of a week; weeks of a series of weeks."""
OVERLAP = {True: 4.0, False: 2.0}
"""Origins that share a horizon, by whether periods are days."""
PRIOR = 2.0
"""Origins, each with a horizon of its own, that the past wandering is worth."""
RECENT, LEAST_DAYS = 3.0, 120.0
"""Wandering is learned from this many horizons before the forecast, and from no fewer days."""
FORESEEN = 0.5
"""Part of the level's steady growth that a forecast sees coming."""
PLACES, APART = 12, 1.7
"""Lead times at which tested errors are averaged, and how far around each, as a factor."""


def level_variance(model: FittedModel, ahead: Floats) -> Floats:
    """Variance of the error of a stretch's level `ahead` days.

    Why both: origins tell what forecasts have missed by at each lead time, but they are few and the
    average they test was chosen on them; the level's own wandering needs no forecast, but counts
    growth that the forecast sees coming.
    """
    walked = _walked(model, ahead)
    tested = _tested(model, ahead)
    if tested is None:
        return walked
    alone = 1 + (len(model.level.folds) - 1) / OVERLAP[model.plan.grid.unit == 1]
    share = alone / (alone + PRIOR)
    return share * tested + (1 - share) * walked


def by_lead(errors: list[tuple[Floats, Floats]], residuals: Floats, width: int) -> tuple[Floats, Floats]:
    """Rows ahead and mean square of a stretch's error there, less what residuals explain."""
    longest = int(max(lead.max() for lead, _ in errors))
    total, count = np.zeros(longest), np.zeros(longest)
    means, _ = stretch_means(residuals, width)
    noise = float(np.nanvar(means)) if np.isfinite(means).any() else 0.0
    for lead, error in errors:
        period = np.full(longest, np.nan)
        period[lead.astype(int) - 1] = error
        mean, seen = stretch_means(period, width)
        known = np.isfinite(mean)
        total[known] += np.square(mean[known]) - noise * width / seen[known]
        count += known
    leads = np.flatnonzero(count).astype("float64") + 1.0
    squares = np.asarray(total[count > 0] / count[count > 0], dtype="float64")
    if not len(leads):
        return leads, squares
    places = np.unique(np.geomspace(leads[0], leads[-1], PLACES).round())
    near = [(leads >= p / APART) & (leads <= p * APART) for p in places]
    return places, np.array([max(float(squares[k].mean()), 0.0) for k in near])


def stretch_means(values: Floats, width: int) -> tuple[Floats, Floats]:
    """The mean of the stretch around each row and its known periods; NaN where under half is known."""
    ones, known = np.ones(width), np.isfinite(values)
    around = slice(width // 2, width // 2 + len(values))
    seen = np.convolve(known.astype("float64"), ones)[around]
    there = np.convolve(np.ones(len(values)), ones)[around]
    sums = np.convolve(np.where(known, values, 0.0), ones)[around]
    means: Floats = np.where(seen >= there / 2, sums / np.maximum(seen, 1.0), np.nan)
    return means, seen


def _tested(model: FittedModel, ahead: Floats) -> Floats | None:
    """What the level's origins have missed by, growing with time beyond the longest lead."""
    unit = model.plan.grid.unit
    errors = [(fold.ahead / unit, fold.error) for fold in model.level.folds if len(fold.ahead)]
    if not errors:
        return None
    leads, squares = by_lead(errors, model.long.fit.residuals, _stretch_rows(model))
    if not len(leads):
        return None
    found = np.interp(ahead, leads * unit, squares)
    return np.asarray(found * np.maximum(ahead / (leads[-1] * unit), 1.0))


def _walked(model: FittedModel, ahead: Floats) -> Floats:
    """Mean squared change of the smoothed, deseasonalised level from one stretch to another."""
    fit, unit = model.long.fit, model.plan.grid.unit
    static = fit.design.all[: fit.periods, fit.design.split :] @ fit.beta[fit.design.split :]
    plain = np.where(np.isfinite(fit.residuals), model.long.actual - static, np.nan)
    recent = plain[-int(max(RECENT * float(np.max(ahead)), LEAST_DAYS) / unit) :]
    smooth = _rolling_median(recent, _stretch_rows(model))
    longest = max(1, int(0.6 * len(recent)))
    lags = np.unique(np.geomspace(1, longest, 40).astype(int))
    growing = np.maximum.accumulate([_changed(smooth[lag:] - smooth[:-lag]) for lag in lags])
    # A stretch lies half before and half after its row, the last one known wholly before the end.
    away = ahead + WEEK * max(1.0, unit / WEEKS)
    inside = np.interp(away, lags * unit, growing)
    return np.asarray(inside * np.maximum(away / (longest * unit), 1.0))


def _changed(change: Floats) -> float:
    known = change[np.isfinite(change)]
    if not len(known):
        return 0.0
    return float(np.square(known).mean() - FORESEEN * known.mean() ** 2)


def _stretch_rows(model: FittedModel) -> int:
    return WEEK if model.plan.grid.unit == 1 else WEEKS


def _rolling_median(values: Floats, width: int) -> Floats:
    if len(values) < width:
        return values
    found, _ = row_medians(np.lib.stride_tricks.sliding_window_view(values, width))
    return found
