"""Slope changes and level shifts found in the past of a level, and their sizes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import linalg
from cloudtune.model.columns import LEVEL_SHIFT
from cloudtune.model.grid import YEAR
from cloudtune.model.level import MIDDLING, LevelData, LevelDesign, fitted_once, plain_levels
from cloudtune.model.linalg import row_medians
from cloudtune.model.plan import FOUND, NO_CHANGEPOINTS, Changepoints, LevelShift, SlopeChange
from cloudtune.model.terms.term import LONG_ENOUGH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.history import LongLevel


WINDOWS = (5, 14, 28)
SURE = 6.0
"""Standard errors that a shift must stand out by."""
SMALLEST = 0.12
SUDDEN = 0.6
"""Part of the change that must happen within the shortest window: a slope is no shift."""
MOST_SHIFTS = 6
LOOSE = 0.6
"""Looseness of the trend beside a shift."""


def find_changepoints(design: LevelDesign, data: LevelData) -> Changepoints:
    """Shifts of a short series, slope changes of a long one, and a change too recent for a knot."""
    shifts = find_level_shifts(design, data)
    age = design.grid.age[: data.periods]
    left = np.where(data.weight > 0, data.values - fitted_once(design, data), np.nan)
    late = late_changepoint(age, left)
    lasting = lasting_slope_changes(age, plain_levels(design, data, MIDDLING), late)
    return Changepoints((*lasting, *late.slope_changes), (*shifts, *late.level_shifts))


def find_level_shifts(design: LevelDesign, data: LevelData) -> tuple[LevelShift, ...]:
    """Shifts of a series with no yearly waves: over a year of data one can't be told from a season."""
    if design.grid.age[data.periods - 1] - design.start >= LONG_ENOUGH or data.unit > 1:
        return ()
    plain = plain_levels(design, data, LOOSE)
    noise = _shift_noise(plain)
    found: list[int] = []
    for _ in range(MOST_SHIFTS):
        place, size = _largest_shift(plain, noise)
        if place is None:
            break
        found.append(place)
        plain[place:] -= size
    return tuple(LevelShift(float(design.grid.age[place]), FOUND) for place in sorted(found))


def _shift_noise(plain: Floats) -> float:
    """Sd of a day's level around its neighbours."""
    known = plain[np.isfinite(plain)]
    return max(linalg.robust_sd(np.diff(known)) / np.sqrt(2), 0.01) if len(known) > 2 else 1.0


def _largest_shift(plain: Floats, noise: float) -> tuple[int | None, float]:
    """The surest shift: its first period and its size."""
    best, place, size = SURE, None, 0.0
    short = _jumps(plain, WINDOWS[0])[0]
    for width in WINDOWS:
        jump, error = _jumps(plain, width)
        good = (
            (np.abs(jump) >= SMALLEST)
            & (np.abs(short) >= SUDDEN * np.abs(jump))
            & (np.sign(short) == np.sign(jump))
        )
        sure = np.where(good, np.abs(jump) / (noise * error), 0.0)
        if sure.max(initial=0.0) > best:
            place = int(np.argmax(sure))
            best, size = float(sure[place]), float(jump[place])
    return place, size


def _jumps(plain: Floats, width: int) -> tuple[Floats, Floats]:
    """Median after less median before each period, and what its standard error is in units of the noise."""
    periods, edge = len(plain), WINDOWS[0]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(plain, width, constant_values=np.nan), width)
    middle, count = row_medians(windows)
    fewest = np.minimum(count[:periods], count[width : width + periods])
    good = (fewest >= edge - 1) & (np.arange(periods) >= edge) & (np.arange(periods) <= periods - edge)
    jump, error = np.zeros(periods), np.full(periods, np.inf)
    jump[good] = (middle[width : width + periods] - middle[:periods])[good]
    error[good] = np.sqrt(1 / count[:periods][good] + 1 / count[width : width + periods][good])
    return jump, error


EVERY = 14.0
SEGMENT = 90.0
QUIET = 60.0
MOST_SLOPES = 4
PROOF = 3.0
"""How many times log n the gain of a break must be: levels are sticky, so chance slope changes are common."""
BEYOND_DOUBT = 6.0
CLEAR_OF_NOUGHT = 3.0
"""Standard errors that a slope change's size must be away from none at all."""
LONG_PAST = 2.5 * YEAR
WEEK = 7.0
LOOK_BACK, LATE, SHORTEST, SHORTEST_STEP = 365.0, 90.0, 28.0, 10.0
"""Days: of what a late slope change must stand out, and where it may lie before the end."""
FEWEST = 60
FEWEST_LEFT = 4
LATE_PROOF = 1.5
CLEARLY = 0.9
"""Part of a shift's error that a slope change must stay under."""


@dataclass(frozen=True, slots=True)
class SizedSlopeChange:
    """A slope change: when (days since the first period), how much the slope a year changes, its sd."""

    age: float
    size: float
    sd: float
    before: float
    """Slope a year ahead of it."""


