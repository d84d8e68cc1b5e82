"""A longer, coarser past joined to the levels of a fine series."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.model.columns import Columns
from cloudtune.model.grid import Grid
from cloudtune.model.occurrences import PlacedEvent, placed_events
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.model.arrays import Dates, Floats
    from cloudtune.model.components import Components
    from cloudtune.model.level import LevelFit
    from cloudtune.model.plan import DailyHistory, FitPlan

FEWEST_SHARED = 5
"""Days that both must have before their difference is trusted."""


@dataclass(frozen=True, eq=False)
class LongLevel:
    """The level as it was fitted, on the periods of the history where there is one."""

    fit: LevelFit
    actual: Floats
    """Actual level of each training period; NaN where there is none."""
    offset: int
    """Periods of history before the series."""


def lengthened(plan: FitPlan, past: DailyHistory) -> tuple[FitPlan, int]:
    """The plan on days from the start of the history on, and how many periods that adds."""
    offset = int((plan.grid.days[0] - past.days[0]).astype("int64"))
    zone = plan.grid.timeline.timezone
    start = np.datetime64(past.days[0], "s")
    # Noon is never skipped by a clock change, and a timeline of days looks only at the date.
    noon = start + np.timedelta64(12, "h")
    grid = Grid.of(Timeline(noon, offset + plan.grid.periods, STEPS["1d"], zone))
    kinds = {placed_event.name: placed_event.kind for placed_event in plan.placed_events}
    laid = placed_events(grid, [placed_event.event for placed_event in plan.placed_events])
    events = tuple(PlacedEvent(o.event, kinds[o.name], o.occurrences) for o in laid)
    told = plan.changepoints.later(offset)
    return replace(plan, grid=grid, placed_events=events, changepoints=told, variables=()), offset


def padded(columns: Columns, offset: int, periods: int) -> Columns:
    """Columns of the series' periods, zero before it."""
    values = np.zeros((periods, columns.values.shape[1]))
    values[offset : offset + len(columns.values)] = columns.values
    return Columns(columns.labels, values, columns.prior)


def joined_levels(
    plan: FitPlan, components: Components, past: DailyHistory, offset: int
) -> tuple[Floats, Floats]:
    """Levels and weights of history and series together: the series wins where it has a level."""
    periods = len(components.level)
    old = _levels_of(plan, components, past)[: offset + periods]
    own = np.concatenate([np.full(offset, np.nan), components.level])
    shared = np.isfinite(own[: len(old)]) & np.isfinite(old)
    if shared.sum() >= FEWEST_SHARED:
        old = old + float(np.median((own[: len(old)] - old)[shared]))
    level = own.copy()
    gap = ~np.isfinite(own[: len(old)])
    level[: len(old)][gap] = old[gap]
    weight = np.isfinite(level).astype("float64")
    seen = components.weight > 0
    weight[offset:][seen] = components.weight[seen]
    return level, weight


def shortened(fit: LevelFit, grid: Grid, offset: int) -> LevelFit:
    """The fit on the periods of the series alone."""
    design = fit.design
    static = Columns(design.static.labels, design.static.values[offset:], design.static.prior)
    trend = Columns(design.trend.labels, design.trend.values[offset:], design.trend.prior)
    short = replace(design, grid=grid, static=static, trend=trend, knots=design.knots - offset, first=0)
    return replace(
        fit, design=short, periods=fit.periods - offset, sd=fit.sd[offset:], residuals=fit.residuals[offset:]
    )


def _levels_of(plan: FitPlan, components: Components, past: DailyHistory) -> Floats:
    """Day values on the scale of the level, the day's usual curve taken out."""
    size = _curve_size(plan, components)[_weekday(past.days)]
    points = plan.grid.slots if plan.adds_up else 1
    return components.link.level_of_total(past.values, size, points, plan.grid.slots)


def _curve_size(plan: FitPlan, components: Components) -> Floats:
    """By weekday: what the day's curve sums to (its mean on an additive scale)."""
    periods = len(components.level)
    first = max(0, periods - 28)
    size = components.link.profile_total(components.profile_periods(first, periods))
    weekday = plan.grid.weekday[first:periods]
    usual = float(np.median(size))
    return np.array([np.median(size[weekday == d]) if (weekday == d).any() else usual for d in range(7)])


def _weekday(days: Dates) -> np.ndarray:
    return (days.astype("datetime64[D]").astype("int64") + 3) % 7
