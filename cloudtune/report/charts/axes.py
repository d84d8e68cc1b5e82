"""Axes and the plot area: from values and times to pixels, with ticks at round places."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from cloudtune.report.charts import canvas
from cloudtune.report.words import DAYS, MONTHS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtune.report.charts.canvas import Point


_SUFFIXES = ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_ROUND = (1.0, 2.0, 2.5, 5.0, 10.0)
_FROM_ZERO_BELOW = 0.5
"""Where the lowest value is under half of the highest, the axis starts at zero."""

_NOTHING = 1e-300
"""Widths up to this one have no logarithm to speak of."""
_FLAT = 1e-6


@dataclass(frozen=True, slots=True)
class Axis:
    """A stretch of values laid over a stretch of pixels."""

    low: float
    high: float
    first: float
    last: float
    spacing: float = 0.0
    """Between round values; 0 leaves it to the ticks."""

    def place(self, value: float) -> float:
        """The pixel of a value."""
        return self.first + (value - self.low) / (self.high - self.low) * (self.last - self.first)

    def holds(self, value: float) -> bool:
        """True within the axis."""
        return self.low <= value <= self.high


def value_axis(values: Sequence[float], bottom: float, top: float) -> Axis:
    """An upward axis that shows all of `values`, from zero unless they are far from it."""
    low, high = min(values), max(values)
    is_flat = high - low <= _FLAT * max(abs(low), abs(high))
    if is_flat or 0 <= low < high * _FROM_ZERO_BELOW:
        low, high = min(low, 0.0), max(high, 0.0)
    width = high - low
    spacing = _spacing(width if width > _NOTHING else 1.0, 5)
    high = high if high > low else low + spacing
    first, last = math.floor(low / spacing), math.ceil(high / spacing)
    # Next to nothing divided by a spacing is nothing: such a value still has its place.
    first, last = first - (first * spacing > low), last + (last * spacing < high)
    return Axis(first * spacing, last * spacing, bottom, top, spacing)


def round_ticks(axis: Axis, most: int) -> list[float]:
    """At most about `most` round values within the axis."""
    spacing = axis.spacing or _spacing(axis.high - axis.low, most)
    first = math.ceil(axis.low / spacing - 1e-9)
    last = math.floor(axis.high / spacing + 1e-9)
    return [number * spacing for number in range(first, last + 1)]


def tick_words(ticks: Sequence[float]) -> list[str]:
    """`0`, `0.5M`, `1M`: one unit for all, as few decimals as tell them apart."""
    largest = max(abs(tick) for tick in ticks)
    unit, suffix = next(((u, s) for u, s in _SUFFIXES if largest >= u), (1.0, ""))
    scaled = [tick / unit for tick in ticks]
    decimals = next((d for d in range(7) if all(_is_whole(value, d) for value in scaled)), 6)
    return [f"{value:,.{decimals}f}{suffix if value else ''}" if value else "0" for value in scaled]


def _spacing(width: float, most: int) -> float:
    rough = width / most
    power = 10.0 ** math.floor(math.log10(rough))
    return next(power * factor for factor in _ROUND if power * factor >= rough * (1 - 1e-9))


def _is_whole(value: float, decimals: int) -> bool:
    return math.isclose(value, round(value, decimals), rel_tol=0, abs_tol=1e-9)


_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock times of a report are naive
_HOUR, _DAY = 60, 1440
_MONTH = 30.4 * _DAY


class Tick(NamedTuple):
    """A moment on the axis and what it is called."""

    at: float
    words: str


_Moments = Callable[[datetime, datetime], Iterator[tuple[datetime, str]]]
"""From the ends of an axis to moments and what they are called."""


class _Rhythm(NamedTuple):
    """Minutes between ticks, the pixels that a label needs, and the ticks."""

    minutes: float
    room: float
    make: _Moments


@lru_cache(maxsize=8192)
def minutes(text: str) -> float:
    """An ISO time or date as minutes since 1970."""
    return (datetime.fromisoformat(text) - _EPOCH) / timedelta(minutes=1)


def time_ticks(axis: Axis) -> list[Tick]:
    """The finest of the usual rhythms whose labels have room."""
    scale = abs(axis.last - axis.first) / (axis.high - axis.low)
    rhythm = next((one for one in _RHYTHMS if one.minutes * scale >= one.room), _RHYTHMS[-1])
    start = _EPOCH + timedelta(minutes=axis.low)
    end = _EPOCH + timedelta(minutes=axis.high)
    shown = [(moment, words) for moment, words in rhythm.make(start, end) if start <= moment <= end]
    ticks = [Tick((moment - _EPOCH) / timedelta(minutes=1), words) for moment, words in shown]
    if ticks and ticks[0].words in MONTHS:
        # A month without its year can't be read before the first January.
        ticks[0] = Tick(ticks[0].at, f"{ticks[0].words} {shown[0][0].year}")
    return ticks


def _hours(count: int) -> _Moments:
    def make(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        moment = start.replace(hour=0, minute=0)
        is_long = end - start > timedelta(days=1, hours=12)
        while moment <= end:
            is_day = is_long and not moment.hour
            yield moment, f"{DAYS[moment.weekday()]} {moment.day}" if is_day else f"{moment:%H:%M}"
            moment += timedelta(hours=count)

    return make


def _days(count: int) -> _Moments:
    def make(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        moment = start.replace(hour=0, minute=0)
        moment -= timedelta(days=moment.weekday() if count % 7 == 0 else 0)
        while moment <= end:
            yield moment, f"{DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]}"
            moment += timedelta(days=count)

    return make


def _months(count: int) -> _Moments:
    def make(start: datetime, end: datetime) -> Iterator[tuple[datetime, str]]:
        moment = start.replace(month=1, day=1, hour=0, minute=0)
        while moment <= end:
            name = MONTHS[moment.month - 1]
            yield moment, f"{name} {moment.year}" if moment.month == 1 else name
            years, month = divmod(moment.month - 1 + count, 12)
            moment = moment.replace(year=moment.year + years, month=month + 1)

    return make


_RHYTHMS = (
    *(_Rhythm(hours * _HOUR, 52.0, _hours(hours)) for hours in (1, 2, 3, 6, 12)),
    *(_Rhythm(days * _DAY, 78.0, _days(days)) for days in (1, 2, 7, 14)),
    *(_Rhythm(months * _MONTH, 60.0, _months(months)) for months in (1, 2, 3, 6, 12, 24, 60)),
)

_CHARACTER = 6.1
_MARGIN = 20.0
"""Pixels right of the frame that a label may use."""


@dataclass(frozen=True, slots=True)
class Frame:
    """Pixels of a plot area."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Plot:
    """A frame with minutes across and values upward."""

    frame: Frame
    across: Axis
    upward: Axis

    def grid(self) -> list[str]:
        """Horizontal lines with values, vertical ticks with times."""
        return time_frame(self.frame, self.across, self.upward)

    def point(self, minute: float, value: float) -> Point:
        """The pixels of a value at a time."""
        return self.across.place(minute), self.upward.place(value)

    def points(self, minutes: Sequence[float], values: Iterable[float | None]) -> list[Point | None]:
        """The pixels of values over time; None where there is no value."""
        pairs = zip(minutes, values, strict=True)
        return [None if value is None else self.point(minute, float(value)) for minute, value in pairs]


def time_frame(frame: Frame, across: Axis, upward: Axis) -> list[str]:
    """Horizontal grid with values, vertical ticks with times."""
    return [*value_grid(frame, upward), *_time_labels(frame, across)]


def value_grid(frame: Frame, upward: Axis) -> list[str]:
    """A line and a round number at each tick."""
    ticks = round_ticks(upward, 5)
    parts = []
    for tick, words in zip(ticks, tick_words(ticks), strict=True):
        y = upward.place(tick)
        parts.append(canvas.line((frame.left, y), (frame.right, y), "grid"))
        parts.append(canvas.text((frame.left - 8, y + 4), words, "axis", "end"))
    return parts


def _time_labels(frame: Frame, across: Axis) -> list[str]:
    parts = []
    for tick in time_ticks(across):
        x = across.place(tick.at)
        parts.append(canvas.line((x, frame.bottom), (x, frame.bottom + 4), "grid"))
        if x + len(tick.words) * _CHARACTER / 2 <= frame.right + _MARGIN:
            parts.append(canvas.text((x, frame.bottom + 18), tick.words, "axis", "middle"))
    return parts