def lasting_slope_changes(age: Floats, plain: Floats, late: Changepoints) -> tuple[SlopeChange, ...]:
    """Slope changes of years of data that are beyond doubt: the trend may turn there as sharply as it wants.

    Why years: in the first two a slope change and half a wave of the year look the same.
    """
    if age[-1] < LONG_PAST:
        return ()
    for shift in late.level_shifts:
        plain = _without_shift(age, plain, shift.age)
    found = find_slope_changes(age, plain, BEYOND_DOUBT)
    return tuple(_found(change.age) for change in found if abs(change.size) > CLEAR_OF_NOUGHT * change.sd)


def _found(age: float) -> SlopeChange:
    """Why later: it takes a quarter of a year to tell a slope from chance."""
    return SlopeChange(age, FOUND, age + LATE)


def is_late(age: float, ages: Floats) -> bool:
    """True for a place in the last quarter of a year, where a slope is too young to be drawn on."""
    return bool(age >= ages[-1] - LATE)


def _without_shift(age: Floats, plain: Floats, at: float) -> Floats:
    """The level as if the shift had not been."""
    before, after = plain[(age < at) & (age >= at - SHORTEST)], plain[age >= at]
    if not (np.isfinite(before).any() and np.isfinite(after).any()):
        return plain
    return np.where(age >= at, plain - np.nanmedian(after) + np.nanmedian(before), plain)


def find_slope_changes(age: Floats, plain: Floats, proof: float = PROOF) -> tuple[SizedSlopeChange, ...]:
    """Slope changes of a level without its seasons and events (NaN where there is none), one by one."""
    known = np.isfinite(plain)
    at, values = age[known], plain[known]
    if len(at) < FEWEST_LEFT or at[-1] - at[0] < 2 * SEGMENT + QUIET:
        return ()
    candidates = np.arange(at[0] + SEGMENT, at[-1] - max(QUIET, SEGMENT / 2), EVERY)
    chosen: list[float] = []
    for _ in range(MOST_SLOPES):
        best = _best(at, values, chosen, candidates, proof)
        if best is None:
            break
        chosen.append(best)
    return sized(age, plain, sorted(chosen))


def _best(at: Floats, values: Floats, chosen: list[float], candidates: Floats, proof: float) -> float | None:
    """The slope change that helps most, where it helps enough."""
    free = [c for c in candidates if all(abs(c - other) >= SEGMENT for other in chosen)]
    before, left = _error(at, values, chosen)
    if not free or before <= 0:
        return None
    errors = _errors(at, values, chosen, np.array(free))
    place = int(np.argmin(errors))
    effective = max(len(at) * freshness(left), 3.0)
    gain = effective * np.log(before / max(errors[place], 1e-300))
    return float(free[place]) if gain > proof * np.log(effective) else None


def _errors(at: Floats, values: Floats, chosen: list[float], free: Floats) -> Floats:
    """What `_error` says of each further slope change: all at once, freed of what the line explains."""
    line, _ = np.linalg.qr(_design(at, chosen))
    hinges = np.maximum(at - free[:, None], 0.0) / YEAR
    hinges -= (hinges @ line) @ line.T
    plain = values - line @ (line.T @ values)
    sizes = hinges @ plain / np.maximum(np.square(hinges).sum(axis=1), 1e-300)
    left = plain - sizes[:, None] * hinges
    limit = 3 * np.maximum(1.4826 * row_medians(np.abs(left))[0], 1e-12)[:, None]
    return np.asarray(np.square(np.clip(left, -limit, limit)).sum(axis=1))


def _error(at: Floats, values: Floats, changes: list[float]) -> tuple[float, Floats]:
    """Sum of squares left by a line with these slope changes, outliers pulled in, and what is left."""
    design = _design(at, changes)
    beta, *_ = np.linalg.lstsq(design, values, rcond=None)
    left = values - design @ beta
    limit = 3 * max(linalg.robust_sd(left), 1e-12)
    return float(np.square(np.clip(left, -limit, limit)).sum()), left


def _design(at: Floats, changes: list[float]) -> Floats:
    years = (at - at[0]) / YEAR
    hinges = [np.maximum(at - change, 0.0) / YEAR for change in changes]
    return np.stack([np.ones(len(at)), years, *hinges], axis=1)


def freshness(left: Floats) -> float:
    """What part of the periods says something new: sticky residuals repeat themselves."""
    spread = float(np.square(left).sum())
    phi = float(np.clip((left[1:] * left[:-1]).sum() / spread, 0.0, 0.98)) if spread > 0 else 0.0
    return (1 - phi) / (1 + phi)


def sized(age: Floats, plain: Floats, changes: list[float]) -> tuple[SizedSlopeChange, ...]:
    """Each slope change with the slope before it, its change and the change's standard error."""
    known = np.isfinite(plain)
    at, values = age[known], plain[known]
    if not changes or len(at) < len(changes) + FEWEST_LEFT:
        return ()
    design = _design(at, changes)
    beta, *_ = np.linalg.lstsq(design, values, rcond=None)
    left = values - design @ beta
    noise = float(np.square(left).sum()) / max(len(at) - design.shape[1], 1) / freshness(left)
    spread = np.sqrt(np.maximum(np.diag(noise * np.linalg.pinv(design.T @ design)), 0.0))
    slopes = np.cumsum(beta[1:])
    return tuple(
        SizedSlopeChange(b, float(beta[2 + k]), float(spread[2 + k]), float(slopes[k]))
        for k, b in enumerate(changes)
    )


