"""Regressors aligned to a series, with its horizon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.opening import TimeWindow
from cloudtune.data.regular import Wanted, regular, step_of
from cloudtune.data.rows import fetch
from cloudtune.data.series import Repair, Variable
from cloudtune.data.sources.reader import Asked
from cloudtune.data.weeks import Weeks

if TYPE_CHECKING:
    from cloudtune.data.minutes import Counts, Values
    from cloudtune.data.opening import Access, SpecPlace
    from cloudtune.data.series import Series
    from cloudtune.data.timeline import Timeline
    from cloudtune.errors import Refusal
    from cloudtune.spec.forecast import ForecastSpec, Regressor


def variables_of(
    spec: ForecastSpec, timeline: Timeline, access: Access, top: SpecPlace
) -> tuple[tuple[Variable, ...], tuple[Repair, ...]]:
    """Every regressor over the series and its horizon; refuses one without future values."""
    periods = timeline.periods + horizon_periods(spec)
    _refuse_too_many(len(spec.regressors), periods, top.below("regressors"))
    whole = timeline.head(periods)
    found = [
        _variable(regressor, whole, access, top.below("regressors", index))
        for index, regressor in enumerate(spec.regressors)
    ]
    repairs = tuple(repair for _, repair in found if repair.count)
    return tuple(variable for variable, _ in found), repairs


MOST_VALUES = 40_000_000
"""Of all regressors together: 320 MB before a model has seen one."""


def _refuse_too_many(regressors: int, periods: int, place: SpecPlace) -> None:
    if regressors * periods > MOST_VALUES:
        values = f"{regressors:,} regressors over {periods:,} steps are {regressors * periods:,} values"
        hint = "choose a coarser step, a later series.start or fewer regressors"
        raise place.refusal("CT419", f"{values}, more than {MOST_VALUES:,}", hint)


def horizon_periods(spec: ForecastSpec) -> int:
    """Base steps in the longest horizon."""
    minutes = max(each.horizon.minutes for each in spec.granularities)
    return -(-minutes // spec.series.step.minutes)


def _variable(
    regressor: Regressor, whole: Timeline, access: Access, place: SpecPlace
) -> tuple[Variable, Repair]:
    series = _own_series(regressor, whole.timezone, access, place)
    values = _on(whole, series)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known) or known[-1] < whole.periods - 1:
        raise _runs_out(regressor.name, whole, known, place)
    if known[0] > 0:
        raise _starts_late(regressor.name, whole, int(known[0]), place)
    gaps = np.isnan(values)
    held = np.maximum.accumulate(np.where(gaps, known[0], np.arange(whole.periods)))
    values = values[held]
    detail = f"steps without a value of {regressor.name}, the value before held"
    variable = Variable(regressor.name, values, regressor.effect, _is_daily(whole, values))
    return variable, Repair("regressor_filled", int(gaps.sum()), detail)


def _own_series(regressor: Regressor, timezone: str, access: Access, place: SpecPlace) -> Series:
    source = regressor.source
    asked = Asked(TimeWindow(timezone), "mean", access, place.below("source"), regressor.step)
    instants = fetch(source, asked)
    step = regressor.step or step_of(instants)
    combine = source.duplicates != "refuse"
    wanted = Wanted(step, timezone, asked.aggregate, "gap", combine=combine, weeks=Weeks.of(source))
    return regular(instants, wanted, asked.place).series


def _on(whole: Timeline, series: Series) -> Values:
    """The series at each point of `whole`: repeated where coarser, averaged where finer."""
    values = series.values
    starts = series.timeline.utc
    known = np.flatnonzero(~np.isnan(values))
    if series.timeline.step.minutes >= whole.step.minutes:
        at = np.searchsorted(starts, whole.utc, side="right") - 1
        inside = (at >= 0) & (whole.utc < series.timeline.stop)
        return np.where(inside, values[np.clip(at, 0, len(values) - 1)], np.nan)
    edges = np.append(whole.utc, whole.stop)
    point = np.searchsorted(edges, starts[known], side="right") - 1
    inside = (point >= 0) & (point < whole.periods)
    total = np.bincount(point[inside], values[known][inside], whole.periods)
    count = np.bincount(point[inside], minlength=whole.periods)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _is_daily(whole: Timeline, values: Values) -> bool:
    same_day = whole.day[1:] == whole.day[:-1]
    return bool((values[1:] == values[:-1])[same_day].all())


def _starts_late(name: str, whole: Timeline, first: int, place: SpecPlace) -> Refusal:
    message = f"{name} has no values before {_minute(whole, first)}, the series begins at {_minute(whole, 0)}"
    return place.refusal("CT415", message, "add its past values, or set series.start")


def _runs_out(name: str, whole: Timeline, known: Counts, place: SpecPlace) -> Refusal:
    first = int(known[-1]) + 1 if len(known) else 0
    span = f"{_minute(whole, first)} to {_minute(whole, -1)}"
    message = f"{name} has no values from {span}; the forecast needs them"
    return place.refusal("CT412", message, "add its future values, or shorten the horizon")


def _minute(whole: Timeline, at: int) -> str:
    return str(whole.local[at].astype("datetime64[m]"))
