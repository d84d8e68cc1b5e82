"""A market's values: what is expected, then what chance makes of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.clock import to_local, to_utc
from cloudtune.sample import curves

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.sample.spend import Spend
    from cloudtune.sample.world import Edition, Market

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
    log_mean = market.log_level(minutes / _DAY) + curves.year_shape(minutes / _DAY, market.winter)
    log_mean += np.asarray(market.weekdays)[weekday]
    log_mean += curves.day_shape(minute, weekday, curves.season_of(day))
    for edition in market.editions:
        _add_lift(log_mean, edition, minutes, market.damping)
    if spend is not None:
        log_mean += market.spend_effect * spend.doublings(minutes)
    return np.asarray(np.exp(log_mean))


def without(market: Market, edition: Edition) -> Market:
    """The same market, where one edition never happens."""
    return replace(market, editions=tuple(each for each in market.editions if each != edition))


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
    log_mean: NDArray[np.float64], edition: Edition, minutes: NDArray[np.float64], damping: float
) -> None:
    start = (edition.start - datetime(1970, 1, 1)) / timedelta(minutes=1)  # noqa: DTZ001 - a wall clock
    first = np.searchsorted(minutes, start - curves.HALO)
    last = np.searchsorted(minutes, start + edition.hours * 60 + curves.HALO)
    near = minutes[first:last]
    log_mean[first:last] += damping * curves.lift(edition, near - start, near % _DAY)


def _wandering(length: int, size: float, rng: np.random.Generator) -> NDArray[np.float64]:
    """An autoregression of order one whose steps have the given size."""
    steps = rng.normal(0, size, length)
    memory = np.empty(length)
    level = 0.0
    for at, step in enumerate(steps):
        level = _PERSISTENCE * level + step
        memory[at] = level
    return memory
