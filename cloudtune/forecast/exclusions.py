"""What was masked, and what masking it is worth."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.forecast.result import Exclusion
from cloudtune.forecast.run import project

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.forecast.run import Projection
    from cloudtune.spec.forecast import Outlier
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.values import When


def mask_effect(cleaned: Cleaned, resolved: ResolvedSpec, masked: Projection, seed: int) -> float:
    """Relative change of the forecast total if nothing were masked."""
    if not cleaned.masked.any():
        return 0.0
    bare = replace(cleaned, masked=np.zeros_like(cleaned.masked))
    total = float(project(bare, resolved, len(masked.point), seed).point.sum())
    usual = float(masked.point.sum())
    return total / usual - 1 if usual else 0.0


def exclusions_of(cleaned: Cleaned, resolved: ResolvedSpec, effect: float = 0.0) -> tuple[Exclusion, ...]:
    """Every declared window with the points it masks."""
    return tuple(_exclusion(cleaned, window, effect) for window in resolved.spec.outliers)


def _exclusion(cleaned: Cleaned, window: Outlier, effect: float) -> Exclusion:
    timeline = cleaned.series.timeline
    zone = ZoneInfo(timeline.timezone)
    first, last = (
        min(max(timeline.position(m.at(zone)), 0), timeline.periods) for m in (window.start, window.end)
    )
    points = int(cleaned.masked[first:last].sum())
    return Exclusion(
        _wall(window.start, zone),
        _wall(window.end, zone),
        points,
        window.reason,
        str(window.review_by) if window.review_by else "",
        effect,
    )


def _wall(moment: When, zone: ZoneInfo) -> np.datetime64:
    return np.datetime64(moment.at(zone).astimezone(zone).replace(tzinfo=None), "s")
