"""Curves of events that begin or end within a day, learned on the event's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import linalg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.lift_design import ClockEvent, LiftDesign
    from cloudtune.model.occurrences import LearnedEvent

ALONE = 0.35
"""Spread of an event's size from occurrence to occurrence, before it is known."""


@dataclass(frozen=True, eq=False)
class Lift:
    """A fitted curve of one event."""

    clock_event: ClockEvent
    beta: Floats
    spread: float
    """Sd of the size of an occurrence around the curve."""

    @property
    def learned(self) -> LearnedEvent:
        """The event with its occurrences."""
        return self.clock_event.learned

    def path(self, points: int) -> Floats:
        """The lift of the first `points` points."""
        path = np.zeros(points)
        self.add_to(path)
        return path

    def add_to(self, path: Floats, times: float = 1.0) -> None:
        """Add the lift to a path that starts where the series does."""
        whole = self.clock_event.whole
        count = int(np.searchsorted(whole.points, len(path)))
        path[whole.points[:count]] += times * whole.path(self.beta)[:count]


def fit_lifts(
    events: Sequence[ClockEvent], residuals: Floats, earlier: Sequence[Lift] = ()
) -> tuple[Lift, ...]:
    """Fit every event's curve to what level and profile leave over, one after the other."""
    left = residuals.copy()
    for lift in earlier:
        lift.add_to(left, -1.0)
    before = {lift.learned.name: lift for lift in earlier}
    lifts = []
    for one in events:
        if one.learned.name in before:
            before[one.learned.name].add_to(left)
        lift = _fit(one, left)
        lift.add_to(left, -1.0)
        lifts.append(Lift(one, lift.beta, _spread(lift, left)))
    return tuple(lifts)


def _fit(event: ClockEvent, left: Floats) -> Lift:
    """The curve of one event, for a spread of which nothing is known yet."""
    target = left[event.known.points]
    gap = np.isnan(target)
    seen = event.without(gap) if gap.any() else event
    target = target[~gap]
    beta = np.zeros(seen.known.columns)
    if len(target):
        system = seen.gram + _noise(seen.curve, target) * seen.penalty
        right = seen.known.sums(target)[seen.used]
        beta[seen.used] = linalg.solve(system, right, np.full(len(right), 1e-9))
    return Lift(event, beta, ALONE)


def _noise(curve: LiftDesign, target: Floats) -> float:
    """Variance of a bin's value: neighbouring minutes say the same thing, so they count as one."""
    filled = curve.counts
    per_bin = float(filled.sum() / max((filled > 0).sum(), 1))
    means = curve.sums(target) / np.maximum(filled, 1)
    left = target - curve.path(means)
    spread = float(np.var(left)) if per_bin > 1.5 else 0.1
    return max(spread, 1e-4)


def _spread(lift: Lift, left: Floats) -> float:
    """How much the size of occurrences differs from the curve, held up by a prior where there are few."""
    sizes = []
    for placed in lift.learned.known:
        inside = left[max(placed.first, 0) : min(placed.last, len(left))]
        seen = inside[~np.isnan(inside)]
        if len(seen):
            sizes.append(float(seen.mean()))
    count = len(sizes)
    if count < 2:
        return ALONE
    own = float(np.mean(np.square(sizes))) * (count + 1) / (count - 1)
    return float(np.sqrt((own * count + 2 * ALONE**2) / (count + 2)))
