"""What the engine's own model leaves unexplained of the data it was fitted to, point by point."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cloudtune.engine.decompose import Decomposition
from cloudtune.engine.projection import fit_series

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.data.timeline import Timeline
    from cloudtune.engine.result import Scale
    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec


LONGEST_EVENT_DAYS = 7
HALO_MINUTES = 180
"""Around events of less than a day that declare no halo."""
COUNT_OFFSET = 0.5


def residuals_of(cleaned: Cleaned, resolved: ResolvedSpec) -> Residuals:
    """Fit the spec's model to all the data and lay it beside them."""
    values, timeline = cleaned.usable, cleaned.series.timeline
    # A payday that the engine would find by itself is worth its name in a calendar.
    model = fit_series(cleaned, resolved, timeline.step.slots, seek_month_days=False).model
    running = {str(label): path for label, path in Decomposition(model, 0, values.size).running()}
    expected = next(reversed(running.values()))
    scale = model.link.effects.scale
    return Residuals(
        timeline=timeline,
        actual=values,
        expected=expected,
        deviation=_deviation(values, expected, scale),
        usable=np.isfinite(values),
        in_event=in_event(timeline, resolved),
        scale=scale,
        parts=_parts(running, scale, _level(expected)),
    )


def in_event(timeline: Timeline, resolved: ResolvedSpec) -> NDArray[np.bool_]:
    """Points of declared events and their halo; spans of more than a week are seasons."""
    inside = np.zeros(timeline.periods, dtype=bool)
    for event in resolved.events:
        for occurrence in event.occurrences:
            first, last = _reach(timeline, event, occurrence)
            if occurrence.duration.days <= LONGEST_EVENT_DAYS and last > 0 and first < timeline.periods:
                inside[max(first, 0) : last] = True
    return inside


def _reach(timeline: Timeline, event: Event, occurrence: Occurrence) -> tuple[int, int]:
    whole_days = occurrence.duration.total_seconds() % 86_400 == 0
    default = 0 if whole_days else HALO_MINUTES * 60
    before = event.before.total_seconds() if event.before is not None else default
    after = event.after.total_seconds() if event.after is not None else default
    width = timeline.step.minutes * 60
    first, last = timeline.position(occurrence.start), timeline.position(occurrence.end)
    return first - int(before // width), max(last, first + 1) + int(after // width)


def _deviation(
    actual: NDArray[np.float64], expected: NDArray[np.float64], scale: Scale
) -> NDArray[np.float64]:
    level = _level(expected)
    if scale == "additive":
        return (actual - expected) / level
    # Half a count keeps a minute without a request finite, and small counts from shouting.
    offset = min(COUNT_OFFSET, 0.05 * level)
    return np.asarray(np.log((np.maximum(actual, 0) + offset) / (np.maximum(expected, 0) + offset)))


def _level(expected: NDArray[np.float64]) -> float:
    return max(float(np.nanmedian(np.abs(expected))), 1e-12)


def _parts(
    running: Mapping[str, NDArray[np.float64]], scale: Scale, level: float
) -> dict[str, NDArray[np.float64]]:
    """What each ingredient adds, in the unit of the deviation."""
    parts: dict[str, NDArray[np.float64]] = {}
    before: NDArray[np.float64] | float = 0.0
    for label, path in running.items():
        after = np.log(np.maximum(path, 1e-9)) if scale == "multiplicative" else path / level
        parts[label] = after - before
        before = after
    return parts


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
