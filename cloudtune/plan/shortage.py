"""How often the units in place fall short: minute by minute, and of a whole window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Chunks, Floats


@dataclass(frozen=True, eq=False)
class Shortage:
    """A window held against a limit, in units of the series per base step."""

    by_step: Floats
    """(steps,): share of paths above the limit."""
    any: float
    """Share of paths that are above it at least once.

    Not 1 - prod(1 - by_step): steps of one path err together.
    """
    unserved: float
    """Share of the demand above the limit."""

    @property
    def steps(self) -> float:
        """Expected steps above the limit."""
        return float(self.by_step.sum())

    @property
    def worst(self) -> int:
        """The step that is short most often."""
        return int(np.argmax(self.by_step))


def shortage(chunks: Chunks, steps: int, limit: Floats | float) -> Shortage:
    """Paths of a window of `steps`, against a limit that may differ by step; chunks begin at step 0."""
    limits = np.broadcast_to(np.asarray(limit, dtype="float64"), (steps,))
    by_step = np.zeros(steps)
    short = np.zeros(0, dtype="bool")
    total = over = 0.0
    for begin, paths in chunks:
        part = paths[:, : steps - begin]
        beyond = part - limits[begin : begin + part.shape[1]]
        by_step[begin : begin + part.shape[1]] = (beyond > 0).mean(axis=0)
        hit = (beyond > 0).any(axis=1)
        short = short | hit if len(short) else hit
        total += float(part.sum())
        over += float(np.maximum(beyond, 0.0).sum())
    return Shortage(by_step, float(short.mean()) if len(short) else 0.0, over / total if total > 0 else 0.0)


def chance_of(peaks: Floats, limit: float) -> float:
    """Share of (paths,) whose highest step is above the limit: `Shortage.any` without the steps."""
    return float((peaks > limit).mean()) if len(peaks) else 0.0
