"""Ticks of time: hours, days, weeks, months or years, whatever leaves room."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cloudtune.report.words import DAYS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.report.charts.axis import Axis

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock times of a report are naive
_HOUR, _DAY = 60, 1440
_MONTH = 30.4 * _DAY


class Tick(NamedTuple):
    """A moment on the axis and what it is called."""

    at: float
    words: str


@lru_cache(maxsize=8192)
def minutes(text: str) -> float:
    """An ISO time or date as minutes since 1970."""
    return (datetime.fromisoformat(text) - _EPOCH) / timedelta(minutes=1)


def time_ticks(axis: Axis) -> list[Tick]:
    """The finest of the usual rhythms whose labels have room."""
    scale = abs(axis.last - axis.first) / (axis.high - axis.low)
    fitting = (make for width, room, make in _RHYTHMS if width * scale >= room)
    make = next(fitting, _RHYTHMS[-1][2])
    start = _EPOCH + timedelta(minutes=axis.low)
    end = _EPOCH + timedelta(minutes=axis.high)
    shown = [(moment, words) for moment, words in make(start, end) if start <= moment <= end]
    ticks = [Tick((moment - _EPOCH) / timedelta(minutes=1), words) for moment, words in shown]
    if ticks and ticks[0].words in MONTHS:
        # A month without its year can't be read before the first January.
        ticks[0] = Tick(ticks[0].at, f"{ticks[0].words} {shown[0][0].year}")
    return ticks


def _hours(count: int) -> Callable[[datetime, datetime], Iterator[tuple[datetime, str]]]:
    def make(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        moment = start.replace(hour=0, minute=0)
        is_long = end - start > timedelta(days=1, hours=12)
        while moment <= end:
            is_day = is_long and not moment.hour
            yield moment, f"{DAYS[moment.weekday()]} {moment.day}" if is_day else f"{moment:%H:%M}"
            moment += timedelta(hours=count)

    return make


def _days(count: int) -> Callable[[datetime, datetime], Iterator[tuple[datetime, str]]]:
    def make(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        moment = start.replace(hour=0, minute=0)
        moment -= timedelta(days=moment.weekday() if count % 7 == 0 else 0)
        while moment <= end:
            yield moment, f"{DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}"
            moment += timedelta(days=count)

    return make


def _months(count: int) -> Callable[[datetime, datetime], Iterator[tuple[datetime, str]]]:
    def make(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        moment = start.replace(month=1, day=1, hour=0, minute=0)
        while moment <= end:
            name = MONTHS[moment.month - 1]
            yield moment, f"{name} {moment.year}" if moment.month == 1 else name
            years, month = divmod(moment.month - 1 + count, 12)
            moment = moment.replace(year=moment.year + years, month=month + 1)

    return make


_RHYTHMS: tuple[tuple[float, float, Callable[[datetime, datetime], Iterator[tuple[datetime, str]]]], ...] = (
    *((hours * _HOUR, 52.0, _hours(hours)) for hours in (1, 2, 3, 6, 12)),
    *((days * _DAY, 78.0, _days(days)) for days in (1, 2, 7, 14)),
    *((months * _MONTH, 60.0, _months(months)) for months in (1, 2, 3, 6, 12, 24, 60)),
)
"""Minutes between ticks, pixels that a label needs, and the ticks."""
