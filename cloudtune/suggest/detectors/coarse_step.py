"""A declared step that is finer than the data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.suggest.proposals import Proposal
from cloudtune.timegrid import STEPS
from cloudtune.yaml_edit.edit import Put

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.residuals import Residuals
    from cloudtune.timegrid import Step
    from cloudtune.yaml_edit.edit import Edit

ALMOST_ALL = 0.98
ENOUGH = 200
"""Points below which the pattern may be chance."""


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """A proposal where values stand, or change, on the points of a coarser step alone."""
    step = view.timeline.step
    if step.is_calendar or view.timeline.periods < ENOUGH:
        return []
    coarser = [one for one in STEPS.values() if one.minutes > step.minutes and one.minutes <= 60]
    real = next((one for one in reversed(coarser) if _is_made_for(view, one)), None)
    return [] if real is None else [_proposal(resolved, step, real)]


def _is_made_for(view: Residuals, coarse: Step) -> bool:
    """True where the points between those of the coarse step are empty, or repeat them."""
    minute = (view.timeline.utc.astype("int64") // 60) % coarse.minutes
    on = minute == 0
    known = np.isfinite(view.actual)
    if not on.any() or known[on].mean() < 1 - ALMOST_ALL:
        return False
    if known[~on].mean() <= 1 - ALMOST_ALL:
        return True
    return _repeats(view.actual, on, known)


def _repeats(values: NDArray[np.float64], on: NDArray[np.bool_], known: NDArray[np.bool_]) -> bool:
    pairs = known[1:] & known[:-1]
    same = values[1:] == values[:-1]
    between, across = pairs & ~on[1:], pairs & on[1:]
    if not between.any() or not across.any():
        return False
    return bool(same[between].mean() >= ALMOST_ALL and same[across].mean() < 0.5)


def _proposal(resolved: ResolvedSpec, step: Step, real: Step) -> Proposal:
    edits: list[Edit] = [Put(("series", "step"), str(real))]
    for place, row in enumerate(resolved.spec.granularities):
        if row.step.minutes < real.minutes:
            edits.append(Put(("granularities", place, "step"), str(real)))
    return Proposal(
        kind="step",
        file=resolved.file,
        path=("series", "step"),
        reason=f"the step is {step}, but the data has a new value every {real} alone",
        edits=tuple(edits),
        strength=10.0,
    )
