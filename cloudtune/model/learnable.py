"""What of a series is worth learning from: from where on, at which times, and which values are odd."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats, Points
    from cloudtune.model.grid import Grid
    from cloudtune.model.plan import FitPlan

WEEKS = 3
SELDOM, OFTEN = 0.02, 0.5
"""Slots seen less than seldom are closed, where most others are seen often."""
AGAIN, GIVEN_UP = 3, 8
"""Weeks in a row after which a closed slot counts as open again, and an open one as given up."""
FEW_NEGATIVE = 0.005
"""A smaller part of values below zero is odd, a larger one is what the series is."""
LATE_START = 14.0
"""Periods of nothing before the first sale that are no slow start."""
FEWEST_SINCE = 5


@dataclass(frozen=True, eq=False)
class Learnable:
    """The training values of a fit, and what was left out of them."""

    values: Points
    """NaN where missing, masked, closed, odd, or before the series begins."""
    open: Bools
    """Weekday by slot: False where nothing is ever seen, as at night in business hours."""
    begins: int
    """The first point that is learned from."""
    odd: int
    """Negative values left out, so that one bad point doesn't choose the scale."""
    outside: int = 0
    """Values other than zero outside of declared opening hours, left out too."""

    @classmethod
    def of(cls, plan: FitPlan, values: Points) -> Learnable:
        """Of the first points of the plan's timeline (NaN where missing or masked)."""
        known = np.isfinite(values)
        negative = known & (values < 0)
        is_few = "id" not in plan.links and negative.sum() <= FEW_NEGATIVE * known.sum()
        odd: Bools = negative if is_few else np.zeros_like(known)
        kept: Floats = np.where(odd, np.nan, values)
        opened, outside = _open_of(plan, kept), 0
        if plan.adds_up or plan.opening is not None:
            shut = ~opened_points(plan.grid, opened, 0, len(kept))
            if plan.opening is not None:
                outside = int((shut & known & (values != 0)).sum())
            else:
                # What was seen but seldom at closed times is an exception that can't be learned.
                shut &= kept == 0
            kept = np.where(shut, np.nan, kept)
        begins = _begins(plan.grid, kept)
        kept[:begins] = np.nan
        return cls(kept, opened, begins, int(odd.sum()), outside)


def opened_points(grid: Grid, opened: Bools, first: int, last: int) -> Bools:
    """True at points first to last whose weekday and slot are open."""
    found: Bools = opened[grid.weekday[grid.period[first:last]], grid.slot[first:last]]
    return found


def _open_of(plan: FitPlan, values: Points) -> Bools:
    """Weekday by slot: as declared, else where values are, for sums without weekdays of zeros alone."""
    if plan.opening is not None:
        return plan.opening
    opened = open_slots(plan.grid, values)
    return opened & ~_empty_weekdays(plan.grid, values)[:, None] if plan.adds_up else opened


def open_slots(grid: Grid, values: Points) -> Bools:
    """Weekday by slot: where the series has values at all."""
    everything = np.ones((7, grid.slots), dtype=bool)
    periods = int(grid.period[len(values) - 1]) + 1
    if grid.unit > 1 or periods < 7 * WEEKS:
        return everything
    seen = ~np.isnan(grid.fold(values, periods))
    own = [seen[grid.weekday[:periods] == day] for day in range(7)]
    share = np.stack([days.mean(axis=0) for days in own])
    shut = (share <= SELDOM) & ~np.stack([days[-AGAIN:].all(axis=0) for days in own])
    if periods >= 7 * (GIVEN_UP + WEEKS):
        shut |= ~np.stack([days[-GIVEN_UP:].any(axis=0) for days in own])
    busy = share[~shut]
    return ~shut if busy.size and np.median(busy) > OFTEN else everything


def _empty_weekdays(grid: Grid, values: Points) -> Bools:
    """Weekdays on which all that was ever seen is nothing, while most other days are busy: closed too."""
    none = np.zeros(7, dtype=bool)
    periods = int(grid.period[len(values) - 1]) + 1
    if grid.unit > 1 or periods < 7 * WEEKS or np.nanmin(values) < 0:
        return none
    by_slot, weekday = grid.fold(values, periods), grid.weekday[:periods]
    seen = ~np.isnan(by_slot).all(axis=1)
    busy = np.asarray((np.nan_to_num(by_slot) > 0).any(axis=1))
    days = [busy[seen & (weekday == day)] for day in range(7)]
    empty: Bools = np.array([len(own) > 0 and not own.any() for own in days])
    others = [
        float(own.mean()) for own, is_empty in zip(days, empty, strict=True) if len(own) and not is_empty
    ]
    return empty if others and float(np.median(others)) >= OFTEN else none


def _begins(grid: Grid, values: Points) -> int:
    """The first point of a series that was nothing for long and has been busy since: a product's launch.

    Why: a step from nothing has no size on any scale, and the noise of such a step has no bounds.
    """
    known = np.flatnonzero(np.isfinite(values))
    if not len(known) or values[known].min() < 0 or not values[known].any():
        return 0
    first = int(known[np.argmax(values[known] > 0)])
    since = values[first:][np.isfinite(values[first:])]
    waited = grid.age[grid.period[first]] - grid.age[grid.period[known[0]]]
    is_launch = waited >= LATE_START * grid.unit and (since > 0).sum() >= FEWEST_SINCE
    return first if is_launch and np.mean(since > 0) > OFTEN else 0
