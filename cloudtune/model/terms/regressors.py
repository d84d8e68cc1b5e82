"""Columns of variables: splines of the day, of yesterday, and of the hours just gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import Columns, Ingredient, block, splines

if TYPE_CHECKING:
    from cloudtune.data.series import Variable
    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.plan import FitPlan
    from cloudtune.model.terms.term import Setting

LEVEL_PRIOR, PROFILE_PRIOR, WEEKEND_SHARE = 0.3, 0.15, 0.67
SKEWED = 2.0
LEAVES, TOO_FAR = 0.1, 1.0
"""Training ranges by which a variable's future leaves what was seen: a line alone, nothing at all."""
SLOW = 0.1
"""Change in a week, as a part of all change, below which a variable is a trend of its own."""
WEEK = 7
CAREFUL = 0.1
"""Prior sd of what such a line adds at its usual distance from the past."""


class RegressorLevels:
    """What daily values of the variables do to the level."""

    name = "regressors of the level"

    def is_carried(self, setting: Setting) -> bool:  # noqa: ARG002
        """Wherever there is one."""
        return True

    def columns(self, setting: Setting) -> Columns:
        """Those laid out before a longer history was joined: variables begin with the series."""
        return setting.regressors


class RegressorProfiles:
    """How daily values of the variables bend the day, and what weekends add to it."""

    name = "regressors of the profile"

    def is_carried(self, setting: Setting) -> bool:
        """Wherever there is one."""
        return bool(_bending(setting))

    def columns(self, setting: Setting) -> Columns:
        """As for the level, at half its prior."""
        parts = []
        for variable in _bending(setting):
            daily = level_regressor(setting.grid, variable, setting.periods, PROFILE_PRIOR)
            parts += [daily, daily.times(setting.grid.weekend, WEEKEND_SHARE)]
        return Columns.join(parts, setting.grid.periods)


def level_regressors(plan: FitPlan, periods: int) -> Columns:
    """Columns of all variables that act on the level."""
    wanted = [v for v in plan.variables if v.effect != "shape"]
    columns = [level_regressor(plan.grid, v, periods, LEVEL_PRIOR) for v in wanted]
    return Columns.join(columns, plan.grid.periods)


def slot_columns(setting: Setting) -> tuple[Floats, tuple[Ingredient, ...]]:
    """Columns of variables that move within days, (slots, periods, columns), and whose each of them is."""
    grid, periods = setting.grid, setting.periods
    moving = [v for v in _bending(setting) if not v.is_daily and not is_trend(grid, v, periods)]
    if not moving:
        return np.zeros((grid.slots, grid.periods, 0)), ()
    found = [slot_regressor(grid, v, periods) for v in moving]
    labels = [
        Ingredient("regressor", v.name) for v, e in zip(moving, found, strict=True) for _ in range(e.shape[2])
    ]
    return np.concatenate(found, axis=2), tuple(labels)


def level_regressor(grid: Grid, variable: Variable, periods: int, prior: float) -> Columns:
    """A variable's day mean, yesterday's, a two-day average; its day's extremes if it moves inside days."""
    if is_trend(grid, variable, periods):
        return block(
            Ingredient("regressor", variable.name), [_line(grid, variable, periods)], [min(prior, CAREFUL)]
        )
    by_slot = _cells(grid, variable)
    mean = _day(by_slot, np.nanmean)
    columns = splines(mean, mean[:periods], 5)
    if len(columns) > 1:
        lagged = np.concatenate([mean[:1], mean[:-1]])
        columns += splines(lagged, lagged[:periods], 5)
        slow = _ewma(mean, 2.0)
        columns += splines(slow, slow[:periods], 0)[:1]
    if not variable.is_daily and grid.slots > 1:
        top, bottom = _day(by_slot, np.nanmax), _day(by_slot, np.nanmin)
        columns += splines(top, top[:periods], 4) + splines(bottom, bottom[:periods], 3)
    return block(Ingredient("regressor", variable.name), columns, [prior] * len(columns))


