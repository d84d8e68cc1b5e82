"""Days and weeks: from a run's points to the rows of the outlook."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.report.document import ActualRow, PeriodRow, PointRow
from cloudtune.report.figures import day_stamp, figure, stamp

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cloudtune.data.series import Aggregate, Cleaned, Series
    from cloudtune.engine.result import Outcome, StepForecast

LOW, HIGH = 0.1, 0.9
HISTORY_WEEKS, HISTORY_DAYS = 104, 62
_FEW_WEEKS, _LONG = 8, 21
_WINDOWS = ((15, (0, 1)), (60, (1, 2)), (1440, (14, 15)), (10080, (56, 63)))
"""Up to these minutes a step, days before and after: a day, three days, four weeks, four months."""
_MOST_PEAK_POINTS = 288
_THURSDAY = 3  # 1970-01-01 was one, counted from Monday
_REDUCE: dict[str, Callable[..., NDArray[np.float64]]] = {
    "sum": np.add.reduceat,
    "mean": np.add.reduceat,
    "max": np.maximum.reduceat,
}


@dataclass(frozen=True, eq=False)
class Periods:
    """Days or weeks, each with its value and interval; NaN where there is none."""

    dates: NDArray[np.datetime64]
    mean: NDArray[np.float64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


def base_forecast(outcome: Outcome) -> StepForecast:
    """The finest granularity."""
    return min(outcome.forecasts.values(), key=lambda forecast: forecast.timeline.step.minutes)


def outlook_rows(outcome: Outcome, step: str, aggregate: Aggregate, decimals: int) -> list[PeriodRow]:
    """Each whole day (`1d`) or week (`1w`) of the longest forecast.

    Days of a long outlook end with a whole week: a passing day takes a row away, and seven come on Mondays.
    """
    buckets = _periods(outcome, step, aggregate)
    tops = outcome.highs.weeks if step == "1w" else outcome.highs.days
    highest = np.array([tops.get(date, np.nan) for date in buckets.dates.astype("datetime64[D]")])
    columns = (buckets.mean, buckets.low, buckets.high, highest)
    rows = [
        PeriodRow(day_stamp(date), *(figure(value, decimals) for value in values))
        for date, *values in zip(buckets.dates, *columns, strict=True)
    ]
    return rows[: len(rows) - _odd_days(buckets.dates)] if step == "1d" and len(rows) >= _LONG else rows


def _odd_days(dates: NDArray[np.datetime64]) -> int:
    """Days at the end that are no whole week."""
    after = dates[-1] + np.timedelta64(1, "D")
    return int((after - _monday(after[None])[0]).astype("int64"))


def history_step(outcome: Outcome, weekly: list[PeriodRow]) -> str:
    """Weeks behind a long outlook, days behind a short one."""
    is_weekly = base_forecast(outcome).timeline.step.days > 1
    return "1w" if is_weekly or len(weekly) >= _FEW_WEEKS else "1d"


def history_rows(
    cleaned: Cleaned, step: str, decimals: int, closed: NDArray[np.bool_] | None = None
) -> list[ActualRow]:
    """The last whole weeks (two years) or days (eight weeks); masked points do not count.

    Where the series is young, its longer and coarser history comes before it. `closed` marks points at
    which nothing is nothing, not a gap.
    """
    shut = np.zeros(cleaned.masked.size, dtype=bool) if closed is None else closed
    rows = _known_rows(cleaned.series, ~cleaned.masked, step, decimals, shut)
    if cleaned.history is not None:
        everything = np.ones(cleaned.history.values.size, dtype=bool)
        older = _known_rows(cleaned.history, everything, step, decimals, ~everything)
        begin = rows[0].date if rows else "9999"
        rows = [row for row in older if row.date < begin] + rows
    if step == "1w":
        return rows[-HISTORY_WEEKS:]
    # Why from a Monday on: a row joins a day, and a week leaves at once.
    return [row for row in rows[-HISTORY_DAYS:] if rows and row.date >= _first_monday(rows[-HISTORY_DAYS:])]


def _first_monday(rows: list[ActualRow]) -> str:
    days = np.array([row.date for row in rows], dtype="datetime64[D]")
    mondays = days[_monday(days) == days]
    return str(mondays[0]) if mondays.size else rows[0].date


def peak_rows(outcome: Outcome, at: np.datetime64, decimals: int) -> list[PointRow]:
    """The value at each base step around `at`, thinned so that extremes stay."""
    forecast = base_forecast(outcome)
    before, after = _peak_window(forecast.timeline.step.minutes)
    local = forecast.timeline.local
    day = at.astype("datetime64[D]")
    inside = np.flatnonzero((local >= day - before) & (local < day + after))
    kept = inside[_extremes(forecast.median[inside], _MOST_PEAK_POINTS)]
    low, high = _interval(forecast)
    return [
        PointRow(stamp(local[i]), *(figure(values[i], decimals) for values in (forecast.median, low, high)))
        for i in kept
    ]


def _known_rows(
    series: Series, kept: NDArray[np.bool_], step: str, decimals: int, closed: NDArray[np.bool_]
) -> list[ActualRow]:
    """Why a share: a day with a gap would look like a slump, so what is known stands for the whole."""
    known = np.isfinite(series.values) & kept
    labels = _monday(series.timeline.day) if step == "1w" else series.timeline.day
    dates, first, sizes = _split(labels)
    days = 7 if step == "1w" else 1
    # A clock change shortens a day by an hour.
    whole = sizes * series.timeline.step.minutes >= (days - 0.05) * 1440
    # What was seen stands for the open part alone; a closed day is zero.
    counts = np.add.reduceat((known & ~closed).astype("int64"), first)
    opened = np.add.reduceat((~closed).astype("int64"), first)
    values = _reduced(np.where(known, series.values, 0.0), first, series.aggregate)
    if series.aggregate != "max":
        values = values / np.maximum(counts, 1) * (opened if series.aggregate == "sum" else 1)
    fit = np.flatnonzero(whole & (counts * 2 >= opened))
    return [ActualRow(day_stamp(dates[i]), figure(values[i], decimals)) for i in fit]


def _periods(outcome: Outcome, step: str, aggregate: Aggregate) -> Periods:
    """The longest of what the run has for `step`; else finer points, added up."""
    ready = [found[step] for found in (outcome.forecasts, outcome.outlook) if step in found]
    if ready:
        return _from_forecast(max(ready, key=lambda forecast: forecast.timeline.periods))
    return _added_up(outcome, step, aggregate)


def _from_forecast(forecast: StepForecast) -> Periods:
    return Periods(forecast.timeline.day, forecast.mean, *_interval(forecast))


def _added_up(outcome: Outcome, step: str, aggregate: Aggregate) -> Periods:
    """Whole days or weeks of the granularity that reaches furthest; without an interval.

    Why: quantiles do not add up, and a band too wide is no better than none.
    """
    finer = [f for f in outcome.forecasts.values() if not f.timeline.step.is_calendar or step == "1w"]
    if not finer:
        none = np.empty(0)
        return Periods(np.empty(0, dtype="datetime64[D]"), none, none, none)
    forecast = max(finer, key=lambda f: f.timeline.stop)
    days = forecast.timeline.day
    dates, first, sizes = _split(_monday(days) if step == "1w" else days)
    values = _reduced(forecast.mean, first, aggregate)
    if aggregate == "mean":
        values = values / sizes
    per_bucket = (7 if step == "1w" else 1) * 1440 / forecast.timeline.step.minutes
    whole = sizes >= per_bucket * (0.99 if step == "1w" else 0.95)
    unknown = np.full(int(whole.sum()), np.nan)
    return Periods(dates[whole], values[whole], unknown, unknown)


def _interval(forecast: StepForecast) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    unknown = np.full(forecast.timeline.periods, np.nan)
    return forecast.quantiles.get(LOW, unknown), forecast.quantiles.get(HIGH, unknown)


def _monday(days: NDArray[np.datetime64]) -> NDArray[np.datetime64]:
    number = days.astype("datetime64[D]").astype("int64")
    mondays: NDArray[np.datetime64] = (number - (number + _THURSDAY) % 7).astype("datetime64[D]")
    return mondays


def _split(
    labels: NDArray[np.datetime64],
) -> tuple[NDArray[np.datetime64], NDArray[np.int64], NDArray[np.int64]]:
    """Runs of equal labels: label, first index and size of each."""
    found, first, sizes = np.unique(labels, return_index=True, return_counts=True)
    return found, first, sizes


def _reduced(
    values: NDArray[np.float64],
    first: NDArray[np.int64],
    aggregate: Aggregate,
) -> NDArray[np.float64]:
    return _REDUCE[aggregate](values, first)


def _peak_window(step_minutes: int) -> tuple[np.timedelta64, np.timedelta64]:
    """How far before the peak's day to begin and after its start to end."""
    days = next(days for most, days in _WINDOWS if step_minutes <= most)
    return np.timedelta64(days[0], "D"), np.timedelta64(days[1], "D")


def _extremes(values: NDArray[np.float64], most: int) -> NDArray[np.int64]:
    """Indices of the lowest and highest point of each of most / 2 stretches, in order."""
    if values.size <= most:
        return np.arange(values.size)
    stretches = np.array_split(np.arange(values.size), most // 2)
    kept = [index[pick(values[index])] for index in stretches for pick in (np.argmin, np.argmax)]
    return np.unique(kept)
