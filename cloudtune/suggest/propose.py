"""All the evidence that the data holds against a spec, strongest kinds first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.suggest.detectors import (
    clock,
    coarse_step,
    event_times,
    holidays,
    idle_events,
    level_shifts,
    outliers,
    recurring,
    seasonality,
    slope_breaks,
)
from cloudtune.suggest.fitted import residuals_of

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.proposals import Proposal
    from cloudtune.suggest.residuals import Residuals

DETECTORS = (
    coarse_step.find,
    clock.find,
    level_shifts.find,
    slope_breaks.find,
    holidays.find,
    recurring.find,
    event_times.find,
    idle_events.find,
    seasonality.find,
    outliers.find,
)
"""In the order in which they are shown: what changes most comes first."""
EXPLAINED = 0.5


def propose(cleaned: Cleaned, resolved: ResolvedSpec) -> list[Proposal]:
    """Fit the spec's model to all the data and say what it lacks."""
    return proposals_of(residuals_of(cleaned, resolved), resolved)


def proposals_of(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """What all detectors find, each stretch of time explained once."""
    found = [proposal for detector in DETECTORS for proposal in detector(view, resolved)]
    return [proposal for proposal in found if not _is_explained(proposal, found)]


def _is_explained(proposal: Proposal, others: list[Proposal]) -> bool:
    """True for an outlier window on a day that a holiday, an event or a step explains better."""
    if proposal.kind != "outlier" or proposal.start is None or proposal.end is None:
        return False
    past = proposal.end + np.timedelta64(1439, "m")
    days = np.arange(proposal.start.astype("datetime64[D]"), past.astype("datetime64[D]"))
    dates = {day for other in others for day in other.dates}
    near = {day + np.timedelta64(shift, "D") for day in dates for shift in (-1, 0, 1)}
    return bool(np.mean([day in near for day in days]) >= EXPLAINED)
