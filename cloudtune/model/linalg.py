"""Least squares with a prior on every coefficient, and medians of many short periods."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats, Ints


HUBER = 2.5
"""Residuals beyond this many robust standard deviations count as if they stood there."""


def solve(gram: Floats, target: Floats, penalty: Floats) -> Floats:
    """The ridge estimate from normal equations; `target` may hold many responses."""
    size = len(gram)
    diagonal = np.diagonal(gram) + penalty
    scale = 1.0 / np.sqrt(np.maximum(diagonal, 1e-300))
    balanced = gram * scale[:, None] * scale[None, :]
    balanced.flat[:: size + 1] = diagonal * scale * scale + 1e-12
    right = target * (scale[:, None] if target.ndim == 2 else scale)
    answer = np.linalg.solve(balanced, right)
    result: Floats = answer * (scale[:, None] if target.ndim == 2 else scale)
    return result


def solve_each(gram: Floats, targets: Floats, penalties: Floats) -> Floats:
    """One ridge estimate for each period of `targets` and `penalties`."""
    size = len(gram)
    diagonals = np.diagonal(gram) + penalties
    scale = 1.0 / np.sqrt(np.maximum(diagonals, 1e-300))
    balanced = gram * scale[:, :, None] * scale[:, None, :]
    balanced.reshape(len(scale), -1)[:, :: size + 1] = diagonals * scale * scale + 1e-12
    found: Floats = np.linalg.solve(balanced, (targets * scale)[:, :, None])[:, :, 0] * scale
    return found


def covariance(gram: Floats, penalty: Floats, noise: float) -> Floats:
    """The posterior covariance of the coefficients."""
    return noise * solve(gram, np.eye(len(gram)), penalty)


def robust_sd(values: Floats) -> float:
    """1.4826 times the median absolute value; 0 of nothing."""
    known = values[np.isfinite(values)]
    return float(1.4826 * np.median(np.abs(known))) if len(known) else 0.0


def penalties(noise: float, prior: Floats) -> Floats:
    """lambda_j = noise / tau_j squared: tau is the prior sd of the effect; 0 shuts a column out."""
    return noise / np.maximum(prior, 1e-6) ** 2


def row_medians(periods: Floats) -> tuple[Floats, Ints]:
    """The median of each period and how many values it has; NaN of none.

    A few hundred values are sorted sooner than their middle is picked, and gaps come last.
    """
    order = np.sort(np.ascontiguousarray(periods), axis=1)
    known = (~np.isnan(order)).sum(axis=1)
    place = np.stack([np.maximum(known - 1, 0) // 2, np.minimum(known // 2, order.shape[1] - 1)], axis=1)
    return np.take_along_axis(order, place, axis=1).mean(axis=1), known
