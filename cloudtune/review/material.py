"""When a change of a figure is worth a reviewer's time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudtune.report.document import Range

TOLERANCE = 0.02
"""A figure that moved by less than 2% is no news by default."""


def judge(was: Range, now: float | None, tolerance: float) -> str:
    """Why a figure's change is material, or nothing where it is not."""
    before = was["value"]
    if before is None or now is None:
        return "the figure came or went"
    if is_outside(now, was):
        return "outside the old interval"
    moved = abs(now - before) > tolerance * abs(before)
    return "beyond the tolerance" if moved else ""


def is_outside(value: float, interval: Range) -> bool:
    """True where a known interval doesn't hold the value."""
    low, high = interval["low"], interval["high"]
    return low is not None and high is not None and not low <= value <= high
