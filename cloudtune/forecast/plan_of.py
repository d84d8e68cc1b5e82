"""From a spec and a series to what the model is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.forecast.past import past_of
from cloudtune.model.grid import Grid
from cloudtune.model.occasions import occasions
from cloudtune.model.plan import GROWTHS, Bend, Custom, Plan

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned, Variable
    from cloudtune.model.arrays import Floats
    from cloudtune.model.links import LinkName
    from cloudtune.model.plan import Growth
    from cloudtune.spec.forecast import Break
    from cloudtune.spec.resolved import ResolvedSpec

_LINKS: dict[str, tuple[LinkName, ...]] = {
    "auto": (),
    "multiplicative": ("log", "ratio"),
    "additive": ("id",),
}


def plan_of(cleaned: Cleaned, resolved: ResolvedSpec, ahead: int) -> Plan:
    """The plan of a fit to the whole series that looks `ahead` base points into the future."""
    spec, series = resolved.spec, cleaned.series
    points = series.timeline.periods
    timeline = series.timeline.head(points + ahead)
    grid = Grid.of(timeline)
    rows = int(grid.row[points - 1]) + 1
    growth: tuple[Growth, ...] = GROWTHS if spec.trend.growth == "auto" else (spec.trend.growth,)
    return Plan(
        grid=grid,
        occasions=occasions(grid, resolved.events),
        variables=tuple(_fitting(v, points + ahead) for v in cleaned.variables),
        bends=_bends(grid, resolved),
        seasons=None
        if spec.seasonality == "auto"
        else tuple(s for s in spec.seasonality if isinstance(s, str)),
        custom=_customs(resolved),
        growths=growth,
        links=_LINKS[spec.scale],
        seek_breaks=spec.trend.slope_breaks == "auto",
        horizon=max(1, grid.rows - rows),
        adds_up=series.aggregate == "sum",
        past=past_of(cleaned, grid),
    )


def usable(cleaned: Cleaned) -> Floats:
    """The values that a model may learn from."""
    return np.where(cleaned.masked | ~np.isfinite(cleaned.series.values), np.nan, cleaned.series.values)


def _fitting(variable: Variable, periods: int) -> Variable:
    """A variable cut, or held at its last value, to the length of the plan."""
    values = variable.values[:periods]
    short = periods - len(values)
    if short <= 0 and len(values) == len(variable.values):
        return variable
    held = np.concatenate([values, np.full(max(short, 0), np.nan)])
    return type(variable)(variable.name, held, variable.effect, variable.is_daily)


def _bends(grid: Grid, resolved: ResolvedSpec) -> tuple[Bend, ...]:
    trend = resolved.spec.trend
    slopes = [] if trend.slope_breaks == "auto" else trend.slope_breaks
    found = [_bend(grid, "slope", b) for b in slopes] + [_bend(grid, "level", b) for b in trend.level_shifts]
    return tuple(b for b in found if b.age > 0)


def _bend(grid: Grid, kind: str, declared: Break) -> Bend:
    zone = ZoneInfo(grid.timeline.timezone)
    local = np.datetime64(declared.at.at(zone).astimezone(zone).replace(tzinfo=None), "s")
    age = float((local - grid.days[0].astype("datetime64[s]")).astype("int64")) / 86_400
    return Bend(kind, age, declared.reason)  # type: ignore[arg-type]


def _customs(resolved: ResolvedSpec) -> tuple[Custom, ...]:
    wanted = resolved.spec.seasonality
    if wanted == "auto":
        return ()
    return tuple(Custom(s.name, s.period.days, s.order) for s in wanted if not isinstance(s, str))
