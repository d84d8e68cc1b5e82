"""How far a figure moves without saying anything: its own noise, by what is known of it.

A figure learns what it will learn in small steps: on series of all kinds a day's data moves it by a twentieth
to a tenth of its half interval, a week in which choices are made anew by up to a half, two quiet weeks by
up to nine tenths (`bench/replay.py`). None of these steps is news of its own. So a committed figure stays
until the new one is `SHARE` of the half interval away, or beyond the tolerance of its spec where that is
more: what it says stays within its own doubt all the while.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.report.document import AccuracyRow, Range

SHARE = 0.75
"""Part of the half interval that a figure may move before it is committed anew."""
NEWS = 1.5
"""The same before a reviewer is told: what lies outside of 19 in 20, where the interval holds 4 in 5."""
BLIND = 0.02
"""Part of itself that a figure without an interval may move."""
_EDGE = 2.0
"""Ends of an interval are known that much worse than its middle."""
_ERRORS = 2.0
"""Standard errors within which a figure of the backtest is no news."""
_SPREAD = 0.75
"""Standard deviation of the size of an error, as a part of its mean: that of a normal error."""
_NOMINAL = 0.8
_BY_FOLD = frozenset({"peak_error"})
_DAYS_A_FOLD = 28.0
_MINUTES_A_DAY = 1440
RANGE = frozenset({"value", "low", "high"})


def noise_of(was: Range, tolerance: float, share: float = SHARE) -> float:
    """How far the value of a range may go and say nothing, in its own unit."""
    value, low, high = was["value"], was["low"], was["high"]
    size = abs(value or 0.0)
    if low is None or high is None:
        return max(tolerance, BLIND if share else 0.0) * size
    return max(tolerance * size, share * (high - low) / 2)


def moved(was: Range, now: Range, tolerance: float, share: float = SHARE) -> float:
    """How far a range went, in its own noise: over 1 it has left it."""
    a, b = was["value"], now["value"]
    if a is None or b is None:
        return 0.0 if a is b else math.inf
    noise = max(noise_of(was, tolerance, share), 1e-12)
    ends = [(was["low"], now["low"]), (was["high"], now["high"])]
    wide = [abs(y - x) / _EDGE for x, y in ends if x is not None and y is not None]
    return max(abs(b - a), *wide) / noise if wide else abs(b - a) / noise


def accuracy_noise(row: AccuracyRow, metric: str, tolerance: float) -> float:
    """What a figure of the backtest may move by chance, by its number of independent points.

    Why days: the errors of a day's minutes are all of one mood.
    """
    value = row[metric]  # type: ignore[literal-required]
    if value is None:
        return tolerance
    points = independent(row) if metric not in _BY_FOLD else independent(row) / _DAYS_A_FOLD
    root = math.sqrt(max(points, 1.0))
    if metric == "coverage":
        return max(tolerance, _ERRORS * math.sqrt(_NOMINAL * (1 - _NOMINAL)) / root)
    return max(tolerance, _ERRORS * _SPREAD * abs(value) / root)


def independent(row: AccuracyRow) -> float:
    """Points of an accuracy row that say something of their own: its days, or its coarser steps."""
    step = STEPS.get(row["step"])
    return row["points"] * min(step.minutes / _MINUTES_A_DAY, 1.0) if step else float(row["points"])


_NUMBER = re.compile(r"[-+]?\d[\d,]*\.?\d*")
_POINTS, _PART = 2.5, 0.15
_SHARES = re.compile(r"(\w+) (\d+)%")
_SHARE_POINTS = 20.0


def same_words(was: str, now: str) -> bool:
    """The same sentence, but for figures in it that moved by a few points or a small part of themselves."""
    if _NUMBER.sub("#", was) != _NUMBER.sub("#", now):
        return False
    pairs = zip(_numbers(was), _numbers(now), strict=True)
    return all(abs(b - a) <= max(_POINTS, _PART * abs(a)) for a, b in pairs)


def same_shares(was: str, now: str) -> bool:
    """The same kind of growth, or an average of the same kinds in much the same shares."""
    if was.partition(":")[0] != now.partition(":")[0]:
        return False
    a, b = ({name: float(share) for name, share in _SHARES.findall(text)} for text in (was, now))
    return all(abs(a.get(name, 0.0) - b.get(name, 0.0)) <= _SHARE_POINTS for name in a.keys() | b.keys())


def _numbers(text: str) -> list[float]:
    return [float(found.replace(",", "")) for found in _NUMBER.findall(text)]


def within(was: Any, now: Any, tolerance: float, share: float = SHARE) -> bool:
    """Equal, but for figures that stay within their noise."""
    if isinstance(was, dict) and isinstance(now, dict):
        if was.keys() == RANGE == now.keys():
            return moved(was, now, tolerance, share) <= 1  # type: ignore[arg-type]
        return was.keys() == now.keys() and all(within(was[k], now[k], tolerance, share) for k in was)
    if isinstance(was, (list, tuple)) and isinstance(now, (list, tuple)):
        return len(was) == len(now) and all(
            within(a, b, tolerance, share) for a, b in zip(was, now, strict=True)
        )
    if _is_number(was) and _is_number(now):
        return bool(abs(now - was) <= max(tolerance, BLIND if share else 0.0) * abs(was))
    return bool(was == now)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
