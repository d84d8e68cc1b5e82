"""Totals and peaks of stretches of base points, read off the sample paths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.granularity import Target
from cloudtune.forecast.paths import sample
from cloudtune.forecast.result import Interval, Peak

if TYPE_CHECKING:
    from cloudtune.forecast.run import Projection
    from cloudtune.model.arrays import Floats

LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Window:
    """Base points first to last after the data, and how wide their intervals must be."""

    first: int
    last: int
    width: float = 1.0


def paths_of(projection: Projection, window: Window) -> Floats:
    """Sample paths of the window: (paths, points)."""
    timeline = projection.model.plan.grid.timeline
    marks = np.arange(window.first, window.last + 1)
    target = Target(timeline.step.name, timeline.head(len(marks) - 1), marks, "sum")
    return np.concatenate([paths for _, _, paths in sample(projection.source, target)], axis=1)


def interval_of(samples: Floats, value: float, window: Window) -> Interval:
    """A value with the 80% interval of its samples, centred on it."""
    low, middle, high = np.quantile(samples, [LOW, 0.5, HIGH])
    if middle > 0 and value > 0 and low >= 0:
        return Interval(
            value, value * float(low / middle) ** window.width, value * float(high / middle) ** window.width
        )
    return Interval(
        value, value + window.width * float(low - middle), value + window.width * float(high - middle)
    )


def total_of(projection: Projection, window: Window, paths: Floats) -> Interval:
    """The sum of a window."""
    value = float(projection.point[window.first : window.last].sum()) * projection.smear
    return interval_of(paths.sum(axis=1), value, window)


def peak_of(projection: Projection, window: Window, paths: Floats, driver: str | None = None) -> Peak:
    """The highest base step of a window: most likely when, and how high."""
    stretch = projection.point[window.first : window.last]
    place = window.first + int(np.argmax(stretch))
    timeline = projection.model.plan.grid.timeline
    at = timeline.local[projection.model.points + place]
    highest = paths.max(axis=1)
    height = float(np.median(highest))
    plain = projection.without_events
    row = projection.model.plan.grid.row[projection.model.points :][: len(plain)]
    low, high = np.searchsorted(row, [row[place], row[place] + 1])
    normal = float(plain[low:high].max())
    return Peak(
        at,
        interval_of(highest, height, window),
        driver if driver is not None else driver_of(projection, place),
        height / normal if normal > 0 else float("nan"),
    )


def driver_of(projection: Projection, place: int) -> str:
    """The event that raises a base point most; empty where none does."""
    factors = projection.event_factors
    raised = {name: float(path[place]) for name, path in factors.items()}
    neutral = 1.0 if projection.model.link.is_log_level else 0.0
    best = max(raised, key=raised.__getitem__, default="")
    return (
        best if best and raised[best] > neutral + 0.02 * (abs(neutral) or projection.model.link.scale) else ""
    )
