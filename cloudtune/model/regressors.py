"""Columns of variables: splines of the day, of yesterday, and of the hours just gone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import Columns, block, splines

if TYPE_CHECKING:
    from cloudtune.data.series import Variable
    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid

SKEWED = 2.0
CAREFUL = 0.05
"""Prior sd of what such a line adds at its usual distance from the past."""
NEAR, FAR = 0.1, 1.5
"""How far, in ranges of what was seen, a spline and a straight line may be carried beyond it."""


def level_variable(grid: Grid, variable: Variable, rows: int, tau: float) -> Columns:
    """A variable's day mean, yesterday's, a two-day average; its day's extremes if it moves inside days."""
    cells = _cells(grid, variable)
    mean = _day(cells, np.nanmean)
    beyond = reach(mean, rows)
    if beyond > NEAR:
        return _line(variable, mean, rows, CAREFUL if beyond <= FAR else 0.0)
    columns = splines(mean, mean[:rows], 5)
    if len(columns) > 1:
        lagged = np.concatenate([mean[:1], mean[:-1]])
        columns += splines(lagged, lagged[:rows], 5)
        slow = _ewma(mean, 2.0)
        columns += splines(slow, slow[:rows], 0)[:1]
    if not variable.is_daily and grid.slots > 1:
        top, bottom = _day(cells, np.nanmax), _day(cells, np.nanmin)
        columns += splines(top, top[:rows], 4) + splines(bottom, bottom[:rows], 3)
    return block(f"regressor:{variable.name}", columns, [tau] * len(columns))


def slot_variable(grid: Grid, variable: Variable, rows: int) -> Floats:
    """A sub-day variable now and its means over 3 and 24 hours: (rows, slots, columns)."""
    now = _plain(variable)
    hour = 60 / grid.timeline.step.minutes
    parts = [(now, 6), (_trailing(now, 3 * hour), 4), (_trailing(now, 24 * hour), 4)]
    columns = []
    for values, knots in parts:
        cells = _filled(grid.fold(values, grid.rows))
        flat = cells.ravel()
        columns += [c.reshape(cells.shape) for c in splines(flat, cells[:rows].ravel(), knots)]
    return np.stack(columns, axis=2)


def reach(values: Floats, rows: int) -> float:
    """How far the future leaves what the first `rows` rows have shown, in ranges of it."""
    known, ahead = values[:rows], values[rows:]
    if not len(ahead):
        return 0.0
    low, high = float(known.min()), float(known.max())
    outside = max(float(ahead.max()) - high, low - float(ahead.min()), 0.0)
    return outside / (high - low) if high > low else (FAR + 1 if outside > 0 else 0.0)


def is_near(grid: Grid, variable: Variable, rows: int) -> bool:
    """True where the future stays about within what was seen."""
    return reach(_day(_cells(grid, variable), np.nanmean), rows) <= NEAR


def _line(variable: Variable, mean: Floats, rows: int, tau: float) -> Columns:
    """A straight line: all that can be said of a variable that leaves its past behind."""
    centre = float(mean[:rows].mean())
    spread = max(float(mean[:rows].std()), float(np.sqrt(np.mean((mean[rows:] - centre) ** 2))))
    return block(f"regressor:{variable.name}", [(mean - centre) / (spread or 1.0)], [tau])


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
    skew = float(np.mean((values - values.mean()) ** 3)) / spread**3 if spread > 0 else 0.0
    return np.log1p(values) if values.min() >= 0 and skew > SKEWED else values


def _cells(grid: Grid, variable: Variable) -> Floats:
    return grid.fold(_plain(variable), grid.rows)


def _filled(cells: Floats) -> Floats:
    """Cells that have no point (a clock change, half a day) take their neighbours' value."""
    flat = cells.ravel()
    known = ~np.isnan(flat)
    places = np.arange(len(flat))
    return np.interp(places, places[known], flat[known]).reshape(cells.shape)


def _day(cells: Floats, how: np.ufunc | object) -> Floats:
    return np.array(how(_filled(cells), axis=1))  # type: ignore[operator]


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
