"""From a spec and a cleaned series to what the model is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.model.grid import Grid
from cloudtune.model.occurrences import placed_events
from cloudtune.model.plan import (
    GROWTHS,
    Changepoints,
    CustomSeason,
    DailyHistory,
    FitPlan,
    LevelShift,
    SlopeChange,
)
from cloudtune.spec.opening_hours import WEEK, open_slots_of

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned, Series, Variable
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.links import LinkName
    from cloudtune.model.plan import Growth
    from cloudtune.spec.forecast import Break
    from cloudtune.spec.resolved import ResolvedSpec


_LINKS: dict[str, tuple[LinkName, ...]] = {
    "auto": (),
    "multiplicative": ("log", "ratio"),
    "additive": ("id",),
}


def plan_of(cleaned: Cleaned, resolved: ResolvedSpec, ahead: int) -> FitPlan:
    """The plan of a fit to the whole series that looks `ahead` base points into the future."""
    spec, series = resolved.spec, cleaned.series
    points = series.timeline.periods
    timeline = series.timeline.head(points + ahead)
    grid = Grid.of(timeline)
    periods = int(grid.period[points - 1]) + 1
    growth: tuple[Growth, ...] = GROWTHS if spec.trend.growth == "auto" else (spec.trend.growth,)
    return FitPlan(
        grid=grid,
        placed_events=placed_events(grid, resolved.events, in_part=series.aggregate != "max"),
        variables=tuple(_fitting(v, points + ahead) for v in cleaned.variables),
        changepoints=_declared(grid, resolved),
        seasons=None
        if spec.seasonality == "auto"
        else tuple(s for s in spec.seasonality if isinstance(s, str)),
        custom=_customs(resolved),
        growths=growth,
        links=_LINKS[spec.scale],
        seek_changepoints=spec.trend.slope_breaks == "auto",
        horizon=max(1, grid.periods - periods),
        adds_up=series.aggregate == "sum",
        opening=_opening(spec.series.opening_hours, grid),
        past=past_of(cleaned, grid),
    )


def _opening(hours: str | dict[str, str], grid: Grid) -> Bools | None:
    """Declared opening hours as weekday by slot; a week is always open."""
    if hours == "auto":
        return None
    if isinstance(hours, str) or grid.unit > 1:
        return np.ones((WEEK, grid.slots), dtype=bool)
    return np.array(open_slots_of(hours, grid.slots))


def _fitting(variable: Variable, periods: int) -> Variable:
    """A variable cut, or held at its last value, to the length of the plan."""
    values = variable.values[:periods]
    short = periods - len(values)
    if short <= 0 and len(values) == len(variable.values):
        return variable
    held = np.concatenate([values, np.full(max(short, 0), np.nan)])
    return type(variable)(variable.name, held, variable.effect, variable.is_daily)


def _declared(grid: Grid, resolved: ResolvedSpec) -> Changepoints:
    trend = resolved.spec.trend
    slopes = [] if trend.slope_breaks == "auto" else trend.slope_breaks
    turns = ((_age(grid, one), one.reason) for one in slopes)
    shifts = ((_age(grid, one), one.reason) for one in trend.level_shifts)
    return Changepoints(
        tuple(SlopeChange(age, reason, age) for age, reason in turns if age > 0),
        tuple(LevelShift(age, reason) for age, reason in shifts if age > 0),
    )


def _age(grid: Grid, declared: Break) -> float:
    """Days since the first period."""
    zone = ZoneInfo(grid.timeline.timezone)
    local = np.datetime64(declared.at.at(zone).astimezone(zone).replace(tzinfo=None), "s")
    return float((local - grid.days[0].astype("datetime64[s]")).astype("int64")) / 86_400


def _customs(resolved: ResolvedSpec) -> tuple[CustomSeason, ...]:
    wanted = resolved.spec.seasonality
    if wanted == "auto":
        return ()
    return tuple(CustomSeason(s.name, s.period.days, s.order) for s in wanted if not isinstance(s, str))


def past_of(cleaned: Cleaned, grid: Grid) -> DailyHistory | None:
    """The history of a series of days or finer steps, where it reaches further back."""
    history = cleaned.history
    if history is None or grid.unit > 1 or history.timeline.periods == 0:
        return None
    days, values = (
        _spread_weeks(history, cleaned, grid) if history.timeline.step.days == WEEK else _whole_days(history)
    )
    if not len(days) or days[0] >= grid.days[0]:
        return None
    whole = days[0] + np.arange(int((days[-1] - days[0]).astype("int64")) + 1)
    filled = np.full(len(whole), np.nan)
    filled[(days - days[0]).astype("int64")] = values
    return DailyHistory(whole, filled)


def _whole_days(history: Series) -> tuple[np.ndarray, Floats]:
    """Days with all of their points, added up or averaged."""
    day = history.timeline.day
    days, place = np.unique(day, return_inverse=True)
    known = np.isfinite(history.values)
    count = np.bincount(place, weights=known.astype("float64"))
    total = np.bincount(place, weights=np.where(known, history.values, 0.0))
    whole = count >= 0.95 * min(history.timeline.step.slots, count.max())
    values = total if history.aggregate == "sum" else total / np.maximum(count, 1)
    return days, np.where(whole, values, np.nan)


def _spread_weeks(history: Series, cleaned: Cleaned, grid: Grid) -> tuple[np.ndarray, Floats]:
    """Weeks as seven days in the proportions of the series itself."""
    first = history.timeline.day
    days = (first[:, None] + np.arange(WEEK)).ravel()
    weekday = (days.astype("int64") + 3) % WEEK
    usual = _weekday_shares(cleaned, grid)
    share = usual[weekday] if history.aggregate == "sum" else usual[weekday] * WEEK
    return days, np.repeat(history.values, WEEK) * share


def _weekday_shares(cleaned: Cleaned, grid: Grid) -> Floats:
    values = cleaned.usable
    periods = int(grid.period[len(values) - 1]) + 1
    by_slot = grid.fold(values, periods)
    seen = ~np.isnan(by_slot)
    mean = np.where(seen, by_slot, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)
    good = seen.mean(axis=1) > 0.5
    weekday = grid.weekday[:periods]
    usual = np.array(
        [mean[good & (weekday == d)].mean() if (good & (weekday == d)).any() else np.nan for d in range(WEEK)]
    )
    usual = np.where(np.isnan(usual), np.nanmean(usual) if np.isfinite(usual).any() else 1.0, usual)
    return usual / usual.sum() if usual.sum() > 0 else np.full(WEEK, 1 / WEEK)
