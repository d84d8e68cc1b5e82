"""Steps and horizons of the spec as runs of base points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import Timeline, to_local, to_utc
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.data.series import Aggregate
    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.timegrid import Step

DAY_MINUTES = 1440
_REDUCE = {"sum": np.add, "mean": np.add, "max": np.maximum}


@dataclass(frozen=True, eq=False)
class Target:
    """One step to forecast: each of its points is a run of base points after the data."""

    name: str
    timeline: Timeline
    marks: Ints
    """First base point of each point, counted from the end of the data; one more at the end."""
    aggregate: Aggregate

    @property
    def stop(self) -> int:
        """Base points needed."""
        return int(self.marks[-1])

    def reduce(self, base: Floats) -> Floats:
        """Base values (from the end of the data on) added up to this step."""
        if len(self.marks) == self.stop - int(self.marks[0]) + 1:
            return np.array(base[self.marks[0] : self.stop], dtype="float64")
        merged: Floats = _REDUCE[self.aggregate].reduceat(base[: self.stop], self.marks[:-1])
        return merged / np.diff(self.marks) if self.aggregate == "mean" else merged


def targets_of(resolved: ResolvedSpec, timeline: Timeline, aggregate: Aggregate) -> dict[str, Target]:
    """The granularities of the spec, in its order."""
    wanted = [(g.step, g.horizon.minutes) for g in resolved.spec.granularities]
    return lay_out(wanted, timeline, aggregate)


def lay_out(
    wanted: Sequence[tuple[Step, float]], timeline: Timeline, aggregate: Aggregate
) -> dict[str, Target]:
    """Each (step, minutes ahead) as a target that starts at its first whole point after the data."""
    longest = max(minutes for _, minutes in wanted)
    spare = 9 * 1440
    base = timeline.after(int((longest + spare) // timeline.step.minutes) + 2)
    return {step.name: _target(step, minutes, base, aggregate) for step, minutes in wanted}


def outlook_of(targets: dict[str, Target], timeline: Timeline, aggregate: Aggregate) -> dict[str, Target]:
    """Whole days and weeks from Monday over the longest horizon, where the series is fine enough."""
    stop = max(target.stop for target in targets.values())
    minutes = stop * timeline.step.minutes
    steps = [STEPS[name] for name in ("1d", "1w") if STEPS[name].minutes >= timeline.step.minutes]
    wanted = [(step, float(minutes)) for step in steps if minutes >= step.minutes]
    if not wanted:
        return {}
    found = lay_out(wanted, timeline, aggregate)
    return {name: kept for name, target in found.items() if (kept := _within(target, stop)) is not None}


def _within(target: Target, stop: int) -> Target | None:
    count = int(np.searchsorted(target.marks, stop, side="right")) - 1
    if count < 1:
        return None
    return Target(
        target.name,
        target.timeline.head(min(count, target.timeline.periods)),
        target.marks[: count + 1],
        target.aggregate,
    )


def _target(step: Step, minutes: float, base: Timeline, aggregate: Aggregate) -> Target:
    if step.minutes == base.step.minutes:
        periods = _periods(step, minutes, base.start, base.timezone)
        return Target(step.name, base.head(periods), np.arange(periods + 1), aggregate)
    first = int(np.flatnonzero(_is_boundary(step, base))[0])
    periods = _periods(step, minutes, base.utc[first], base.timezone)
    timeline = Timeline(base.utc[first], periods, step, base.timezone)
    ends = Timeline(base.utc[first], periods + 1, step, base.timezone)
    return Target(step.name, timeline, np.searchsorted(base.utc, ends.utc), aggregate)


def _periods(step: Step, minutes: float, start: np.datetime64, timezone: str) -> int:
    """Points ahead; whole days follow the wall clock: `90d` over a clock change ends at the hour it began."""
    whole_days = minutes % DAY_MINUTES == 0
    if step.is_calendar or not whole_days:
        return max(1, round(minutes / step.minutes))
    first = np.array([start]).astype("datetime64[s]")
    ends = to_utc(to_local(first, timezone) + np.timedelta64(int(minutes), "m"), timezone)
    seconds = int((ends - first).astype("int64")[0])
    return max(1, round(seconds / 60 / step.minutes))


def _is_boundary(step: Step, base: Timeline) -> np.ndarray:
    """Base points at which a point of the coarser step may begin; weeks begin on Mondays."""
    width = min(step.minutes, DAY_MINUTES) * 60
    local = base.local.astype("int64")
    # Why not where the clock shows it: UTC hours of Kolkata stand half an hour beside every midnight.
    begins = np.diff(local // width, prepend=(local[0] - base.step.minutes * 60) // width) > 0
    if step.name == "1w":
        begins &= (base.day.astype("int64") + 3) % 7 == 0
    return begins
