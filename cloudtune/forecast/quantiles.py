"""Quantiles of sample paths, widened or narrowed as the backtest says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.paths import sample

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.forecast.granularity import Target
    from cloudtune.forecast.paths import Source
    from cloudtune.model.arrays import Floats

EDGES = (0.1, 0.5, 0.9)
"""Always computed: the median and the 80% interval."""


def quantiles(source: Source, target: Target, wanted: Sequence[float], width: float) -> dict[float, Floats]:
    """Quantiles of every point of the target; deviations from the median times (or to the power of) `width`."""
    levels = sorted({*wanted, *EDGES})
    parts = [np.quantile(paths, levels, axis=0) for _, _, paths in sample(source, target)]
    raw = np.concatenate(parts, axis=1)
    centre = raw[levels.index(0.5)]
    if target.name == source.model.plan.grid.timeline.step.name:
        shift = target.reduce(source.point)
        raw, centre = _moved(raw, centre, shift, source.model.link.is_log_level), shift
    spread = _scaled(raw, centre, width, source.model.link.is_log_level)
    nested = np.maximum.accumulate(spread, axis=0)
    return {level: nested[k] for k, level in enumerate(levels)}


def _moved(raw: Floats, centre: Floats, point: Floats, multiplicative: bool) -> Floats:
    """Quantiles around the point path: its median is the median of the paths."""
    if not multiplicative:
        return raw - centre + point
    safe = np.where(centre > 0, centre, 1.0)
    return np.asarray(np.where(centre > 0, raw / safe * point, raw))


def _scaled(raw: Floats, centre: Floats, width: float, multiplicative: bool) -> Floats:
    if not multiplicative:
        return np.asarray(centre + width * (raw - centre))
    safe = np.where(centre > 0, centre, 1.0)
    ratio = np.maximum(raw, 0.0) / safe
    return np.asarray(np.where(centre > 0, centre * ratio**width, raw))
