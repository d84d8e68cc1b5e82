"""Sizes of slope breaks and level steps, measured together with the seasons they could hide in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.breaks import freshness
from cloudtune.model.grid import YEAR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.history import LongLevel

FREE = 1.0
"""Prior sd of a slope (a year) and of its changes: the data decides."""


@dataclass(frozen=True, eq=False)
class Joint:
    """One regression of the level without automatic knots."""

    slopes: Floats
    """Slope a year at the start, then its change at each bend."""
    slope_sds: Floats
    steps: Floats
    """Size of each step column, in the order of the design."""
    step_sds: Floats


def joint_sizes(long: LongLevel, bends: Sequence[float]) -> Joint:
    """Fit a line with these bends (days since the first row) and all static columns at once."""
    fit = long.fit
    rows, age = fit.rows, fit.design.grid.age
    known = np.isfinite(fit.residuals)
    hinges = [np.maximum(age[:rows] - bend, 0.0) / YEAR for bend in bends]
    trend = np.stack([np.ones(rows), age[:rows] / YEAR, *hinges], axis=1)
    static = fit.design.static
    design = np.concatenate([trend, static.values[:rows]], axis=1)[known]
    tau = np.concatenate([[1000.0], np.full(1 + len(bends), FREE), static.tau])
    values = long.actual[:rows][known]
    beta, spread = _fitted(design, values, tau, fit.noise)
    sds = np.sqrt(np.maximum(np.diag(spread), 0.0))
    split = trend.shape[1]
    stepped = np.flatnonzero(static.exactly("trend:step")) + split
    return Joint(beta[1:split], sds[1:split], beta[stepped], sds[stepped])


def _fitted(design: Floats, values: Floats, tau: Floats, noise: float) -> tuple[Floats, Floats]:
    """Coefficients and their covariance; neighbouring days that err alike count as fewer."""
    gram = design.T @ design
    penalty = ridge.penalties(noise, tau)
    beta = ridge.solve(gram, design.T @ values, penalty)
    left = values - design @ beta
    limit = ridge.HUBER * max(ridge.robust_sd(left), 1e-9)
    pulled = values - left + np.clip(left, -limit, limit)
    beta = ridge.solve(gram, design.T @ pulled, penalty)
    left = pulled - design @ beta
    variance = max(float(np.var(left)), 1e-12) / freshness(left)
    return beta, ridge.covariance(gram, penalty * variance / noise, variance)
