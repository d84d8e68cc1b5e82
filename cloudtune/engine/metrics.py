"""Error measures: a formula a point, and how points are put together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.model.arrays import Floats

NAN = float("nan")


def wape(actual: Floats, predicted: Floats) -> float:
    """Sum of absolute errors over sum of absolute actuals."""
    good = known(actual, predicted)
    return _ratio(np.abs(actual - predicted)[good].sum(), np.abs(actual[good]).sum())


def bias(actual: Floats, predicted: Floats) -> float:
    """Sum of forecasts over sum of actuals, less one."""
    good = known(actual, predicted)
    return _ratio((predicted - actual)[good].sum(), np.abs(actual[good]).sum())


def mase(actual: Floats, predicted: Floats, scale: float) -> float:
    """Mean absolute error over that of the seasonal-naive forecast in the training data."""
    good = known(actual, predicted)
    return _ratio(float(np.abs(actual - predicted)[good].mean()) if good.any() else NAN, scale)


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Share of actuals inside the interval."""
    good = known(actual, low)
    inside = (actual >= low) & (actual <= high)
    return float(inside[good].mean()) if good.any() else NAN


def pinball(actual: Floats, quantiles: Mapping[float, Floats]) -> float:
    """Mean quantile loss over all levels and points, over the mean of the actuals."""
    losses = []
    for level, predicted in quantiles.items():
        good = known(actual, predicted)
        gap = (actual - predicted)[good]
        losses.append(np.maximum(level * gap, (level - 1) * gap))
    flat = np.concatenate(losses) if losses else np.zeros(0)
    size = np.abs(actual[np.isfinite(actual)])
    return _ratio(float(flat.mean()), float(size.mean())) if len(flat) and len(size) else NAN


def known(actual: Floats, predicted: Floats) -> np.ndarray:
    """Points that both have."""
    return np.isfinite(actual) & np.isfinite(predicted)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else NAN
