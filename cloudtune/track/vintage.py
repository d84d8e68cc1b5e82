"""A forecast as it was made, laid over a window of time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.forecast.backtest import head_of
from cloudtune.forecast.engine import forecast

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.data.timeline import Timeline
    from cloudtune.forecast.result import Forecast, Scale
    from cloudtune.spec.resolved import ResolvedSpec

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Vintage:
    """What was forecast for the points of `timeline`, and when; all arrays (timeline.periods,)."""

    label: str
    """For people: `main@1f2e3d4` or `by today's spec`."""
    made: np.datetime64
    """Local wall time just after the last value that the forecast had seen."""
    timeline: Timeline
    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    ingredients: Mapping[str, NDArray[np.float64]]
    scale: Scale

    def part(self, first: int, last: int) -> Vintage:
        """The points from `first` up to `last`."""
        inside = slice(first, last)
        start = self.timeline.utc[first]
        return replace(
            self,
            timeline=replace(self.timeline, start=start, periods=last - first),
            median=self.median[inside],
            low=self.low[inside],
            high=self.high[inside],
            ingredients={name: values[inside] for name, values in self.ingredients.items()},
        )


def vintage_of(
    cleaned: Cleaned, resolved: ResolvedSpec, made: datetime, label: str, *, seed: int = 0
) -> Vintage:
    """The forecast of the base step by a spec that had seen the data before `made`, and no more.

    Why a refit: a committed report holds days and peaks, not minutes; the engine is a function of
    spec and data, so both at their committed state give the committed forecast again.
    """
    timeline = cleaned.series.timeline
    points = min(timeline.position(made), timeline.periods)
    if points < 1:
        raise Refusal(_nothing_before(made))
    outcome = forecast(head_of(cleaned, points), resolved, seed=seed)
    made_at = timeline.local[points - 1] + np.timedelta64(timeline.step.minutes * 60, "s")
    return _vintage(outcome.forecasts[timeline.step.name], label, made_at)


def _vintage(found: Forecast, label: str, made: np.datetime64) -> Vintage:
    return Vintage(
        label=label,
        made=made,
        timeline=found.timeline,
        median=found.median,
        low=found.quantiles[LOW],
        high=found.quantiles[HIGH],
        ingredients=found.ingredients,
        scale=found.scale,
    )


def _nothing_before(made: datetime) -> Problem:
    return Problem(
        "CT781",
        f"there is no data before {made:%Y-%m-%d %H:%M} to forecast from",
        "choose a later --train-to, or track a later window",
    )
