"""A market's values: what is expected, then what chance makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import to_local, to_utc

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cloudtune.sample.world import Kind, Market, Spend, TrueOccurrence


_DAY = 1440
_INNER_STEP = 60
"""Minutes between the points that a daily or weekly value is added up from."""
_KNOTS_A_DAY = 24
_PERSISTENCE = 0.9


def instants(market: Market, start: datetime, end: datetime) -> NDArray[np.datetime64]:
    """UTC instants of the market's points from wall-clock `start` to `end` (exclusive)."""
    edges = to_utc(np.array([start, end], dtype="datetime64[s]"), market.zone)
    step = np.timedelta64(min(market.step.minutes, _INNER_STEP) * 60, "s")
    return np.arange(edges[0], edges[1], step)


def expected(market: Market, utc: NDArray[np.datetime64], spend: Spend | None = None) -> NDArray[np.float64]:
    """The mean at each instant: what a forecaster who knew everything but chance would say."""
    minutes = to_local(utc, market.zone).astype("int64") / 60
    day, minute = np.floor(minutes / _DAY), minutes % _DAY
    weekday = (day.astype("int64") + 3) % 7
    log_mean = market.log_level(minutes / _DAY) + year_shape(minutes / _DAY, market.winter)
    log_mean += np.asarray(market.weekdays)[weekday]
    log_mean += day_shape(minute, weekday, season_of(day))
    for occurrence in market.occurrences:
        _add_lift(log_mean, occurrence, minutes, market.damping)
    if spend is not None:
        log_mean += market.spend_effect * spend.doublings(minutes)
    return np.asarray(np.exp(log_mean))


def without(market: Market, occurrence: TrueOccurrence) -> Market:
    """The same market, where one occurrence never happens."""
    return replace(market, occurrences=tuple(each for each in market.occurrences if each != occurrence))


