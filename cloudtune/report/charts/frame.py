"""The plot area of a panel: grid, ticks, nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.report.charts import canvas
from cloudtune.report.charts.axis import Axis, round_ticks, tick_words
from cloudtune.report.charts.clock_axis import time_ticks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.charts.canvas import Point

_CHARACTER = 6.1
_MARGIN = 20.0
"""Pixels right of the frame that a label may use."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels of a plot area."""

    left: float
    top: float
    right: float
    bottom: float


def time_frame(frame: Frame, across: Axis, upward: Axis) -> list[str]:
    """Horizontal grid with values, vertical ticks with times."""
    return [*value_grid(frame, upward), *_time_labels(frame, across)]


def value_grid(frame: Frame, upward: Axis) -> list[str]:
    """A line and a round number at each tick."""
    ticks = round_ticks(upward, 5)
    parts = []
    for tick, words in zip(ticks, tick_words(ticks), strict=True):
        y = upward.place(tick)
        parts.append(canvas.line((frame.left, y), (frame.right, y), "grid"))
        parts.append(canvas.text((frame.left - 8, y + 4), words, "axis", "end"))
    return parts


def placed(
    rows: Sequence[Sequence[str | float | None]],
    column: int,
    times: Sequence[float],
    axes: tuple[Axis, Axis],
) -> list[Point | None]:
    """A column of rows as points; None where it has no value."""
    across, upward = axes
    return [
        (across.place(time), upward.place(float(value))) if (value := row[column]) is not None else None
        for row, time in zip(rows, times, strict=True)
    ]


def _time_labels(frame: Frame, across: Axis) -> list[str]:
    parts = []
    for tick in time_ticks(across):
        x = across.place(tick.at)
        parts.append(canvas.line((x, frame.bottom), (x, frame.bottom + 4), "grid"))
        if x + len(tick.words) * _CHARACTER / 2 <= frame.right + _MARGIN:
            parts.append(canvas.text((x, frame.bottom + 18), tick.words, "axis", "middle"))
    return parts
