"""Labels of events above a chart, placed so that none covers another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.report.charts.canvas import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudtune.report.charts.canvas import Anchor

_CHARACTER = 6.1
"""Mean width in pixels at 11 px."""
_GAP = 10.0
_MOST_CHARACTERS = 26


@dataclass(frozen=True, slots=True)
class Wanted:
    """A label that would like to stand at `x`; heavier ones are placed first."""

    x: float
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A label with its row, counted upwards from the chart."""

    x: float
    text: str
    row: int
    anchor: Anchor

    @property
    def stretch(self) -> tuple[float, float]:
        """The pixels it covers."""
        width = len(self.text) * _CHARACTER
        return (self.x - width, self.x) if self.anchor == "end" else (self.x, self.x + width)


def place_labels(wanted: Iterable[Wanted], right: float, rows: int) -> list[Placed]:
    """As many labels as fit in `rows`, heaviest first; the result goes from left to right."""
    placed: list[Placed] = []
    for label in sorted(wanted, key=lambda label: (-label.weight, label.x, label.text)):
        spots = (_spot(label, row, right) for row in range(rows))
        free = next((spot for spot in spots if not any(_clash(spot, other) for other in placed)), None)
        placed += [free] if free else []
    return sorted(placed, key=lambda label: (label.x, label.row))


def _spot(label: Wanted, row: int, right: float) -> Placed:
    text = cut(label.text, _MOST_CHARACTERS)
    start = Placed(label.x, text, row, "start")
    return start if start.stretch[1] <= right else Placed(label.x, text, row, "end")


def _clash(one: Placed, other: Placed) -> bool:
    """Same row and too near, or the leader of the upper one would cut the lower one."""
    if one.row == other.row:
        return one.stretch[0] < other.stretch[1] + _GAP and other.stretch[0] < one.stretch[1] + _GAP
    upper, lower = (one, other) if one.row > other.row else (other, one)
    return lower.stretch[0] - 2 < upper.x < lower.stretch[1] + 2
