"""Demand of a window: a quantile, over sample paths, of its highest step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Chunks, Floats, Ints

BURST = 2.3
"""Busiest of 60 Poisson seconds over their mean, in standard deviations; simulated at 17 to 1,667/s."""


@dataclass(frozen=True, eq=False)
class Windows:
    """Stretches of steps, each from `first` to `last`, the end exclusive; they may overlap."""

    first: Ints
    last: Ints

    @classmethod
    def between(cls, edges: Ints) -> Windows:
        """Windows side by side: one from each edge to the next."""
        return cls(np.asarray(edges[:-1]), np.asarray(edges[1:]))

    def __len__(self) -> int:
        return len(self.first)


def highest(chunks: Chunks, windows: Windows) -> Floats:
    """The highest step of each window on each path: (paths, windows); minus infinity where no chunk reaches.

    Why running: two years of minutes on a thousand paths are never held at once.
    """
    found: Floats | None = None
    for begin, paths in chunks:
        if found is None:
            found = np.full((len(paths), len(windows)), -np.inf)
        end = begin + paths.shape[1]
        for k in np.flatnonzero((windows.first < end) & (windows.last > begin)):
            part = paths[:, max(windows.first[k] - begin, 0) : windows.last[k] - begin]
            np.maximum(found[:, k], part.max(axis=1), out=found[:, k])
    return np.empty((0, len(windows))) if found is None else found


def demand(peaks: Floats, level: float | None) -> Floats:
    """What to provide for in each window: the `level` quantile of (paths, windows), or the mean for None."""
    return np.asarray(peaks.mean(axis=0) if level is None else np.quantile(peaks, level, axis=0))


def joined(peaks: Floats, edges: Ints) -> Floats:
    """Windows joined to longer ones on every path: (paths, windows) to (paths, edges - 1)."""
    return np.asarray(np.maximum.reduceat(peaks, edges[:-1], axis=1))


def burst_of(rate: Floats | float, step_seconds: float) -> Floats:
    """Busiest second over the mean second of a step, for arrivals that don't know of one another.

    `rate` counts arrivals a step. Only for synchronous serving without a queue.
    """
    return np.asarray(1 + BURST / np.sqrt(np.maximum(np.asarray(rate) / step_seconds, 1e-9)))
