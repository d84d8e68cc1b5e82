"""The sentences that every rendering of a tracking shares."""

from __future__ import annotations

from math import isfinite
from typing import TYPE_CHECKING

from cloudtune.report import words

if TYPE_CHECKING:
    import numpy as np

    from cloudtune.track.facts import HighestPoint, TrackingFacts
    from cloudtune.track.nowcast import Nowcast
    from cloudtune.track.tracking import Tracking


def heading(tracking: Tracking) -> str:
    """`us-orders, prime-day of 2026-06-23`."""
    event, start = tracking.window.event, tracking.window.start
    what = (
        f"{event.name} of {start:%Y-%m-%d}"
        if event
        else f"{start:%Y-%m-%d %H:%M} to {tracking.window.end:%Y-%m-%d %H:%M}"
    )
    return f"{tracking.name}, {what}"


def provenance(tracking: Tracking) -> str:
    """`forecast 1f2e3d4 of 3 Jun 2026, made 20 days before`."""
    start = tracking.vintage.timeline.local[0]
    ahead = int((start - tracking.vintage.made).astype("timedelta64[m]").astype("int64"))
    return f"forecast {tracking.vintage.label}, made {_length(ahead)} before"


def totals(facts: TrackingFacts) -> str:
    """`total -2.1%   peak -4.0% (00:02, 1 min later)`: actual against forecast."""
    late = facts.peak_late
    side = "on time" if late == 0 else f"{_length(abs(late))} {'later' if late > 0 else 'earlier'}"
    peak = (
        facts.peak.height / facts.peak_forecast.height - 1.0 if facts.peak_forecast.height else float("nan")
    )
    return f"total {signed(facts.deviation)}   peak {signed(peak)} ({clock(facts.peak.at)}, {side})"


def coverage(facts: TrackingFacts) -> str:
    """`inside 80% for 83% of 5,760 minutes, 41 above, 12 below`."""
    unit = "minutes" if facts.minutes == 1 else f"points of {facts.minutes} min"
    return (
        f"inside 80% for {words.share(facts.inside)} of {words.integer(facts.seen)} {unit}, "
        f"{facts.above} above, {facts.below} below"
    )


def phases(facts: TrackingFacts) -> list[str]:
    """`opening +6.3%`, `day 1 -1.9%`, ..."""
    return [f"{phase.name} {signed(phase.deviation)}" for phase in facts.phases]


def now(facts: TrackingFacts) -> str:
    """`now 14:32: 1.21M, +3.4% on the forecast, 62% up the interval`."""
    point = facts.now
    told = f"{words.number(point.actual)}, {signed(point.deviation)} on the forecast, {_place(point.place)}"
    return f"now {clock(point.at)}: {told}"


def projected(facts: TrackingFacts) -> str:
    """`peak so far 1.21M at 09:02; projected 1.30M at 20:10`."""
    return f"peak so far {_point(facts.peak)}; projected {_point(facts.projected_peak)}"


def signed(value: float) -> str:
    """`+5.2%`; `n/a` where nothing came."""
    return words.signed(value if isfinite(value) else None)


def clock(at: np.datetime64) -> str:
    """`00:02`."""
    return str(at.astype("datetime64[m]"))[11:]


def _point(top: HighestPoint) -> str:
    return f"{words.number(top.height)} at {str(top.at.astype('datetime64[m]')).replace('T', ' ')}"


def _place(place: float) -> str:
    if place > 1:
        return "above the interval"
    return "below the interval" if place < 0 else f"{words.share(place)} up the interval"


def _length(minutes: int) -> str:
    for unit, size in (("days", 1440), ("h", 60)):
        if minutes >= 2 * size:
            return f"{round(minutes / size)} {unit}"
    return f"{minutes} min"


def updated(update: Nowcast) -> str:
    """`nowcast from 1,920 points: level +3.1%, lift to the power 1.12`."""
    level = signed(update.level - 1.0)
    return f"nowcast from {update.seen:,} points: level {level}, lift to the power of {update.lift:.2f}"
