"""What the fitted model leaves unexplained, point by point."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cloudtune.data.timeline import Timeline
    from cloudtune.forecast.result import Scale

BASELINE_DAYS = 15
_MAD = 1.4826


@dataclass(frozen=True, eq=False)
class Residuals:
    """A series beside what the fitted model expected of it; all arrays (timeline.periods,)."""

    timeline: Timeline
    actual: NDArray[np.float64]
    """NaN where nothing was measured."""
    expected: NDArray[np.float64]
    deviation: NDArray[np.float64]
    """Log of actual over expected; on an additive scale their difference over the usual level."""
    usable: NDArray[np.bool_]
    """Measured, and outside the outlier windows that are declared."""
    in_event: NDArray[np.bool_]
    """Inside a declared event or its halo."""
    scale: Scale = "multiplicative"
    parts: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)
    """The model's ingredients, in the unit of `deviation`."""

    def relative(self, deviation: float) -> float:
        """A deviation as a share: -0.4 is 40% below what was expected."""
        return float(np.expm1(deviation)) if self.scale == "multiplicative" else float(deviation)

    @cached_property
    def local(self) -> NDArray[np.float64]:
        """The deviation from the drift of the fortnight around each day; NaN where not usable."""
        known = np.where(self.usable, self.deviation, np.nan)
        return known - self.drift

    @cached_property
    def drift(self) -> NDArray[np.float64]:
        """The running median of whole days, events left out."""
        days, at = np.unique(self.timeline.day, return_inverse=True)
        known = pd.Series(np.where(self.usable & ~self.in_event, self.deviation, np.nan))
        daily = known.groupby(at).median().reindex(range(days.size))
        window = max(3, BASELINE_DAYS // max(1, self.timeline.step.days))
        smooth = daily.rolling(window, center=True, min_periods=1).median()
        return np.asarray(
            smooth.interpolate(limit_direction="both").fillna(0.0).to_numpy()[at], dtype="float64"
        )

    def noise_of(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """The robust spread of `values` at each point's time of day, events left out."""
        slot = self.timeline.slot
        quiet = pd.Series(np.where(self.in_event, np.nan, np.abs(values)))
        spread = (quiet.groupby(slot).median() * _MAD).reindex(range(self.timeline.step.slots))
        width = max(1, spread.size // 24) | 1
        wrapped = pd.concat([spread.iloc[-width:], spread, spread.iloc[:width]])
        smooth = wrapped.rolling(width, center=True, min_periods=1).median().iloc[width:-width]
        usual = float(np.nanmedian(smooth)) if smooth.notna().any() else 1.0
        floor = max(usual * 0.4, 1e-6)
        return np.asarray(np.maximum(smooth.fillna(usual).to_numpy(), floor)[slot], dtype="float64")
