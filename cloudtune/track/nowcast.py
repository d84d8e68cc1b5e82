"""The rest of an event, forecast again from how its first part went."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.track.facts import without

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.track.tracking import Tracking

LEVEL_SD = 0.3
"""How far the level of a forecast is usually off, on the log scale."""
LIFT_SD = 0.25
"""How far the log lift of an event is usually off, as a share of it."""
CORRELATED_MINUTES = 15.0
"""Deviations within so many minutes say the same thing once."""
LEAST_NOISE = 0.03
RECENT_HALF_LIFE = 90.0
"""Minutes in which what level and lift don't explain is half forgotten."""
TINY = 1e-9
EDGE = 1.2816
"""Normal quantile of the 80% interval."""


@dataclass(frozen=True, eq=False)
class Nowcast:
    """The updated path over the whole window, and what was corrected."""

    median: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]
    level: float
    """Factor on what the event does not explain."""
    lift: float
    """Power of the event's lift: 1.1 makes a 2.0x lift a 2.14x one."""
    seen: int
    """Points that the update was made from."""


def nowcast(tracking: Tracking, seen: int | None = None) -> Nowcast:
    """Correct level and lift by the first `seen` points; shape, and what was forecast of them, are kept."""
    stop = tracking.elapsed if seen is None else min(seen, tracking.elapsed)
    median = np.maximum(tracking.vintage.median, TINY)
    lift = _log_lift(tracking, median)
    off = np.where(
        tracking.known & (tracking.actual > 0), np.log(np.maximum(tracking.actual, TINY) / median), np.nan
    )
    level_off, lift_off, sd = _posterior(tracking, off[:stop], lift[:stop])
    moved = level_off + lift_off * lift
    path = moved + _recent(tracking, off[:stop] - moved[:stop], median.size)
    path[:stop] = 0.0
    return _nowcast(tracking, path, sd, (level_off, lift_off), stop)


def as_tracking(tracking: Tracking, update: Nowcast) -> Tracking:
    """The same window with the update in place of the frozen forecast."""
    vintage = replace(tracking.vintage, median=update.median, low=update.low, high=update.high)
    return replace(tracking, vintage=vintage)


def _log_lift(tracking: Tracking, median: NDArray[np.float64]) -> NDArray[np.float64]:
    event = tracking.window.event
    base = without(tracking, event.name) if event is not None else None
    if base is None:
        return np.zeros(median.size)
    return np.asarray(np.log(median / np.maximum(base, TINY)), dtype="float64")


def _posterior(
    tracking: Tracking, off: NDArray[np.float64], lift: NDArray[np.float64]
) -> tuple[float, float, float]:
    """Means of level and lift error given what was seen, and the level's remaining sd."""
    known = np.isfinite(off)
    if not known.any():
        return 0.0, 0.0, LEVEL_SD
    values, columns = off[known], np.column_stack([np.ones(known.sum()), lift[known]])
    # A launch's minutes or an outage must not drag the whole event along.
    middle = float(np.median(values))
    spread = max(float(np.median(np.abs(values - middle))) * 1.4826, LEAST_NOISE)
    values = np.clip(values, middle - 3 * spread, middle + 3 * spread)
    independent = min(1.0, tracking.minutes / CORRELATED_MINUTES)
    precision = columns.T @ columns * independent / spread**2 + np.diag([LEVEL_SD**-2, LIFT_SD**-2])
    target = columns.T @ values * independent / spread**2
    mean = np.linalg.solve(precision, target)
    return float(mean[0]), float(mean[1]), float(np.sqrt(np.linalg.inv(precision)[0, 0]))


def _recent(tracking: Tracking, left: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """What the last half hour was off beyond level and lift, forgotten bit by bit."""
    few = max(1, 30 // tracking.minutes)
    known = left[-few:][np.isfinite(left[-few:])]
    path = np.zeros(size)
    if not known.size or left.size >= size:
        return path
    ahead = (np.arange(left.size, size) - left.size + 1) * tracking.minutes
    path[left.size :] = float(np.median(known)) * 0.5 ** (ahead / RECENT_HALF_LIFE)
    return path


def _nowcast(
    tracking: Tracking, path: NDArray[np.float64], sd: float, corrections: tuple[float, float], stop: int
) -> Nowcast:
    vintage = tracking.vintage
    factor = np.exp(np.clip(path, -5.0, 5.0))
    # The interval keeps its own width where it is noise, and loses what is now known of the level.
    shrink = _shrink(tracking, sd)
    low = vintage.median * (np.maximum(vintage.low, TINY) / np.maximum(vintage.median, TINY)) ** shrink
    high = vintage.median * (np.maximum(vintage.high, TINY) / np.maximum(vintage.median, TINY)) ** shrink
    after = np.arange(path.size) >= stop
    return Nowcast(
        median=vintage.median * factor,
        low=np.where(after, low * factor, vintage.low),
        high=np.where(after, high * factor, vintage.high),
        level=float(np.exp(corrections[0])),
        lift=1.0 + corrections[1],
        seen=stop,
    )


def _shrink(tracking: Tracking, sd: float) -> float:
    """The width of the interval after the update, as a share of the one before."""
    vintage = tracking.vintage
    width = float(np.median(np.log(np.maximum(vintage.high, TINY) / np.maximum(vintage.low, TINY)))) / (
        2 * EDGE
    )
    if width <= 0:
        return 1.0
    gone = max(LEVEL_SD**2 - sd**2, 0.0)
    return float(np.sqrt(max(width**2 - gone, (0.5 * width) ** 2)) / width)