def realised(market: Market, mean: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Counts around the mean: a level that drifts, hours that wander, steps that scatter."""
    per_day = _DAY // min(market.step.minutes, _INNER_STEP)
    days = -(-len(mean) // per_day)
    drift = _wandering(days, market.drift, rng)
    hours = _wandering(days * _KNOTS_A_DAY, market.noise / 2, rng)
    at = np.arange(len(mean)) / per_day
    wobble = np.interp(at, np.arange(days), drift)
    wobble += np.interp(at * _KNOTS_A_DAY, np.arange(len(hours)), hours)
    wobble += rng.normal(0, market.noise, len(mean))
    return rng.poisson(mean * np.exp(wobble)).astype("float64")


def _add_lift(
    log_mean: NDArray[np.float64], occurrence: TrueOccurrence, minutes: NDArray[np.float64], damping: float
) -> None:
    start = (occurrence.start - datetime(1970, 1, 1)) / timedelta(minutes=1)  # noqa: DTZ001 - a wall clock
    first = np.searchsorted(minutes, start - HALO)
    last = np.searchsorted(minutes, start + occurrence.hours * 60 + HALO)
    near = minutes[first:last]
    log_mean[first:last] += damping * lift(occurrence, near - start, near % _DAY)


def _wandering(length: int, size: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """An autoregression of order one whose steps have the given size."""
    steps = rng.normal(0, size, length)
    memory = np.empty(length)
    level = 0.0
    for at, step in enumerate(steps):
        level = _PERSISTENCE * level + step
        memory[at] = level
    return memory


if TYPE_CHECKING:
    Curve = NDArray[np.float64]

HALO = 7 * 1440
"""No happening is felt further away than this many minutes."""
_YEAR = 365.25


def day_shape(minute: Curve, weekday: NDArray[np.int64], season: Curve) -> Curve:
    """Log of the curve of the day; `season` runs from -1 in June to 1 in December.

    Summer evenings peak later and lower; weekends wake late and keep a broad afternoon.
    """
    weekend = (weekday >= 5).astype("float64")
    evening = 20.25 * 60 - 25 * season - 45 * weekend
    night = _bump(minute, 4.1 * 60 + 50 * weekend, 190) * -2.3
    lunch = _bump(minute, 12.4 * 60 + 70 * weekend, 95 + 80 * weekend) * (0.30 + 0.10 * weekend)
    peak = _bump(minute, evening, 125) * (0.62 + 0.08 * season - 0.15 * weekend)
    return night + lunch + peak


def year_shape(day: Curve, winter: float) -> Curve:
    """Log factor of the time of the year: a slow wave, and a ramp towards Christmas."""
    phase = 2 * np.pi * (day % _YEAR) / _YEAR
    ramp = _bump((day % _YEAR) * _DAY / _YEAR, 0.962 * _DAY, 40) * winter
    return winter / 2 * np.cos(phase) + 0.02 * np.sin(2 * phase) + ramp


def season_of(day: Curve) -> Curve:
    """From -1 in June to 1 in December."""
    return np.asarray(np.cos(2 * np.pi * (day % _YEAR) / _YEAR))


def lift(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    """Log lift at `since` minutes after the start, at `minute` of the local day."""
    return _LIFTS[occurrence.kind](occurrence, since, minute)


def _sale(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    """A body with an opening rush, a closing rush, deals at six each evening, a hush around."""
    length = occurrence.hours * 60
    inside = (since >= 0) & (since < length)
    day, last = np.floor(since / _DAY), np.ceil(length / _DAY) - 1
    middle = (day > 0) & (day < last)
    body = np.log(occurrence.size) * np.where(middle, 0.82, 1.0) * (0.9 + 0.1 * _evening(minute))
    deals = 0.45 * _burst(minute, 18 * 60, 25)
    opening = 0.75 * np.exp(-np.maximum(since, 0) / 40)
    closing = 0.40 * np.exp(-np.maximum(length - since, 0) / 75)
    before = -0.10 * ((since < 0) & (since >= -720)) * (1 + since / 720)
    after = -0.14 * ((since >= length) & (since < length + _DAY)) * (1 - (since - length) / _DAY)
    return np.where(inside, body + deals + opening + closing, before + after)


def _day(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    inside = (since >= 0) & (since < occurrence.hours * 60)
    return np.where(inside, np.log(occurrence.size) * (0.85 + 0.15 * _evening(minute)), 0.0)


def _rush(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    """A day whose best offers are out at eight in the evening."""
    inside = (since >= 0) & (since < occurrence.hours * 60)
    return _day(occurrence, since, minute) + np.where(inside, 0.25 * _burst(minute, 20 * 60, 30), 0.0)


def _run_up(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    """Six days that climb towards the day, which itself is lower than its eve."""
    climb = np.clip((since + 6 * _DAY) / (6 * _DAY), 0, 1) * 0.30 * (since < 0)
    return climb + _day(occurrence, since, minute)


def _feast(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    """A table is laid: quiet until the evening, then a rush begins."""
    inside = (since >= 0) & (since < occurrence.hours * 60)
    evening = np.clip((minute - 18 * 60) / 90, 0, 1)
    return np.where(inside, np.log(occurrence.size) * (1 - evening) + 0.45 * evening, 0.0)


def _launch(occurrence: TrueOccurrence, since: Curve, minute: Curve) -> Curve:
    """The first minute is the highest; once sold out, only the curious remain."""
    del minute
    inside = (since >= 0) & (since < occurrence.hours * 60)
    rush = (occurrence.size - 1) * np.exp(-np.maximum(since, 0) / 25)
    sold_out = (occurrence.sells_out > 0) & (since >= occurrence.sells_out)
    return np.where(inside, np.log1p(rush * np.where(sold_out, 0.12, 1.0)), 0.0)


_LIFTS: dict[Kind, Callable[[TrueOccurrence, Curve, Curve], Curve]] = {
    "sale": _sale,
    "day": _day,
    "rush": _rush,
    "run-up": _run_up,
    "feast": _feast,
    "launch": _launch,
}


def _bump(minute: Curve, centre: Curve | float, width: Curve | float) -> Curve:
    """A bell around `centre` on the clock's circle."""
    away = (minute - centre + _DAY / 2) % _DAY - _DAY / 2
    return np.asarray(np.exp(-0.5 * (away / width) ** 2))


def _burst(minute: Curve, at: float, length: float) -> Curve:
    """A sharp edge at a minute of the day that fades."""
    return np.where(minute >= at, np.exp(-np.maximum(minute - at, 0) / length), 0.0)


def _evening(minute: Curve) -> Curve:
    return _bump(minute, 20 * 60, 180)
