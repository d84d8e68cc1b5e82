"""All the evidence that the data holds against a spec, strongest kinds first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.suggest.detectors import (
    clock,
    coarse_step,
    dips,
    event_times,
    holidays,
    idle_events,
    level_shifts,
    outliers,
    recurring,
    seasonality,
    slope_changes,
)
from cloudtune.suggest.residuals import residuals_of

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.proposals import Proposal
    from cloudtune.suggest.residuals import Residuals

BASICS = (coarse_step.find, clock.find)
"""How the data is read; wrong, it makes all else wrong."""
DETECTORS = (
    level_shifts.find,
    slope_changes.find,
    holidays.find,
    recurring.find,
    event_times.find,
    idle_events.find,
    seasonality.find,
    outliers.find,
)
"""In the order in which they are shown: what changes most comes first."""
EXPLAINED = 0.5
BESIDE = np.timedelta64(15, "D")
HALO = np.timedelta64(3, "h")
PARTS = frozenset({"level-shift", "slope-break", "outlier", "event"})
EDGE = np.timedelta64(28, "D")


def propose(cleaned: Cleaned, resolved: ResolvedSpec) -> list[Proposal]:
    """Fit the spec's model to all the data and say what it lacks."""
    return proposals_of(residuals_of(cleaned, resolved), resolved)


def proposals_of(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """What all detectors find, each stretch of time explained once.

    A wrong step or clock comes alone: every hour of every other finding would depend on it.
    """
    basics = [proposal for detector in BASICS for proposal in detector(view, resolved)]
    if basics:
        return basics
    whole = dips.find(view, resolved)
    others = [proposal for detector in DETECTORS for proposal in detector(view, resolved)]
    found = whole + [one for one in others if not any(_is_part_of(one, dip) for dip in whole)]
    return [one for one in found if one in whole or not _is_explained(one, found)]


def _is_part_of(proposal: Proposal, dip: Proposal) -> bool:
    """True for a step, a bend or a window in a dip that is proposed as a whole, or at its edges."""
    if proposal.kind not in PARTS or proposal.start is None or dip.start is None or dip.end is None:
        return False
    return bool(dip.start - EDGE <= proposal.start <= dip.end + EDGE)


def _is_explained(proposal: Proposal, others: list[Proposal]) -> bool:
    """True for a window that a holiday, a recurring event, a moved one or a step explains better."""
    if proposal.kind not in {"outlier", "event"} or proposal.start is None or proposal.end is None:
        return False
    moved = ((one.start, one.end) for one in others if one.kind == "event-time")
    if any(_overlap(proposal, start, end) for start, end in moved if start is not None and end is not None):
        return True
    if any(_is_slope_of(proposal, one) for one in others if one.kind == "level-shift"):
        return True
    past = proposal.end + np.timedelta64(1439, "m")
    days = np.arange(proposal.start.astype("datetime64[D]"), past.astype("datetime64[D]"))
    dates = {day for other in others if other is not proposal for day in other.dates}
    near = {day + np.timedelta64(shift, "D") for day in dates for shift in (-1, 0, 1)}
    return bool(np.mean([day in near for day in days]) >= EXPLAINED)


def _is_slope_of(proposal: Proposal, shift: Proposal) -> bool:
    """True beside a step and no larger than it: the trend bends there, and leaves both sides off."""
    if proposal.start is None or shift.start is None or proposal.size is None or shift.size is None:
        return False
    near = bool(abs(proposal.start - shift.start) <= BESIDE)
    return near and abs(np.log1p(max(proposal.size, -0.99))) <= 1.5 * abs(np.log1p(max(shift.size, -0.99)))


def _overlap(proposal: Proposal, start: np.datetime64, end: np.datetime64) -> bool:
    if proposal.start is None or proposal.end is None:
        return False
    return bool(proposal.start < end + HALO and start - HALO < proposal.end)
