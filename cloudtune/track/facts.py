"""What a tracking says in numbers, phase by phase: unrounded, for every renderer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.track.tracking import Tracking


@dataclass(frozen=True, slots=True)
class HighestPoint:
    """A highest point: its local wall time and height."""

    at: np.datetime64
    height: float


@dataclass(frozen=True, slots=True)
class LatestPoint:
    """The last actual against its forecast."""

    at: np.datetime64
    actual: float
    forecast: float
    deviation: float
    place: float
    """Within the interval: 0 at its lower edge, 1 at its upper one, beyond outside."""


@dataclass(frozen=True, slots=True)
class TrackingFacts:
    """Of the points with an actual."""

    points: int
    """In the window."""
    seen: int
    """With an actual."""
    minutes: int
    """Length of a point."""
    total: float
    total_forecast: float
    deviation: float
    """Of the total; relative."""
    inside: float
    """Share of points inside the 80% interval."""
    above: int
    """Points above its upper edge."""
    below: int
    longest_outside: int
    """Points of the longest stretch outside the interval."""
    peak: HighestPoint
    peak_forecast: HighestPoint
    """Over the whole window."""
    peak_error: float
    """Forecast against actual height, relative to the actual: negative is too low a forecast."""
    peak_late: int
    """Minutes by which the actual peak came later than forecast."""
    projected_peak: HighestPoint
    """The highest of what came and what is still forecast."""
    lift: float | None
    """Actual over the forecast without the event; None without an event."""
    lift_forecast: float | None
    now: LatestPoint
    phases: tuple[Phase, ...]


def facts_of(tracking: Tracking, rest: NDArray[np.float64] | None = None) -> TrackingFacts:
    """All figures; `rest` is a path that replaces the forecast of what is still to come."""
    known, actual, vintage = tracking.known, tracking.actual, tracking.vintage
    outside = _outside(tracking)
    peak, forecast_peak = _highest_point(tracking, actual), _highest_point(tracking, vintage.median)
    seen, seen_forecast = float(actual[known].sum()), float(vintage.median[known].sum())
    lifts = lifts_of(tracking)
    return TrackingFacts(
        points=actual.size,
        seen=int(known.sum()),
        minutes=tracking.minutes,
        total=seen,
        total_forecast=seen_forecast,
        deviation=ratio(seen, seen_forecast),
        inside=float(1.0 - outside[known].mean()),
        above=int((actual[known] > vintage.high[known]).sum()),
        below=int((actual[known] < vintage.low[known]).sum()),
        longest_outside=_longest(outside[known]),
        peak=peak,
        peak_forecast=forecast_peak,
        peak_error=ratio(_highest(vintage.median[: tracking.elapsed]), peak.height),
        peak_late=int((peak.at - forecast_peak.at).astype("timedelta64[m]").astype("int64")),
        projected_peak=_highest_point(
            tracking, np.where(known, actual, vintage.median if rest is None else rest)
        ),
        lift=lifts[0],
        lift_forecast=lifts[1],
        now=_latest_point(tracking),
        phases=phases_of(tracking),
    )


def ratio(value: float, base: float) -> float:
    """`value` over `base` less one; NaN where there is no base."""
    return value / base - 1.0 if base else float("nan")


def lifts_of(tracking: Tracking) -> tuple[float | None, float | None]:
    """The event's lift as it came and as it was forecast, over its own points seen; its halo is left out."""
    event = tracking.window.event
    base = without(tracking, event.name) if event is not None else None
    if base is None:
        return None, None
    known = tracking.known & inside(tracking)
    total = float(base[known].sum())
    if total <= 0:
        return None, None
    return float(tracking.actual[known].sum()) / total, float(tracking.vintage.median[known].sum()) / total


def without(tracking: Tracking, event: str) -> NDArray[np.float64] | None:
    """The forecast with the event taken out; None where the event is no ingredient."""
    part = tracking.vintage.ingredients.get(f"event:{event}")
    if part is None:
        return None
    if tracking.vintage.scale == "additive":
        return np.asarray(tracking.vintage.median - part, dtype="float64")
    return np.asarray(tracking.vintage.median / np.maximum(part, 1e-9), dtype="float64")


