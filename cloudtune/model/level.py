"""The level of every period: its regression, and the fit that an average of regressions comes to."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import linalg, terms
from cloudtune.model.columns import YEARLY
from cloudtune.model.grid import YEAR
from cloudtune.model.terms.term import LONG_ENOUGH
from cloudtune.model.terms.trend import knots_of, quiet, trend_columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cloudtune.model.arrays import Bools, Floats, Levels
    from cloudtune.model.columns import Columns
    from cloudtune.model.grid import Grid
    from cloudtune.model.links import Link
    from cloudtune.model.plan import Growth
    from cloudtune.model.terms.term import Setting


DAMPING = 180.0
"""Days in which a damped slope halves."""
FOREVER = float("inf")


@dataclass(frozen=True, slots=True)
class Drift:
    """How the last residuals are carried on: their window and their decay, half-lives in days."""

    window: float
    decay: float
    """0 for no drift, infinity for a drift that stays."""


DRIFTS = (
    Drift(1, 60.0),
    Drift(1, FOREVER),
    Drift(7, 0.0),
    Drift(7, 15.0),
    Drift(7, 60.0),
    Drift(7, FOREVER),
    Drift(3, FOREVER),
    Drift(21, FOREVER),
)


@dataclass(frozen=True, slots=True)
class LevelCandidate:
    """One way to fit a level."""

    knot_prior: float
    recency: float
    """Half-life of the weights in days; infinity for none."""
    growth: Growth
    drift: Drift
    weight: float


@dataclass(frozen=True, eq=False)
class LevelFit:
    """Coefficients averaged over candidates, and how the future differs from the columns."""

    design: LevelDesign
    periods: int
    beta: Floats
    slopes: Mapping[Growth, float]
    """Slope a year at the end of the data, times the weight of each kind of growth."""
    drifts: Sequence[tuple[Drift, float]]
    """Last residual times weight."""
    noise: float
    sd: Floats
    """Posterior sd of the static and trend part, each period."""
    residuals: Floats
    """Level less fit, training periods; NaN where there is no level."""
    candidates: tuple[LevelCandidate, ...]

    def trend(self) -> Floats:
        """The trend of every period, held or continued after the data as growth says."""
        split = self.design.split
        path = self.design.trend.values @ self.beta[:split]
        ahead = self.ahead
        future = ahead > 0
        base = path[self.periods - 1]
        path[future] = base + sum(
            slope * growth_path(kind, ahead[future]) for kind, slope in self.slopes.items()
        )
        return path

    @property
    def ahead(self) -> Floats:
        """Days after the last training period; negative within it."""
        age = self.design.grid.age
        days: Floats = age - age[self.periods - 1]
        return days

    def recent(self) -> Floats:
        """The drift carried forward; 0 in the training periods."""
        ahead = self.ahead
        path = np.zeros(len(ahead))
        future = ahead > 0
        for drift, value in self.drifts:
            path[future] += value * decay_path(drift, ahead[future])
        return path

    def static(self) -> Floats:
        """Everything but trend and drift."""
        values: Floats = self.design.static.values @ self.beta[self.design.split :]
        return values

    def path(self) -> Floats:
        """The level of every period."""
        return self.trend() + self.static() + self.recent()


def growth_path(kind: Growth, ahead: Floats) -> Floats:
    """Years of slope that `ahead` days are worth."""
    if kind == "flat":
        return np.zeros(len(ahead))
    if kind == "linear":
        return ahead / YEAR
    return DAMPING / np.log(2) * (1 - 0.5 ** (ahead / DAMPING)) / YEAR


def decay_path(drift: Drift, ahead: Floats) -> Floats:
    """What is left of a drift after `ahead` days."""
    if drift.decay == 0:
        return np.zeros(len(ahead))
    return np.ones(len(ahead)) if drift.decay == FOREVER else 0.5 ** (ahead / drift.decay)


def drift_values(
    residuals: Floats, weight: Floats, age: Floats, windows: Iterable[float]
) -> dict[float, Floats]:
    """By window: the weighted mean of each fit's last residuals, those beyond four robust sd pulled in."""
    used = np.abs(residuals[:, weight > 0])
    if not used.size:
        return {window: np.zeros(len(residuals)) for window in windows}
    limit = 4 * np.maximum(1.4826 * np.median(used, axis=1), 1e-12)[:, None]
    held = np.clip(residuals, -limit, limit)
    found = {}
    for window in windows:
        fade = weight * 0.5 ** ((age[-1] - age) / window)
        total = fade.sum()
        found[window] = held @ fade / total if total > 0 else np.zeros(len(residuals))
    return found


