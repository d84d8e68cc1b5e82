"""The regular grid that a source's rows fall on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data import clock
from cloudtune.data.instants import DAY
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.data.instants import Instants
    from cloudtune.timegrid import Step

_MONDAY = 4
"""The day number 1970-01-05 modulo 7: weeks start there unless the rows say otherwise."""
_NEARLY = 0.75
_RARELY = 0.1


@dataclass(frozen=True, eq=False)
class Grid:
    """Rows numbered by the step that they fall in."""

    step: Step
    timezone: str
    key: NDArray[np.int64]
    """Step of each row; consecutive steps have consecutive keys."""
    phase: int
    """Minutes (or days) from 1970 to where key 0 begins."""
    wall: NDArray[np.int64]
    is_off: NDArray[np.bool_]
    """Rows whose stamp isn't the start of their step."""
    spacing: float
    """Seconds between neighbouring rows, most often."""
    close: float
    """Share of rows no further than one step from the row before."""

    @property
    def is_finer(self) -> bool:
        """True where several rows make a step."""
        return self.spacing < _NEARLY * self.step.minutes * 60

    @property
    def is_coarser(self) -> bool:
        """True where rows are further apart than the step almost everywhere."""
        return self.spacing > self.step.minutes * 60 / _NEARLY and self.close < _RARELY

    @property
    def spacing_text(self) -> str:
        """The spacing as people write it."""
        minutes = self.spacing / 60
        units = (("d", DAY), ("h", 60), ("min", 1))
        return next(
            (f"{minutes / size:g}{unit}" for unit, size in units if minutes >= size), f"{self.spacing:g}s"
        )

    def minute_of(self, key: int) -> int:
        """Where step `key` starts: UTC minutes, or minutes on the wall clock for whole days."""
        if self.step.is_calendar:
            return (key * self.step.days + self.phase) * DAY
        return key * self.step.minutes + self.phase

    def expected(self, key: NDArray[np.int64]) -> NDArray[np.float64]:
        """Rows that each step should have; a day of a clock change has its own number."""
        if not self.step.is_calendar:
            return np.full(len(key), max(1.0, self.step.minutes * 60 / self.spacing))
        days = (np.append(key, key + 1) * self.step.days + self.phase).astype("datetime64[D]")
        starts = clock.to_utc(days.astype("datetime64[s]"), self.timezone).astype("int64")
        elapsed = starts[len(key) :] - starts[: len(key)]
        return np.asarray(np.maximum(1.0, np.rint(elapsed / self.spacing)))

    def shown(self, rows: NDArray[np.int64]) -> str:
        """Wall-clock times of some rows, to point at them."""
        stamps = self.wall[rows].astype("datetime64[m]")
        return ", ".join(str(stamp) for stamp in stamps)


def most_common(numbers: NDArray[np.int64]) -> int:
    """The most frequent number; the smallest of several."""
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[np.argmax(counts)])


def grid_of(instants: Instants, step: Step, timezone: str) -> Grid:
    """The grid of `step` that fits the rows: local midnights, and the weekday of the rows."""
    table, wall = instants.table, instants.wall
    minute = wall if step.is_calendar else table.minute
    spacing = _spacing(minute, table.stamps) or step.minutes * 60.0
    if step.is_calendar:
        day = wall // DAY
        phase = _week_start(day, spacing) if step.days == 7 else 0
        key = (day - phase) // step.days
        off = wall != (key * step.days + phase) * DAY
    else:
        phase = most_common(-(wall - minute) % step.minutes)
        key = (minute - phase) // step.minutes
        off = minute != key * step.minutes + phase
    close = float((np.diff(minute) <= step.minutes).mean()) if len(minute) > 1 else 1.0
    return Grid(step, timezone, key, phase, wall, off | (table.second > 0), spacing, close)


def _spacing(minute: NDArray[np.int64], stamps: NDArray[np.int64]) -> float:
    """Seconds between rows, most often; 0 where there is only one."""
    within = most_common(stamps)
    if within > 1:
        return 60 / within
    gaps = np.diff(minute)
    return 60.0 * most_common(gaps[gaps > 0]) if (gaps > 0).any() else 0.0


def _week_start(day: NDArray[np.int64], spacing: float) -> int:
    return most_common(day % 7) if spacing >= 6 * DAY * 60 else _MONDAY


def step_of(instants: Instants) -> Step:
    """The longest step that the rows fill one by one."""
    minute = instants.wall if instants.by_day else instants.table.minute
    spacing = _spacing(minute, instants.table.stamps) or DAY * 60.0
    fitting = [step for step in STEPS.values() if step.minutes * 60 <= spacing * 1.05]
    return max(fitting, default=STEPS["1min"])
