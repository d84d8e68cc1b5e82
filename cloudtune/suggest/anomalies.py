"""Runs of points that deviate together, suddenly and by much."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.suggest.residuals import Residuals


class Bounds(NamedTuple):
    """The points [start, stop)."""

    start: int
    stop: int


class Lens(NamedTuple):
    """How long a run must last, and how far it must stand out, to be looked at."""

    minutes: int
    sigmas: float
    smallest: float


LENSES = (Lens(15, 4.0, 0.3), Lens(3, 8.0, 0.7))
JOIN_MINUTES = 30
LONGEST_ANOMALY_DAYS = 7
SHARP = 0.65
"""Share of the deviation that comes or goes within a few points; weather comes slowly."""
UNDENIABLE = 7.0
"""Standard deviations beyond which a run counts though it comes slowly."""
TELLING = 6.0
"""Strength times the root of length: a short run among a year of them must be stronger."""
COUNTABLE = 100
"""An expected total from which on a run of zeros is no accident."""
OUTAGE_SIGMAS = 6.0
SLOWEST_HOURS = 6
"""What comes and goes slowly and lasts longer is weather."""
SHORTEST_OUTAGE = 10
RARE_DAYS = 60
"""What happens more often than this is the series' nature: only what is twice as strong stands out."""


@dataclass(frozen=True, slots=True)
class Anomaly:
    """The points [start, stop) that lie on one side of what was expected."""

    start: int
    stop: int
    deviation: float
    """Median over the run."""
    strength: float
    """Median in standard deviations of its time of day."""
    is_outage: bool


def anomalies(view: Residuals) -> list[Anomaly]:
    """Runs that stand out from their time of day, events left out, ordered by start."""
    found: list[Anomaly] = []
    for lens in LENSES:
        if lens.minutes >= view.timeline.step.minutes or lens is LENSES[0]:
            fresh = [run for run in _through(view, lens) if not _overlaps(run, found)]
            found += _rare(view, fresh)
    return sorted(found, key=lambda run: run.start)


