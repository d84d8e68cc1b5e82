"""What a fit is asked for: the spec's wishes in numbers, at its own step or on quarter hours."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from cloudtune.data.series import Variable
from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.model.occurrences import placed_events
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Dates, Floats
    from cloudtune.model.links import LinkName
    from cloudtune.model.occurrences import PlacedEvent


Growth = Literal["linear", "damped", "flat"]
GROWTHS: tuple[Growth, ...] = ("linear", "damped", "flat")


@dataclass(frozen=True, slots=True)
class CustomSeason:
    """A season of any length."""

    name: str
    length: float
    """Days."""
    order: int


@dataclass(frozen=True, slots=True)
class SlopeChange:
    """The trend turns: it grows faster or slower from here on."""

    age: float
    """Days since the first period."""
    reason: str
    known_at: float
    """Age from which it could have been known; a test of the past must not know it earlier."""


@dataclass(frozen=True, slots=True)
class LevelShift:
    """The level is another from here on; its slope stays."""

    age: float
    """Days since the first period."""
    reason: str


@dataclass(frozen=True, slots=True)
class Changepoints:
    """Changes of the trend of either type, declared or found."""

    slope_changes: tuple[SlopeChange, ...] = ()
    level_shifts: tuple[LevelShift, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.slope_changes or self.level_shifts)

    def later(self, days: float) -> Changepoints:
        """The same on a clock that starts so many days earlier."""
        return Changepoints(
            tuple(replace(c, age=c.age + days, known_at=c.known_at + days) for c in self.slope_changes),
            tuple(replace(c, age=c.age + days) for c in self.level_shifts),
        )


NO_CHANGEPOINTS = Changepoints()
FOUND = "found in the data"


@dataclass(frozen=True, eq=False)
class DailyHistory:
    """Totals (or means) of whole local days, NaN where there is none."""

    days: Dates
    values: Floats


@dataclass(frozen=True, eq=False)
class FitPlan:
    """The parts of a fit that don't depend on where the training data ends."""

    grid: Grid
    """Training and horizon together."""
    placed_events: tuple[PlacedEvent, ...]
    variables: tuple[Variable, ...]
    changepoints: Changepoints
    """Declared ones."""
    seasons: tuple[str, ...] | None
    """Named seasonality that the spec allows; None for auto."""
    custom: tuple[CustomSeason, ...]
    growths: tuple[Growth, ...]
    links: tuple[LinkName, ...]
    """Candidates; empty where the data decides."""
    seek_changepoints: bool
    horizon: int
    """Periods ahead that matter most."""
    past: DailyHistory | None = None
    """A longer, coarser history."""
    adds_up: bool = True
    """True for sums: what is never seen counts as nothing."""
    seek_month_days: bool = True
    """False leaves days of the month that stand out to be told."""
    opening: Bools | None = None
    """Weekday by slot: when the series is open, as declared; None where the data decides."""


QUARTER = STEPS["15min"]


def coarsened(plan: FitPlan, values: Floats) -> tuple[FitPlan, Floats]:
    """The plan and its training values on quarter hours; unchanged where the step is no finer."""
    timeline = plan.grid.timeline
    if timeline.step.minutes >= QUARTER.minutes:
        return plan, values
    seconds = QUARTER.minutes * 60
    first = int(timeline.start.astype("datetime64[s]").astype("int64")) // seconds
    place = timeline.utc.astype("int64") // seconds - first
    start = np.datetime64(first * seconds, "s")
    grid = Grid.of(Timeline(start, int(place[-1]) + 1, QUARTER, timeline.timezone))
    variables = tuple(
        Variable(v.name, _means(v.values, place, grid.timeline.periods), v.effect, v.is_daily)
        for v in plan.variables
    )
    events = placed_events(grid, [placed_event.event for placed_event in plan.placed_events])
    means = _means(values, place[: len(values)], int(place[len(values) - 1]) + 1)
    opening = None
    if plan.opening is not None:
        opening = np.asarray(plan.opening.reshape(7, grid.slots, -1).any(axis=2))
    return replace(plan, grid=grid, placed_events=events, variables=variables, opening=opening), means


def _means(values: Floats, place: np.ndarray, size: int) -> Floats:
    known = np.isfinite(values)
    total = np.bincount(place[known], weights=values[known], minlength=size)
    count = np.bincount(place[known], minlength=size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
