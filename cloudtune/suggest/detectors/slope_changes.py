"""Slope changes that a spec with declared ones lacks."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cloudtune.suggest.days import by_day
from cloudtune.suggest.detectors.level_shifts import level_of
from cloudtune.suggest.proposals import Proposal, stamp
from cloudtune.yaml_edit.edit import Append

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.residuals import Residuals

LEAST_WEEKS = 12
"""On either side: a slope needs time to show."""
GAIN = 0.5
"""Share of the squared error of a straight line that a slope change must take away."""
SMALLEST = 0.08
"""Change of the growth a year."""
APART_DAYS = 60
WEEKS_A_YEAR = 52.18


class FoundSlopeChange(NamedTuple):
    """A change of the slope at the start of week number `week`."""

    week: int
    change: float
    """Of the growth a year."""
    gain: float


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """At most one proposal, for the strongest change of slope; with `auto` the engine finds its own."""
    declared = resolved.spec.trend.slope_breaks
    if declared == "auto" or view.timeline.step.days > 1:
        return []
    days = by_day(view)
    found = strongest_change(weekly(level_of(view, days)))
    if found is None:
        return []
    at = days.day[found.week * 7]
    near = any(abs((at - np.datetime64(one.at.date, "D")).astype("int64")) < APART_DAYS for one in declared)
    return [] if near else [_proposal(resolved.file, at.astype("datetime64[s]"), found)]


def weekly(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of each week of days."""
    weeks = [level[start : start + 7] for start in range(0, level.size - 6, 7)]
    return np.array([np.median(w[np.isfinite(w)]) if np.isfinite(w).sum() >= 3 else np.nan for w in weeks])


def strongest_change(level: NDArray[np.float64]) -> FoundSlopeChange | None:
    """The slope change that a straight line lacks most, where it takes away half of its error."""
    known = np.isfinite(level)
    if known.sum() < 2 * LEAST_WEEKS:
        return None
    changes = [_slope_change(level, known, week) for week in range(LEAST_WEEKS, level.size - LEAST_WEEKS)]
    best = max(changes, key=lambda one: one.gain, default=None)
    return best if best and best.gain >= GAIN and abs(best.change) >= SMALLEST else None


def _slope_change(level: NDArray[np.float64], known: NDArray[np.bool_], week: int) -> FoundSlopeChange:
    time = np.arange(level.size) / WEEKS_A_YEAR
    line = np.column_stack([np.ones(level.size), time])
    hinge = np.column_stack([line, np.maximum(time - time[week], 0.0)])
    straight, _ = _fit(line[known], level[known])
    bent, beta = _fit(hinge[known], level[known])
    return FoundSlopeChange(week, float(beta[2]), 1.0 - bent / max(straight, 1e-12))


def _fit(columns: NDArray[np.float64], level: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    beta, *_ = np.linalg.lstsq(columns, level, rcond=None)
    return float(np.sum((level - columns @ beta) ** 2)), np.asarray(beta, dtype="float64")


def _proposal(file: str, at: np.datetime64, found: FoundSlopeChange) -> Proposal:
    words = f"growth changes by {found.change:+.0%} a year"
    return Proposal(
        kind="slope-break",
        file=file,
        path=("trend", "slope_breaks"),
        reason=f"from about {stamp(at)} on {words}; a slope change takes {found.gain:.0%} off a line's error",
        edits=(Append(("trend", "slope_breaks"), {"at": stamp(at), "reason": f"seen in the data: {words}"}),),
        strength=found.gain * 10,
        start=at,
        size=found.change,
    )
