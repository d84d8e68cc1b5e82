"""Series without a pattern to learn: their mean is all that can be said of the next period."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.occurrences import event_roles
from cloudtune.model.terms.events import event_periods

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats, Ints, Points
    from cloudtune.model.plan import FitPlan

OFTEN = 0.5
"""A part of days, or of days of a kind, from which on they have a pattern to learn."""
FEWEST_PERIODS = 28
YEAR_DAYS = 365
MOST_COUNTED = 10.0
"""Counts of a higher mean are forecast as any other series."""
BLOCKS, LONG = (6, 12), 120
"""Stretches of time that counts are compared over: of a short series, and of one this long."""
SURE = 3.3
"""Standard deviations of a ratio of variances (around 1) that groups must stand out by."""
STICKY = 3.0
"""The same of the correlation of one period with the next."""


def has_no_pattern(plan: FitPlan, values: Points) -> bool:
    """True for demand on a few scattered days, and for small counts that come as chance would have them."""
    if plan.past is not None or not np.nanmin(values) >= 0:
        return False
    return _is_scattered(plan, values) or _is_chance(plan, values)


def evened(plan: FitPlan, values: Points) -> Floats:
    """Its mean at every known point: of all counts that come by chance, of the last year of other demand."""
    lately = values if _is_chance(plan, values) else values[-YEAR_DAYS * plan.grid.slots :]
    return np.where(np.isnan(values), np.nan, float(np.nanmean(lately)))


def are_counts(values: Points) -> bool:
    """True for small whole numbers, none of them below zero."""
    known = values[np.isfinite(values)]
    whole = known.min() >= 0 and bool((known == np.round(known)).all())
    return whole and float(known.mean()) <= MOST_COUNTED


def _is_scattered(plan: FitPlan, values: Points) -> bool:
    """Few periods hold something, on no weekday of their own, and no events foretell them."""
    grid = plan.grid
    periods = int(grid.period[len(values) - 1]) + 1
    by_slot = grid.fold(values, periods)
    seen = ~np.isnan(by_slot).all(axis=1)
    busy = np.asarray((np.nan_to_num(by_slot) > 0).any(axis=1))
    if seen.sum() < FEWEST_PERIODS or not 0 < busy.sum() < OFTEN * seen.sum():
        return False
    by_weekday = [busy[seen & (grid.weekday[:periods] == day)] for day in range(7)]
    follows = busy[1:][busy[:-1]].mean() if busy[:-1].any() else 0.0
    usual = max(float(days.mean()) for days in by_weekday if len(days)) if grid.unit == 1 else 0.0
    return bool(usual < OFTEN and follows < OFTEN and not _foretold(plan, values, busy))


def _foretold(plan: FitPlan, values: Points, busy: Bools) -> bool:
    """True where most busy days are those of events."""
    events = event_periods(plan.grid, event_roles(plan.placed_events, len(values)))[: len(busy)] > 0
    return bool(events[busy].mean() >= OFTEN)


def _is_chance(plan: FitPlan, values: Points) -> bool:
    """Small counts, one a period, whose weekdays, stretches of time and neighbours don't differ.

    Square roots of counts spread alike whatever their mean (Anscombe 1948), so that groups compare by
    the ratio of the variance between them to the one within.
    """
    known = np.flatnonzero(np.isfinite(values))
    counts = values[known]
    if plan.grid.slots > 1 or plan.placed_events or plan.variables or len(counts) < FEWEST_PERIODS:
        return False
    if not are_counts(counts) or np.ptp(counts) == 0:
        return False
    roots = np.sqrt(counts + 3 / 8)
    blocks = np.arange(len(counts)) * BLOCKS[len(counts) >= LONG] // len(counts)
    around = roots - roots.mean()
    sticks = float((around[1:] * around[:-1]).sum() / np.square(around).sum())
    differ = _differ(roots, blocks) or _differ(roots, plan.grid.weekday[known])
    return not differ and abs(sticks) * np.sqrt(len(counts)) < STICKY


def _differ(values: Points, group: Ints) -> bool:
    """True where the means of the groups differ by more than chance."""
    count = np.bincount(group)
    groups = int((count > 0).sum())
    if groups < 2:
        return False
    mean = np.bincount(group, weights=values) / np.maximum(count, 1)
    between = float((count * np.square(mean - values.mean())).sum()) / (groups - 1)
    within = float(np.square(values - mean[group]).sum()) / (len(values) - groups)
    return between > (1 + SURE / np.sqrt(groups - 1)) * within