def _outside(tracking: Tracking) -> NDArray[np.bool_]:
    vintage = tracking.vintage
    return (tracking.actual > vintage.high) | (tracking.actual < vintage.low)


def _highest_point(tracking: Tracking, values: NDArray[np.float64]) -> HighestPoint:
    place = int(np.nanargmax(values))
    return HighestPoint(tracking.vintage.timeline.local[place], float(values[place]))


def _highest(values: NDArray[np.float64]) -> float:
    return float(np.nanmax(values))


def _latest_point(tracking: Tracking) -> LatestPoint:
    place = tracking.elapsed - 1
    actual, vintage = float(tracking.actual[place]), tracking.vintage
    low, middle, high = (float(side[place]) for side in (vintage.low, vintage.median, vintage.high))
    spot = (actual - low) / (high - low) if high > low else 0.5
    return LatestPoint(vintage.timeline.local[place], actual, middle, ratio(actual, middle), spot)


def _longest(flags: NDArray[np.bool_]) -> int:
    """Length of the longest run of true flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype("int8"), [0]))))
    return int(np.max(edges[1::2] - edges[::2])) if edges.size else 0


OPENING_MINUTES = 10
CLOSING_MINUTES = 120
SHORT_MINUTES = 1500
"""Up to a day an event has thirds rather than days."""


class _Part(NamedTuple):
    """The points [first, last) of a window, by name."""

    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Phase:
    """A part of the window and its error."""

    name: str
    first: int
    last: int
    deviation: float
    """Of the phase's total; NaN where nothing has come."""


def phases_of(tracking: Tracking) -> tuple[Phase, ...]:
    """Before and after as far as the window reaches; between them the event, its ends also alone."""
    size = tracking.actual.size
    first, last = _occurrence_bounds(tracking)
    parts = [_Part("before", 0, first), *_event_phases(tracking, first, last), _Part("after", last, size)]
    return tuple(
        Phase(part.name, part.first, part.last, _deviation(tracking, part.first, part.last))
        for part in parts
        if part.first < part.last
    )


def inside(tracking: Tracking) -> NDArray[np.bool_]:
    """True for the points of the occurrence."""
    first, last = _occurrence_bounds(tracking)
    places = np.arange(tracking.actual.size)
    return (places >= first) & (places < last)


def _occurrence_bounds(tracking: Tracking) -> tuple[int, int]:
    """The points of the occurrence; the whole window where there is none."""
    occurrence, size = tracking.window.occurrence, tracking.actual.size
    if occurrence is None:
        return 0, size
    timeline = tracking.vintage.timeline
    return min(max(timeline.position(occurrence.start), 0), size), min(
        timeline.position(occurrence.end), size
    )


def _event_phases(tracking: Tracking, first: int, last: int) -> list[_Part]:
    minutes = tracking.minutes
    opening = min(last, first + max(1, OPENING_MINUTES // minutes))
    if (last - first) * minutes <= SHORT_MINUTES:
        return [_Part("opening", first, opening), *_thirds(first, last)]
    closing = max(first, last - max(1, CLOSING_MINUTES // minutes))
    return [_Part("opening", first, opening), *_days(tracking, first, last), _Part("closing", closing, last)]


def _days(tracking: Tracking, first: int, last: int) -> list[_Part]:
    day = tracking.vintage.timeline.day[first:last]
    starts = np.flatnonzero(np.concatenate(([True], day[1:] != day[:-1]))) + first
    ends = [*starts[1:].tolist(), last]
    pairs = zip(starts.tolist(), ends, strict=True)
    return [_Part(f"day {number}", start, end) for number, (start, end) in enumerate(pairs, 1)]


def _thirds(first: int, last: int) -> list[_Part]:
    marks = [first + round((last - first) * part / 3) for part in range(4)]
    names = ("first third", "second third", "last third")
    return [_Part(name, marks[k], marks[k + 1]) for k, name in enumerate(names)]


def _deviation(tracking: Tracking, first: int, last: int) -> float:
    known: NDArray[np.bool_] = tracking.known[first:last]
    forecast = float(tracking.vintage.median[first:last][known].sum())
    if not known.any() or forecast <= 0:
        return float("nan")
    return float(tracking.actual[first:last][known].sum()) / forecast - 1.0
