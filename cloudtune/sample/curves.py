"""Shapes of days, years and happenings, on the log scale."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from cloudtune.sample.world import Edition, Kind

    Curve = NDArray[np.float64]

HALO = 7 * 1440
"""No happening is felt further away than this many minutes."""
_DAY = 1440
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


def lift(edition: Edition, since: Curve, minute: Curve) -> Curve:
    """Log lift at `since` minutes after the start, at `minute` of the local day."""
    return _LIFTS[edition.kind](edition, since, minute)


def _sale(edition: Edition, since: Curve, minute: Curve) -> Curve:
    """A body with an opening rush, a closing rush, deals at six each evening, a hush around."""
    length = edition.hours * 60
    inside = (since >= 0) & (since < length)
    day, last = np.floor(since / _DAY), np.ceil(length / _DAY) - 1
    middle = (day > 0) & (day < last)
    body = np.log(edition.size) * np.where(middle, 0.82, 1.0) * (0.9 + 0.1 * _evening(minute))
    deals = 0.45 * _burst(minute, 18 * 60, 25)
    opening = 0.75 * np.exp(-np.maximum(since, 0) / 40)
    closing = 0.40 * np.exp(-np.maximum(length - since, 0) / 75)
    before = -0.10 * ((since < 0) & (since >= -720)) * (1 + since / 720)
    after = -0.14 * ((since >= length) & (since < length + _DAY)) * (1 - (since - length) / _DAY)
    return np.where(inside, body + deals + opening + closing, before + after)


def _day(edition: Edition, since: Curve, minute: Curve) -> Curve:
    inside = (since >= 0) & (since < edition.hours * 60)
    return np.where(inside, np.log(edition.size) * (0.85 + 0.15 * _evening(minute)), 0.0)


def _rush(edition: Edition, since: Curve, minute: Curve) -> Curve:
    """A day whose best offers are out at eight in the evening."""
    inside = (since >= 0) & (since < edition.hours * 60)
    return _day(edition, since, minute) + np.where(inside, 0.25 * _burst(minute, 20 * 60, 30), 0.0)


def _run_up(edition: Edition, since: Curve, minute: Curve) -> Curve:
    """Six days that climb towards the day, which itself is lower than its eve."""
    climb = np.clip((since + 6 * _DAY) / (6 * _DAY), 0, 1) * 0.30 * (since < 0)
    return climb + _day(edition, since, minute)


def _feast(edition: Edition, since: Curve, minute: Curve) -> Curve:
    """A table is laid: quiet until the evening, then a rush begins."""
    inside = (since >= 0) & (since < edition.hours * 60)
    evening = np.clip((minute - 18 * 60) / 90, 0, 1)
    return np.where(inside, np.log(edition.size) * (1 - evening) + 0.45 * evening, 0.0)


def _launch(edition: Edition, since: Curve, minute: Curve) -> Curve:
    """The first minute is the highest; once sold out, only the curious remain."""
    del minute
    inside = (since >= 0) & (since < edition.hours * 60)
    rush = (edition.size - 1) * np.exp(-np.maximum(since, 0) / 25)
    sold_out = (edition.sells_out > 0) & (since >= edition.sells_out)
    return np.where(inside, np.log1p(rush * np.where(sold_out, 0.12, 1.0)), 0.0)


_LIFTS: dict[Kind, Callable[[Edition, Curve, Curve], Curve]] = {
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
