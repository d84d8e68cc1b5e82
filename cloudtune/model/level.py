"""A fitted level: an average of a few regressions, as one regression."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.grid import YEAR

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.level_design import LevelData, LevelDesign
    from cloudtune.model.plan import Growth

DAMPING = 180.0
"""Days in which a damped slope halves."""
KEPT = float("inf")


@dataclass(frozen=True, slots=True)
class Drift:
    """How the last residuals are carried on: their window and their decay, half-lives in days."""

    window: float
    decay: float
    """0 for no drift, infinity for a drift that stays."""


DRIFTS = (
    Drift(1, 60.0),
    Drift(1, KEPT),
    Drift(7, 0.0),
    Drift(7, 15.0),
    Drift(7, 60.0),
    Drift(7, KEPT),
    Drift(3, KEPT),
    Drift(21, KEPT),
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One way to fit a level."""

    knot_tau: float
    recency: float
    """Half-life of the weights in days; infinity for none."""
    growth: Growth
    drift: Drift
    weight: float


@dataclass(frozen=True, eq=False)
class LevelFit:
    """Coefficients averaged over candidates, and how the future differs from the columns."""

    design: LevelDesign
    rows: int
    beta: Floats
    slopes: Mapping[Growth, float]
    """Slope a year at the end of the data, times the weight of each kind of growth."""
    drifts: Sequence[tuple[Drift, float]]
    """Last residual times weight."""
    noise: float
    sd: Floats
    """Posterior sd of the static and trend part, each row."""
    residuals: Floats
    """Level less fit, training rows; NaN where there is no level."""
    candidates: tuple[Candidate, ...]

    def trend(self) -> Floats:
        """The trend of every row, held or continued after the data as growth says."""
        split = self.design.split
        path = self.design.trend.values @ self.beta[:split]
        ahead = self.ahead
        future = ahead > 0
        base = path[self.rows - 1]
        path[future] = base + sum(
            slope * growth_path(kind, ahead[future]) for kind, slope in self.slopes.items()
        )
        return path

    @property
    def ahead(self) -> Floats:
        """Days after the last training row; negative within it."""
        age = self.design.grid.age
        days: Floats = age - age[self.rows - 1]
        return days

    def recent(self) -> Floats:
        """The drift carried forward; 0 in the training rows."""
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
        """The level of every row."""
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
    return np.ones(len(ahead)) if drift.decay == KEPT else 0.5 ** (ahead / drift.decay)


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
    """Weights of rows that fade with age."""
    fade = np.ones(data.rows) if half_life == KEPT else 0.5 ** ((age[-1] - age) / half_life)
    return data.weight * fade


def end_slope(beta: Floats, knots: Floats, end: float) -> float:
    """The slope a year after the last knot before `end`."""
    return float(beta[1] + beta[2 : 2 + len(knots)][knots < end].sum())
