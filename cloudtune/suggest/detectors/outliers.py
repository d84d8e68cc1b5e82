"""Outlier windows: stretches that the model should not learn from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.suggest.edit import Append
from cloudtune.suggest.proposals import Proposal
from cloudtune.suggest.runs import runs
from cloudtune.suggest.wording import length, share, stamp

if TYPE_CHECKING:
    import numpy as np

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.residuals import Residuals
    from cloudtune.suggest.runs import Run

CLEAR = 10.0
"""Standard deviations from which on a run beside an event is no part of it."""


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal a window, ordered by start."""
    return [_proposal(view, resolved.file, run) for run in runs(view) if not _is_echo(view, run)]


def _is_echo(view: Residuals, run: Run) -> bool:
    """True for a mild run within a day of a declared event: its eve or its echo, no outlier."""
    day = 1440 // view.timeline.step.minutes
    near = view.in_event[max(0, run.start - day) : run.stop + day]
    return bool(near.any()) and run.strength < CLEAR and not run.is_outage


def _proposal(view: Residuals, file: str, run: Run) -> Proposal:
    start, end = view.timeline.local[run.start], _end(view, run)
    relative = view.relative(run.deviation)
    looks = _looks(run, relative)
    minutes = (run.stop - run.start) * view.timeline.step.minutes
    words = f"{share(relative)}{'' if relative >= 1 else ' what is'} expected for {length(minutes)}"
    window = {"start": stamp(start), "end": stamp(end), "reason": f"{share(relative)} expected; {looks}"}
    return Proposal(
        kind="outlier",
        file=file,
        path=("outliers",),
        reason=f"{stamp(start)} to {stamp(end)}: {words}, {run.strength:.0f} standard deviations; {looks}",
        edits=(Append(("outliers",), window),),
        strength=run.strength,
        start=start,
        end=end,
        size=relative,
    )


def _end(view: Residuals, run: Run) -> np.datetime64:
    timeline = view.timeline
    return timeline.local[run.stop] if run.stop < timeline.periods else timeline.after(1).local[0]


def _looks(run: Run, relative: float) -> str:
    if run.is_outage:
        return "looks like an outage"
    return "robots, or an undeclared event?" if relative > 0 else "looks like a partial outage"
