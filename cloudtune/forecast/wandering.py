"""How far off the level may be, by lead time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.medians import row_medians

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats
    from cloudtune.model.fit import FittedModel

WEEK, WEEKS = 7, 3
"""Rows that count as one stretch: days of a week; weeks of a series of weeks."""
OVERLAP = {True: 4.0, False: 2.0}
"""Origins that share a horizon, by whether rows are days."""
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
    alone = 1 + (len(model.level.fold_errors) - 1) / OVERLAP[model.plan.grid.unit == 1]
    share = alone / (alone + PRIOR)
    return share * tested + (1 - share) * walked


def by_lead(errors: list[tuple[Floats, Floats]], residuals: Floats, width: int) -> tuple[Floats, Floats]:
    """Rows ahead and mean square of a stretch's error there, less what residuals explain."""
    longest = int(max(lead.max() for lead, _ in errors))
    total, count = np.zeros(longest), np.zeros(longest)
    means, _ = stretch_means(residuals, width)
    noise = float(np.nanvar(means)) if np.isfinite(means).any() else 0.0
    for lead, error in errors:
        row = np.full(longest, np.nan)
        row[lead.astype(int) - 1] = error
        mean, seen = stretch_means(row, width)
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
    """The mean of the stretch around each row and its known rows; NaN where under half is known."""
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
    errors = [(lead / unit, error) for lead, error in model.level.fold_errors if len(error)]
    if not errors:
        return None
    leads, squares = by_lead(errors, model.long.fit.residuals, _width(model))
    if not len(leads):
        return None
    found = np.interp(ahead, leads * unit, squares)
    return np.asarray(found * np.maximum(ahead / (leads[-1] * unit), 1.0))


def _walked(model: FittedModel, ahead: Floats) -> Floats:
    """Mean squared change of the smoothed, deseasonalised level from one stretch to another."""
    fit, unit = model.long.fit, model.plan.grid.unit
    static = fit.design.all[: fit.rows, fit.design.split :] @ fit.beta[fit.design.split :]
    plain = np.where(np.isfinite(fit.residuals), model.long.actual - static, np.nan)
    recent = plain[-int(max(RECENT * float(np.max(ahead)), LEAST_DAYS) / unit) :]
    smooth = _rolling_median(recent, _width(model))
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


def _width(model: FittedModel) -> int:
    return WEEK if model.plan.grid.unit == 1 else WEEKS


def _rolling_median(values: Floats, width: int) -> Floats:
    if len(values) < width:
        return values
    found, _ = row_medians(np.lib.stride_tricks.sliding_window_view(values, width))
    return found
