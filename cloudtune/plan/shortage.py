"""How often the units in place fall short: minute by minute, and of a whole window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

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


def shortage(chunks: Chunks, limit: float) -> Shortage:
    """The paths of a window against a limit; stretches come in order, from the first step on."""
    by_step: list[Floats] = []
    short: list[NDArray[np.bool_]] = []
    total = over = 0.0
    for _, paths in chunks:
        beyond = np.maximum(paths - limit, 0.0)
        by_step.append((beyond > 0).mean(axis=0))
        short.append(np.asarray((beyond > 0).any(axis=1)))
        total += float(paths.sum())
        over += float(beyond.sum())
    return Shortage(
        np.concatenate(by_step) if by_step else np.zeros(0),
        float(np.any(short, axis=0).mean()) if short else 0.0,
        over / total if total > 0 else 0.0,
    )


def chance_of(peaks: Floats, limit: float) -> float:
    """Share of (paths,) whose highest step is above the limit: `Shortage.any` without the steps."""
    return float((peaks > limit).mean()) if len(peaks) else 0.0