def is_trend(grid: Grid, variable: Variable, periods: int) -> bool:
    """True for what creeps, or goes where it has never been: installed capacity that grows."""
    mean = _day_means(grid, variable)
    past = mean[:periods]
    creeps = len(past) > WEEK and np.std(past[WEEK:] - past[:-WEEK]) < SLOW * past.std()
    return bool(creeps) or _reach(mean, periods) > LEAVES


def slot_regressor(grid: Grid, variable: Variable, periods: int) -> Floats:
    """A sub-day variable now and its means over 3 and 24 hours: (slots, periods, columns)."""
    now = _plain(variable)
    hour = 60 / grid.timeline.step.minutes
    parts = [(now, 6), (_trailing(now, 3 * hour), 4), (_trailing(now, 24 * hour), 4)]
    columns = []
    for values, knots in parts:
        by_slot = _filled(grid.fold(values, grid.periods))
        flat = by_slot.ravel()
        columns += [c.reshape(by_slot.shape).T for c in splines(flat, by_slot[:periods].ravel(), knots)]
    return np.stack(columns, axis=2)


def _bending(setting: Setting) -> list[Variable]:
    return [v for v in setting.plan.variables if v.effect != "level"]


def _line(grid: Grid, variable: Variable, periods: int) -> Floats:
    """The variable as one straight column.

    Why: a spline bends where the last knots lie, and what lies beyond them is anyone's guess. The
    column counts in the units of its future, so that its prior bounds what is extrapolated.
    """
    mean = _day_means(grid, variable)
    if _reach(mean, periods) > TOO_FAR:
        return np.zeros(grid.periods)
    away = mean - mean[:periods].mean()
    return np.asarray(away / max(away[:periods].std(), float(np.sqrt(np.mean(away[periods:] ** 2))), 1e-12))


def _reach(mean: Floats, periods: int) -> float:
    """How far the bulk of the future lies outside the range of the past, in widths of that range."""
    past, future = mean[:periods], mean[periods:]
    if not len(future):
        return 0.0
    low, high = np.quantile(future, (0.1, 0.9))
    return float(max(high - past.max(), past.min() - low, 0.0) / max(past.max() - past.min(), 1e-12))


def _day_means(grid: Grid, variable: Variable) -> Floats:
    return _day(_cells(grid, variable), np.nanmean)


def _plain(variable: Variable) -> Floats:
    """The variable with holes closed, on a log scale where it is lopsided and never negative."""
    values = variable.values.astype("float64")
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros(len(values))
    if not known.all():
        places = np.arange(len(values))
        values = np.interp(places, places[known], values[known])
    spread = values.std()
    away = values - values.mean()
    skew = float(np.mean(away * away * away)) / spread**3 if spread > 0 else 0.0
    return np.log1p(values) if values.min() >= 0 and skew > SKEWED else values


def _cells(grid: Grid, variable: Variable) -> Floats:
    return grid.fold(_plain(variable), grid.periods)


def _filled(by_slot: Floats) -> Floats:
    """Slots that have no point (a clock change, half a day) take their neighbours' value."""
    flat = by_slot.ravel()
    known = ~np.isnan(flat)
    places = np.arange(len(flat))
    return np.interp(places, places[known], flat[known]).reshape(by_slot.shape)


def _day(by_slot: Floats, how: np.ufunc | object) -> Floats:
    return np.array(how(_filled(by_slot), axis=1))  # type: ignore[operator]


def _trailing(values: Floats, width: float) -> Floats:
    """The mean of the last `width` points."""
    count = max(1, round(width))
    total = np.concatenate([[0.0], np.cumsum(values)])
    ends = np.arange(1, len(values) + 1)
    starts = np.maximum(ends - count, 0)
    return (total[ends] - total[starts]) / (ends - starts)


def _ewma(values: Floats, half_life: float) -> Floats:
    keep = 0.5 ** (1 / half_life)
    weights = (1 - keep) * keep ** np.arange(30)
    padded = np.concatenate([np.full(29, values[0]), values])
    return np.convolve(padded, weights / weights.sum(), mode="valid")
