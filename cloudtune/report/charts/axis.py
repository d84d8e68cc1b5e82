"""Axes: from values to pixels, with ticks at round numbers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_SUFFIXES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_FROM_ZERO_BELOW = 0.5
"""Where the lowest value is under half of the highest, the axis starts at zero."""

_NOTHING = 1e-300
"""Widths up to this one have no logarithm to speak of."""
_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of values laid over a stretch of pixels."""

    low: float
    high: float
    first: float
    last: float
    spacing: float = 0.0
    """Between round values; 0 leaves it to the ticks."""

    def place(self, value: float) -> float:
        """The pixel of a value."""
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    def holds(self, value: float) -> bool:
        """True within the axis."""
        return self.low <= value <= self.high


def value_axis(values: Sequence[float], bottom: float, top: float) -> Axis:
    """An upward axis that shows all of `values`, from zero unless they are far from it."""
    low, high = min(values), max(values)
    is_flat = high - low <= _FLAT * max(abs(low), abs(high))
    if is_flat or 0 <= low < high * _FROM_ZERO_BELOW:
        low, high = min(low, 0.0), max(high, 0.0)
    width = high - low
    spacing = _spacing(width if width > _NOTHING else 1.0, 5)
    high = high if high > low else low + spacing
    first, last = math.floor(low / spacing), math.ceil(high / spacing)
    # Next to nothing divided by a spacing is nothing: such a value still has its place.
    first, last = first - (first * spacing > low), last + (last * spacing < high)
    return Axis(first * spacing, last * spacing, bottom, top, spacing)


def round_ticks(axis: Axis, most: int) -> list[float]:
    """At most about `most` round values within the axis."""
    spacing = axis.spacing or _spacing(axis.high - axis.low, most)
    first = math.ceil(axis.low / spacing - 1e-9)
    last = math.floor(axis.high / spacing + 1e-9)
    return [number * spacing for number in range(first, last + 1)]


def tick_words(ticks: Sequence[float]) -> list[str]:
    """`0`, `0.5M`, `1M`: one unit for all, as few decimals as tell them apart."""
    largest = max(abs(tick) for tick in ticks)
    unit, suffix = next(((u, s) for u, s in _SUFFIXES if largest >= u), (1.0, ""))
    scaled = [tick / unit for tick in ticks]
    decimals = next((d for d in range(7) if all(_is_whole(value, d) for value in scaled)), 6)
    return [f"{value:,.{decimals}f}{suffix if value else ''}" if value else "0" for value in scaled]


def _spacing(width: float, most: int) -> float:
    rough = width / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in _ROUND if power * factor >= rough * (1 - 1e-9))


def _is_whole(value: float, decimals: int) -> bool:
    return math.isclose(value, round(value, decimals), rel_tol=0, abs_tol=1e-9)