def recency_weight(data: LevelData, age: Floats, half_life: float) -> Floats:
    """Weights of periods that fade with age."""
    fade = np.ones(data.periods) if half_life == FOREVER else 0.5 ** ((age[-1] - age) / half_life)
    return data.weight * fade


def end_slope(beta: Floats, knots: Floats, end: float) -> float:
    """The slope a year after the last knot before `end`."""
    return float(beta[1] + beta[2 : 2 + len(knots)][knots < end].sum())


STIFF, MIDDLING = 0.05, 0.2
"""Looseness of the trend where none has been chosen."""
TWO_YEARS = 730.0
LEAST_TRUST = 0.3


@dataclass(frozen=True, eq=False)
class LevelData:
    """What the level is fitted to: one value a period of the training data."""

    values: Levels
    weight: Floats
    """0 where a period has no level."""
    exempt: Bools
    """Periods of events: never called outliers."""
    unit: int
    link: Link

    @property
    def periods(self) -> int:
        """Training periods."""
        return len(self.values)

    def between(self, first: int, last: int) -> LevelData:
        """Periods first to last alone."""
        part = slice(first, last)
        return LevelData(self.values[part], self.weight[part], self.exempt[part], self.unit, self.link)


@dataclass(frozen=True, eq=False)
class LevelDesign:
    """Columns over all periods, training and horizon: what stays, and the trend."""

    grid: Grid
    static: Columns
    trend: Columns
    """Constant, slope a year, hinges."""
    knots: Floats
    free: Bools
    """Knots at which the slope may change as much as it wants: declared ones, and those found in the data."""
    known_at: Floats
    """Age at which each of them could have been known; a test of the past must not know it earlier."""
    periods: int
    """Training periods."""
    first: int
    """The first of them that is learned from."""
    trusts_year: bool
    """True where less than a year and a bit was seen, and the spec says that there is one."""

    @classmethod
    def of(cls, setting: Setting) -> LevelDesign:
        """Trend with its knots; the terms of the level beside it."""
        grid, periods = setting.grid, setting.periods
        sought = knots_of(grid, periods, setting.start)
        told = (*setting.plan.changepoints.slope_changes, *setting.found.slope_changes)
        knots = np.concatenate([sought, [change.age for change in told]])
        known_at = np.concatenate([sought, [change.known_at for change in told]])
        return cls(
            grid,
            terms.columns_of(terms.LEVEL_TERMS, setting),
            trend_columns(grid, knots, float(grid.age[periods - 1])),
            knots,
            np.arange(len(knots)) >= len(sought),
            known_at,
            periods,
            setting.first,
            setting.declares_year and setting.days < LONG_ENOUGH,
        )

    @property
    def start(self) -> float:
        """Age of the first period that is learned from."""
        return float(self.grid.age[self.first])

    @cached_property
    def all(self) -> Floats:
        """Trend and static columns side by side."""
        return np.concatenate([self.trend.values, self.static.values], axis=1)

    @property
    def split(self) -> int:
        """Columns before this one are trend."""
        return len(self.trend.labels)

    def prior(self, knot_prior: float, periods: int) -> Floats:
        """Priors of a fit to the first `periods` periods: late knots and unseen waves are shut out."""
        trend, static = self.trend.prior.copy(), self.static.prior.copy()
        end = self.grid.age[periods - 1]
        late = self.knots > end - quiet(end - self.start)
        known = (self.knots < end) & ((self.known_at <= end) | (periods >= self.periods))
        trend[2:] = np.where(self.free, np.where(known, 1.0, 0.0), np.where(late, 0.0, knot_prior))
        static[self.static.exactly(YEARLY)] *= self._yearly_trust(periods)
        return np.concatenate([trend, static])

    def _yearly_trust(self, periods: int) -> float:
        """A year just seen is held short, unless the spec vouches for it; tests of the past lack it."""
        days = float(self.grid.age[periods - 1]) - self.start
        if self.trusts_year:
            return 1.0
        return max(yearly_trust(days), LEAST_TRUST if periods >= self.periods else 0.0)


