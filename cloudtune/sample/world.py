"""What is true of a made-up market: its trend, its changes, its events, the spend that moves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Literal

import numpy as np

from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.timegrid import Step


Kind = Literal["sale", "day", "rush", "run-up", "feast", "launch"]


@dataclass(frozen=True, slots=True)
class TrueOccurrence:
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
class TrueChange:
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
    occurrences: tuple[TrueOccurrence, ...]
    step: Step = STEPS["1min"]
    stamps: Literal["utc", "local"] = "utc"
    file: Literal["parquet", "csv"] = "parquet"
    slope_break: TrueChange | None = None
    level_shift: TrueChange | None = None
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


SPEND_FILE = "ad-spend.csv"
TYPICAL = 50_000.0
_FIRST, _LAST = date(2024, 9, 1), date(2027, 12, 31)
_CAMPAIGN_EVERY, _CAMPAIGN_DAYS = 45, 10


@dataclass(frozen=True, eq=False)
class Spend:
    """US dollars a day."""

    days: NDArray[np.datetime64]
    dollars: NDArray[np.float64]

    def doublings(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log 2 of spend over typical spend, at minutes on the wall clock since 1970."""
        first = self.days[0].astype("int64")
        at = np.clip(minutes // 1440 - first, 0, len(self.days) - 1).astype("int64")
        return np.asarray(np.log2(self.dollars / TYPICAL)[at])

    def csv(self) -> str:
        """The file that a regressor reads."""
        rows = (f"{day},{dollars:.0f}" for day, dollars in zip(self.days, self.dollars, strict=True))
        return "\n".join(["day,usd", *rows]) + "\n"


def daily_spend(seed: int) -> Spend:
    """Campaigns of ten days every six weeks or so, on top of a budget that wavers."""
    rng = np.random.default_rng([seed, 1000])
    days = np.arange(np.datetime64(_FIRST), np.datetime64(_LAST))
    dollars = TYPICAL * np.exp(rng.normal(0, 0.08, len(days)))
    at = 12
    while at < len(days):
        dollars[at : at + _CAMPAIGN_DAYS] *= rng.uniform(1.6, 3.2)
        at += _CAMPAIGN_EVERY + int(rng.integers(-8, 9))
    return Spend(days, np.rint(dollars))
