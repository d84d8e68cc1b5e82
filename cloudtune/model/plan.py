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
    from cloudtune.model.arrays import Dates, Floats
    from cloudtune.model.links import LinkName
    from cloudtune.model.occurrences import PlacedEvent


Growth = Literal["linear", "damped", "flat"]
ChangepointKind = Literal["slope", "level"]
GROWTHS: tuple[Growth, ...] = ("linear", "damped", "flat")


@dataclass(frozen=True, slots=True)
class CustomSeason:
    """A season of any length."""

    name: str
    length: float
    """Days."""
    order: int


@dataclass(frozen=True, slots=True)
class Seasons:
    """Which waves a model holds; 0 shuts one out."""

    weekly: bool
    yearly: int
    monthly: bool
    profile_yearly: int
    custom: tuple[CustomSeason, ...] = ()


@dataclass(frozen=True, slots=True)
class Changepoint:
    """A declared change of the trend, in days since the first period."""

    kind: ChangepointKind
    age: float
    reason: str


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
    bends: tuple[Changepoint, ...]
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
    return replace(plan, grid=grid, placed_events=events, variables=variables), means


def _means(values: Floats, place: np.ndarray, size: int) -> Floats:
    known = np.isfinite(values)
    total = np.bincount(place[known], weights=values[known], minlength=size)
    count = np.bincount(place[known], minlength=size)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)
