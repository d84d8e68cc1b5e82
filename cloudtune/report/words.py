"""Figures as a reader wants them: `1.34M`, `+5.2%`, `Tue 14 Jul 2026 00:01`."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.report.document import Range

ABSENT = "n/a"
DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_UNITS = ((12, 12, "T"), (9, 9, "B"), (6, 6, "M"), (4, 3, "k"), (-4, 0, ""))
"""From which power of ten on, the power of the unit, its letter."""
_TEN = 10
_TINY = 0.0005
_LONG_MINUTES = 180


def number(value: float | None) -> str:
    """Three significant digits: `1.34M`, `11.8k`, `1,340`, `0.431`."""
    if not value:
        return ABSENT if value is None else "0"
    # The exponent of this form is that of the rounded value: 999,999 is 1.00e+06, a million.
    rounded = f"{value:.2e}"
    unit, write = _form(int(rounded.partition("e")[2]))
    return write(float(rounded) / unit)


def percent(value: float | None) -> str:
    """`6.1%`; a decimal more where it would say nothing: `0.03%`."""
    if value is None:
        return ABSENT
    decimals = 2 if 0 < abs(value) < _TINY else 1
    return f"{_unsigned_zero(value * 100, decimals):.{decimals}f}%"


def share(value: float | None) -> str:
    """`81%`: for shares, where a decimal would be noise."""
    return ABSENT if value is None else f"{_unsigned_zero(value * 100, 0):.0f}%"


def signed(value: float | None) -> str:
    """`+5.2%`, `-0.8%`, `0.0%`."""
    if value is None:
        return ABSENT
    points = _unsigned_zero(value * 100, 1 if abs(value) < _TEN else 0)
    decimals = 1 if abs(value) < _TEN else 0
    return f"{points:+,.{decimals}f}%" if points else "0.0%"


def decimal(value: float | None) -> str:
    """`0.81`."""
    return ABSENT if value is None else f"{value:.2f}"


def integer(value: int) -> str:
    """`129,600`."""
    return f"{value:,}"


def factor(value: float | None) -> str:
    """`2.11x`, `0.83x`, `12.4x`."""
    if value is None:
        return ABSENT
    return f"{value:.2f}x" if abs(value) < _TEN else f"{value:.1f}x"


def limit_percent(value: float) -> str:
    """`12%`, `0.5%`: as a person wrote it."""
    return f"{value * 100:.6g}%"


def limit_factor(value: float) -> str:
    """`2x`, `1.25x`: as a person wrote it."""
    return f"{value:.6g}x"


@lru_cache(maxsize=8192)
def when(text: str) -> str:
    """`2026-07-14T00:01` as `Tue 14 Jul 2026 00:01`; a date alone stays a date."""
    if not text:
        return ABSENT
    moment = datetime.fromisoformat(text)
    date = f"{DAYS[moment.weekday()]} {moment.day} {MONTHS[moment.month - 1]} {moment.year}"
    return f"{date} {moment:%H:%M}" if "T" in text else date


def short(text: str) -> str:
    """`Tue 14 Jul 00:01`: like `when`, where the year is plain from what stands beside it."""
    year = f" {text[:4]}"
    return when(text).replace(year, "", 1)


def start(text: str) -> str:
    """Like `when`, without the time where it is midnight."""
    return when(text.removesuffix("T00:00"))


def through(text: str) -> str:
    """The end of data as its last day where it ends at midnight: `Sun 31 May 2026`."""
    if not text.endswith("T00:00"):
        return when(text)
    return when((datetime.fromisoformat(text) - timedelta(days=1)).date().isoformat())


def weekday(text: str) -> str:
    """`Tuesday`."""
    return WEEKDAYS[datetime.fromisoformat(text).weekday()]


def between(low: str, high: str) -> str:
    """`1.21M to 1.52M`; `n/a` where an end is."""
    return ABSENT if ABSENT in {low, high} else f"{low} to {high}"


def number_range(interval: Range) -> str:
    """The ends of an interval of values."""
    return between(number(interval["low"]), number(interval["high"]))


def percent_range(interval: Range) -> str:
    """The ends of an interval of rates."""
    return between(signed(interval["low"]), signed(interval["high"]))


def factor_range(interval: Range) -> str:
    """The ends of an interval of factors."""
    return between(factor(interval["low"]), factor(interval["high"]))


def title(label: str) -> str:
    """`prime-day` as `Prime Day`, for sentences."""
    return " ".join(word.capitalize() for word in label.split("-"))


def length(minutes: int) -> str:
    """`8min`, `110min`, `96h`, `14d`, `32d 5h`: hours up to a week, minutes up to three hours."""
    if minutes < _LONG_MINUTES and minutes % 60:
        return f"{minutes}min"
    hours, rest = divmod(minutes, 60)
    days, hours = divmod(hours, 24) if hours > 7 * 24 else (0, hours)
    sizes = ((days, "d"), (hours, "h"), (rest, "min"))
    return " ".join([f"{size}{unit}" for size, unit in sizes if size][:2])


@cache
def _form(power: int) -> tuple[float, Callable[[float], str]]:
    """The unit of numbers of that power of ten, and how three digits of it are written."""
    for least, unit, letter in _UNITS:
        if power >= least:
            return 10.0**unit, f"{{:,.{max(0, 2 - power + unit)}f}}{letter}".format
    return 1.0, "{:.2e}".format


def _unsigned_zero(value: float, decimals: int) -> float:
    return round(value, decimals) + 0.0
