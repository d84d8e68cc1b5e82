"""What is true of a made-up market: its trend, its turns, what happens in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.timegrid import Step

Kind = Literal["sale", "day", "rush", "run-up", "feast", "launch"]


@dataclass(frozen=True, slots=True)
class Edition:
    """One time that something happens; wall-clock start, elapsed hours."""

    name: str
    kind: Kind
    start: datetime
    hours: float
    size: float
    """Factor of its body, or of the first minute of a launch."""
    sells_out: float = 0.0
    """Minutes until a launch sells out; 0 where it doesn't."""

    @property
    def end(self) -> datetime:
        """Wall-clock end, exclusive."""
        return self.start + timedelta(hours=self.hours)


@dataclass(frozen=True, slots=True)
class Turn:
    """A day from which on the growth a year, or the level, is another one."""

    at: datetime
    size: float
    """Growth a year (0.08 = 8%), or factor of the level."""
    reason: str


@dataclass(frozen=True, slots=True)
class Upset:
    """A window that isn't the market's doing."""

    start: datetime
    end: datetime
    factor: float
    """Of the values; 0 leaves no rows at all."""
    reason: str


@dataclass(frozen=True)
class Market:
    """One series of the sample store."""

    name: str
    time: str
    """Name of the column of times."""
    column: str
    zone: str
    origin: datetime
    """Where the growth is counted from."""
    end: datetime
    base: float
    """Mean of a quiet ordinary hour's minute (or step) at the start."""
    growth: float
    """A year, until the slope breaks."""
    editions: tuple[Edition, ...]
    step: Step = STEPS["1min"]
    stamps: Literal["utc", "local"] = "utc"
    file: Literal["parquet", "csv"] = "parquet"
    slope_break: Turn | None = None
    level_shift: Turn | None = None
    upsets: tuple[Upset, ...] = ()
    weekdays: tuple[float, ...] = (0.02, 0.0, -0.01, 0.0, 0.01, -0.03, 0.05)
    """Log factors, Monday first."""
    winter: float = 0.12
    """Log factor of December over June."""
    damping: float = 1.0
    """Share of every lift that reaches this series."""
    noise: float = 0.02
    """Of a single step, relative."""
    drift: float = 0.008
    """Of the level from day to day, relative."""
    spend_effect: float = 0.0
    """Log effect of doubling the advertising spend."""

    first: datetime = datetime(1970, 1, 1)  # noqa: DTZ001 - a wall clock
    """Where the series starts, if later than the origin."""

    def log_level(self, day: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log of the level; `day` counts from 1970 on the wall clock."""
        level = np.log(self.base) + np.log1p(self.growth) * (day - _days(self.origin)) / 365.25
        if self.slope_break:
            bend = np.log1p(self.slope_break.size) - np.log1p(self.growth)
            level = level + bend * np.maximum(day - _days(self.slope_break.at), 0) / 365.25
        if self.level_shift:
            level = level + np.log(self.level_shift.size) * (day >= _days(self.level_shift.at))
        return np.asarray(level)


def _days(moment: datetime) -> float:
    return (moment - datetime(1970, 1, 1)) / timedelta(days=1)  # noqa: DTZ001 - a wall clock