def _through(view: Residuals, lens: Lens) -> list[Anomaly]:
    smooth = _smooth(view.local, max(1, lens.minutes // view.timeline.step.minutes))
    score = np.nan_to_num(smooth / view.noise_of(smooth))
    score[view.in_event] = 0.0
    return [run for sign in (1, -1) for run in _side(view, score, lens, sign)]


def _smooth(values: NDArray[np.float64], width: int) -> NDArray[np.float64]:
    if width <= 1:
        return values
    rolled = pd.Series(values).rolling(width, center=True, min_periods=(width + 1) // 2)
    return np.asarray(rolled.median().to_numpy(), dtype="float64")


def _side(view: Residuals, score: NDArray[np.float64], lens: Lens, sign: int) -> list[Anomaly]:
    gap = JOIN_MINUTES // view.timeline.step.minutes
    core = joined(spans(score * sign > lens.sigmas), gap)
    wide = joined([grow(score * sign > lens.sigmas / 2, *span) for span in core], gap)
    least = max(1, lens.minutes // view.timeline.step.minutes)
    found = (_anomaly(view, score, *_trimmed(view, start, stop, least)) for start, stop in wide)
    return [run for run in found if run is not None and _counts(view, run, lens)]


def _trimmed(view: Residuals, start: int, stop: int, least: int) -> Bounds:
    """The span from where it first passes half of its deviation to where it last does.

    Why: smoothing added edges. What would be left with fewer than `least` points stays as it is.
    """
    inside = view.local[start:stop]
    half = float(np.nanmedian(inside)) / 2 if np.isfinite(inside).any() else 0.0
    strong = np.flatnonzero(inside * np.sign(half) > abs(half))
    if not strong.size or strong[-1] - strong[0] + 1 < least:
        return Bounds(start, stop)
    return Bounds(start + int(strong[0]), start + int(strong[-1]) + 1)


def _anomaly(view: Residuals, score: NDArray[np.float64], start: int, stop: int) -> Anomaly | None:
    inside = view.local[start:stop]
    known = np.isfinite(inside)
    if not known.any():
        return None
    is_outage = _is_outage(view, start, stop, known)
    return Anomaly(
        start, stop, float(np.median(inside[known])), float(np.median(np.abs(score[start:stop]))), is_outage
    )


def _is_outage(view: Residuals, start: int, stop: int, known: NDArray[np.bool_]) -> bool:
    """True for a run of zeros that is longer than an accident, where many were expected."""
    long_enough = stop - start >= 2 and (stop - start) * view.timeline.step.minutes >= SHORTEST_OUTAGE
    zeros = view.actual[start:stop][known] == 0
    return bool(long_enough and zeros.mean() > 0.5 and view.expected[start:stop][known].sum() >= COUNTABLE)


def _counts(view: Residuals, run: Anomaly, lens: Lens) -> bool:
    minutes = (run.stop - run.start) * view.timeline.step.minutes
    if not lens.minutes <= max(minutes, view.timeline.step.minutes) <= LONGEST_ANOMALY_DAYS * 1440:
        return False
    telling = run.strength * (minutes / lens.minutes) ** 0.5 if lens is LENSES[0] else run.strength
    if abs(run.deviation) < lens.smallest or run.strength < lens.sigmas or telling < TELLING:
        return False
    if run.is_outage:
        return run.strength >= OUTAGE_SIGMAS
    return (run.strength >= UNDENIABLE and minutes <= SLOWEST_HOURS * 60) or _is_sharp(view, run)


def _is_sharp(view: Residuals, run: Anomaly) -> bool:
    """True where most of the deviation comes, or goes, within a few points."""
    few = max(1, 10 // view.timeline.step.minutes)
    inner = (
        _median(view, run.start, run.start + 2 * few + 1),
        _median(view, run.stop - 2 * few - 1, run.stop),
    )
    outer = (_median(view, run.start - 3 * few, run.start), _median(view, run.stop, run.stop + 3 * few))
    jumps = ((inside - outside) / run.deviation for inside, outside in zip(inner, outer, strict=True))
    return any(jump >= SHARP for jump in jumps)


def _median(view: Residuals, start: int, stop: int) -> float:
    known = view.local[max(0, start) : max(0, stop)]
    known = known[np.isfinite(known)]
    return float(np.median(known)) if known.size else 0.0


def _rare(view: Residuals, found: list[Anomaly]) -> list[Anomaly]:
    days = view.timeline.periods * view.timeline.step.minutes / 1440
    usual = max(3, int(days / 730)) if view.timeline.step.is_calendar else max(5, int(days / RARE_DAYS))
    if len(found) <= usual:
        return found
    limit = 2 * sorted((run.strength for run in found), reverse=True)[usual]
    return [run for run in found if run.is_outage or run.strength >= limit]


def _overlaps(run: Anomaly, others: list[Anomaly]) -> bool:
    return any(run.start < other.stop and other.start < run.stop for other in others)


def spans(flags: NDArray[np.bool_]) -> list[Bounds]:
    """The stretches where `flags` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype("int8"), [0]))))
    return [Bounds(*pair) for pair in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)]


def joined(found: list[Bounds], gap: int) -> list[Bounds]:
    """The same with those that lie at most `gap` points apart made one."""
    merged: list[Bounds] = []
    for start, stop in found:
        if merged and start - merged[-1].stop <= gap:
            merged[-1] = Bounds(merged[-1].start, max(stop, merged[-1].stop))
        else:
            merged.append(Bounds(start, stop))
    return merged


def grow(flags: NDArray[np.bool_], start: int, stop: int) -> Bounds:
    """The span widened both ways as long as `flags` is true."""
    while start > 0 and flags[start - 1]:
        start -= 1
    while stop < flags.size and flags[stop]:
        stop += 1
    return Bounds(start, stop)
