"""Stretches that stand out: outlier windows to mask, and whole days that look like an event."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.suggest.anomalies import anomalies
from cloudtune.suggest.proposals import Proposal, free_name, length, share, stamp
from cloudtune.yaml_edit.edit import Append

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.anomalies import Anomaly
    from cloudtune.suggest.residuals import Residuals

CLEAR = 10.0
"""Standard deviations from which on a run beside an event is no part of it."""

MIDNIGHT_MINUTES = 30
DAY = 1440


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal a window, ordered by start."""
    taken = {event.name for event in resolved.events}
    found = [run for run in anomalies(view) if not _is_echo(view, run)]
    return [
        _event(view, resolved.file, run, taken)
        if _is_whole_days(view, run)
        else _proposal(view, resolved.file, run)
        for run in found
    ]


def _is_whole_days(view: Residuals, run: Anomaly) -> bool:
    """True for a rise from midnight to midnight: robots keep no calendar, sales do."""
    if view.timeline.step.is_calendar or run.deviation <= 0:
        return False
    off = [_from_midnight(when) for when in (view.timeline.local[run.start], _end(view, run))]
    return max(off) <= MIDNIGHT_MINUTES and (run.stop - run.start) * view.timeline.step.minutes >= DAY // 2


def _from_midnight(when: np.datetime64) -> int:
    minutes = int((when - when.astype("datetime64[D]")).astype("timedelta64[m]").astype("int64"))
    return min(minutes, DAY - minutes)


def _event(view: Residuals, file: str, run: Anomaly, taken: set[str]) -> Proposal:
    half = np.timedelta64(DAY // 2, "m")
    first, last = (
        (one + half).astype("datetime64[D]") for one in (view.timeline.local[run.start], _end(view, run))
    )
    name = free_name(f"event-{first}", taken)
    taken.add(name)
    days = int((last - first).astype("int64"))
    relative = view.relative(run.deviation)
    occurrence = {"start": str(first), "duration": f"{24 * days}h"}
    return Proposal(
        kind="event",
        file=file,
        path=("events",),
        reason=f"{first}: {share(relative)} expected from midnight to midnight for {length(days * DAY)}; "
        "a sale that nobody declared? Give it its name, and its next date",
        edits=(Append(("events",), {"name": name, "occurrences": [occurrence]}),),
        strength=run.strength,
        start=first.astype("datetime64[s]"),
        end=last.astype("datetime64[s]"),
        size=relative,
        dates=tuple(np.arange(first, last)),
    )


def _is_echo(view: Residuals, run: Anomaly) -> bool:
    """True for a mild run within a day of a declared event: its eve or its echo, no outlier."""
    day = 1440 // view.timeline.step.minutes
    near = view.in_event[max(0, run.start - day) : run.stop + day]
    return bool(near.any()) and run.strength < CLEAR and not run.is_outage


def _proposal(view: Residuals, file: str, run: Anomaly) -> Proposal:
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


def _end(view: Residuals, run: Anomaly) -> np.datetime64:
    timeline = view.timeline
    return timeline.local[run.stop] if run.stop < timeline.periods else timeline.after(1).local[0]


def _looks(run: Anomaly, relative: float) -> str:
    if run.is_outage:
        return "looks like an outage"
    return "robots, or an undeclared event?" if relative > 0 else "looks like a partial outage"