def late_changepoint(age: Floats, left: Floats) -> Changepoints:
    """A change in the last quarter that the trend could not follow (`left` is what it leaves over).

    Why shifts are tried too: a level that has just moved looks like a slope change, yet drawn on as one
    it runs away. A slope change must fit clearly better than a shift to be believed.
    """
    known = np.isfinite(left) & (age > age[-1] - LOOK_BACK)
    at, values = age[known], left[known]
    if len(at) < FEWEST or age[-1] < LOOK_BACK:
        return NO_CHANGEPOINTS
    before, _ = _straight(values, np.zeros((len(at), 0)))
    change, after, rest = _likeliest(at, values, SHORTEST, _hinge)
    effective = max(len(at) * freshness(rest), 3.0)
    gain = effective * np.log(before / max(after, 1e-300)) if before > 0 else 0.0
    if gain <= LATE_PROOF * np.log(effective):
        return NO_CHANGEPOINTS
    shift, as_shift, _ = _likeliest(at, values, SHORTEST_STEP, _jump)
    if after < CLEARLY * as_shift:
        return Changepoints((_found(change),), ())
    return Changepoints((), (LevelShift(shift, FOUND),))


def _likeliest(
    at: Floats, values: Floats, shortest: float, column: Callable[[Floats, float], Floats]
) -> tuple[float, float, Floats]:
    """Where the column fits best in the last quarter, the squares it leaves over, and what is left."""
    candidates = np.arange(at[-1] - LATE, at[-1] - shortest, WEEK)
    tried = [(_straight(values, column(at, float(c))[:, None]), float(c)) for c in candidates]
    (after, rest), place = min(tried, key=lambda one: one[0][0])
    return place, after, rest


def _hinge(at: Floats, place: float) -> Floats:
    return np.maximum(at - place, 0.0)


def _jump(at: Floats, place: float) -> Floats:
    return (at >= place).astype("float64")


def _straight(values: Floats, columns: Floats) -> tuple[float, Floats]:
    """What a constant and the columns leave over, outliers pulled in: sum of squares, and all of it."""
    design = np.concatenate([np.ones((len(values), 1)), columns], axis=1)
    beta, *_ = np.linalg.lstsq(design, values, rcond=None)
    left = values - design @ beta
    limit = 3 * max(linalg.robust_sd(left), 1e-12)
    return float(np.square(np.clip(left, -limit, limit)).sum()), left


FREE = 1.0
"""Prior sd of a slope (a year) and of its changes: the data decides."""


@dataclass(frozen=True, eq=False)
class JointSizes:
    """One regression of the level without automatic knots."""

    slopes: Floats
    """Slope a year at the start, then its change at each slope change."""
    slope_sds: Floats
    shifts: Floats
    """Size of each shift column, in the order of the design."""
    shift_sds: Floats


def joint_sizes(long: LongLevel, changes: Sequence[float]) -> JointSizes:
    """Fit a line with these slope changes (days since the first period) and all static columns at once."""
    fit = long.fit
    periods, age = fit.periods, fit.design.grid.age
    known = np.isfinite(fit.residuals)
    hinges = [np.maximum(age[:periods] - change, 0.0) / YEAR for change in changes]
    trend = np.stack([np.ones(periods), age[:periods] / YEAR, *hinges], axis=1)
    static = fit.design.static
    design = np.concatenate([trend, static.values[:periods]], axis=1)[known]
    prior = np.concatenate([[1000.0], np.full(1 + len(changes), FREE), static.prior])
    values = long.actual[:periods][known]
    beta, spread = _fitted(design, values, prior, fit.noise)
    sds = np.sqrt(np.maximum(np.diag(spread), 0.0))
    split = trend.shape[1]
    stepped = np.flatnonzero(static.exactly(LEVEL_SHIFT)) + split
    return JointSizes(beta[1:split], sds[1:split], beta[stepped], sds[stepped])


def _fitted(design: Floats, values: Floats, prior: Floats, noise: float) -> tuple[Floats, Floats]:
    """Coefficients and their covariance; neighbouring days that err alike count as fewer."""
    gram = design.T @ design
    penalty = linalg.penalties(noise, prior)
    beta = linalg.solve(gram, design.T @ values, penalty)
    left = values - design @ beta
    limit = linalg.HUBER * max(linalg.robust_sd(left), 1e-9)
    pulled = values - left + np.clip(left, -limit, limit)
    beta = linalg.solve(gram, design.T @ pulled, penalty)
    left = pulled - design @ beta
    variance = max(float(np.var(left)), 1e-12) / freshness(left)
    return beta, linalg.covariance(gram, penalty * variance / noise, variance)