def yearly_trust(days: float) -> float:
    """How freely yearly waves may move: not at all in the first year, fully after two."""
    if days < LONG_ENOUGH:
        return 0.0
    share = (days - LONG_ENOUGH) / (TWO_YEARS - LONG_ENOUGH)
    return float(np.clip(LEAST_TRUST + (1 - LEAST_TRUST) * share, LEAST_TRUST, 1.0))


def noise_of(values: Floats, unit: int) -> float:
    """Variance of a period's level around anything smooth, from differences of the series."""
    known = values[~np.isnan(values)]
    if len(known) < 9:
        return max(float(np.var(known)) if len(known) > 1 else 0.0, 1e-4)
    order, total = (1, 2.0) if len(known) < 60 or unit > 1 else (7, 3432.0)
    difference = np.diff(known, n=order)
    noise = linalg.robust_sd(difference) ** 2 / total
    if order > 1:
        # A weekday of its own kind spoils every difference of order 7, but none over a week.
        noise = min(noise, linalg.robust_sd(known[7:] - known[:-7]) ** 2 / 2)
    return max(noise, 0.01**2, 0.001 * float(np.var(known)))


def robust_fit(design: LevelDesign, data: LevelData) -> tuple[Floats, float]:
    """Values with outliers pulled in to what a middling model expects, and the noise."""
    periods, noise = data.periods, noise_of(np.where(data.weight > 0, data.values, np.nan), data.unit)
    first_noise, used = noise, data.weight > 0
    design_rows, target = design.all[:periods], np.where(used, data.values, 0.0)
    pulled = target.copy()
    weighted = design_rows * data.weight[:, None]
    gram = weighted.T @ design_rows
    for _ in range(3):
        penalty = linalg.penalties(noise, design.prior(MIDDLING, periods))
        beta = linalg.solve(gram, weighted.T @ pulled, penalty)
        fitted = design_rows @ beta
        spread = linalg.robust_sd((target - fitted)[used & ~data.exempt])
        limit = linalg.HUBER * max(spread, 1e-9)
        held = fitted + np.clip(target - fitted, -limit, limit)
        pulled = np.where(data.exempt | ~used, target, held)
        noise = float(np.clip(spread**2, first_noise, 4 * first_noise))
    return pulled, noise


def fitted_once(design: LevelDesign, data: LevelData) -> Floats:
    """What a straight trend makes of the training periods."""
    fitted: Floats = design.all[: data.periods] @ _coefficients(design, data, STIFF)
    return fitted


def plain_levels(design: LevelDesign, data: LevelData, knot_prior: float) -> Floats:
    """Levels less seasons, events and variables; NaN on periods of events, and where there is no level."""
    static = design.static.values[: data.periods] @ _coefficients(design, data, knot_prior)[design.split :]
    return np.where((data.weight > 0) & ~data.exempt, data.values - static, np.nan)


def _coefficients(design: LevelDesign, data: LevelData, knot_prior: float) -> Floats:
    """One robust fit to all training periods, with a trend of this looseness."""
    pulled, noise = robust_fit(design, data)
    periods = design.all[: data.periods]
    weighted = periods * data.weight[:, None]
    penalty = linalg.penalties(noise, design.prior(knot_prior, data.periods))
    return linalg.solve(weighted.T @ periods, weighted.T @ pulled, penalty)
