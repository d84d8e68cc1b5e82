"""What was masked, and what masking it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.forecast.result import Exclusion

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.spec.forecast import Outlier
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.values import When


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
