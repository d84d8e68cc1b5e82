"""Dates by rule: `second sunday of may`, `25 december`, `easter -2`, `thanksgiving +1`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from cloudtune.spec.words import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    *("january", "february", "march", "april", "may", "june", "july"),
    *("august", "september", "october", "november", "december"),
)
_NTH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1} | {
    "1st": 1,
    "2nd": 2,
    "3rd": 3,
    "4th": 4,
    "5th": 5,
}
_ONE_OF = "|".join
_PATTERN = re.compile(
    rf"(?:(?P<nth>{_ONE_OF(_NTH)}) (?P<nth_weekday>{_ONE_OF(WEEKDAYS)}) of"
    rf" (?P<nth_month>{_ONE_OF(MONTHS)})"
    rf"|(?:(?P<weekday>{_ONE_OF(WEEKDAYS)}) (?P<side>before|after) )?"
    rf"(?P<day>[1-9]|[12][0-9]|3[01]) (?P<month>{_ONE_OF(MONTHS)})"
    r"|(?P<feast>orthodox easter|easter|thanksgiving|black friday|cyber monday))"
    r"(?: ?(?P<offset>[+-] ?[0-9]{1,3}))?"
)
RULE_PATTERN = re.sub(r"\?P<\w+>", "", _PATTERN.pattern)
"""The grammar as a plain regular expression, for the JSON Schema."""


class NotARule(ValueError):
    """A text outside the grammar, or a day that no year has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A day of each year, counted from a base day."""

    base: Callable[[int], date | None]
    offset: int = 0

    def on(self, year: int) -> date | None:
        """The day in `year`; None in a year without one (a fifth Sunday, 29 February)."""
        day = self.base(year)
        return None if day is None else day + timedelta(days=self.offset)


def parse_rule(text: str) -> Rule:
    """Read a rule; raises NotARule for anything outside the grammar."""
    match = _PATTERN.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise NotARule(f"{quoted(text)} is no rule")
    offset = int((match["offset"] or "0").replace(" ", ""))
    if match["nth"]:
        weekday, month = WEEKDAYS.index(match["nth_weekday"]), MONTHS.index(match["nth_month"]) + 1
        return Rule(_nth_weekday(_NTH[match["nth"]], weekday, month), offset)
    if match["feast"]:
        return Rule(_FEASTS[match["feast"]], offset)
    return Rule(_month_day(match), offset)


def easter(year: int) -> date:
    """Western Easter Sunday, by the anonymous Gregorian computus (Meeus, Jones, Butcher)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = (a + 11 * h + 22 * m) // 451
    month, day = divmod(h + m - 7 * n + 114, 31)
    return date(year, month, day + 1)


def orthodox_easter(year: int) -> date:
    """Orthodox Easter Sunday in the Gregorian calendar (Meeus's Julian algorithm)."""
    d = (19 * (year % 19) + 15) % 30
    e = (2 * (year % 4) + 4 * (year % 7) - d + 34) % 7
    month, day = divmod(d + e + 114, 31)
    century = year // 100
    return date(year, month, day + 1) + timedelta(days=century - century // 4 - 2)


def _nth_weekday(nth: int, weekday: int, month: int) -> Callable[[int], date | None]:
    def day(year: int) -> date | None:
        if nth < 0:
            last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
            return last - timedelta(days=(last.weekday() - weekday) % 7)
        first = date(year, month, 1)
        found = first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
        return found if found.month == month else None

    return day


def _month_day(match: re.Match[str]) -> Callable[[int], date | None]:
    number, month = int(match["day"]), MONTHS.index(match["month"]) + 1
    if number > _LONGEST[month - 1]:
        raise NotARule(f"{match['month']} has no day {number}")
    weekday = WEEKDAYS.index(match["weekday"]) if match["weekday"] else None

    def day(year: int) -> date | None:
        if number == _LEAP_DAY and month == _FEBRUARY and not _is_leap(year):
            return None
        base = date(year, month, number)
        return base if weekday is None else _weekday_beside(base, weekday, match["side"])

    return day


_LONGEST = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_LEAP_DAY, _FEBRUARY = 29, 2


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _weekday_beside(base: date, weekday: int, side: str) -> date:
    """The last such weekday before the base day, or the first one after it."""
    if side == "before":
        return base - timedelta(days=(base.weekday() - weekday - 1) % 7 + 1)
    return base + timedelta(days=(weekday - base.weekday() - 1) % 7 + 1)


_THANKSGIVING = _nth_weekday(4, 3, 11)


def _after_thanksgiving(days: int) -> Callable[[int], date | None]:
    return Rule(_THANKSGIVING, days).on


_FEASTS: dict[str, Callable[[int], date | None]] = {
    "easter": easter,
    "orthodox easter": orthodox_easter,
    "thanksgiving": _THANKSGIVING,
    "black friday": _after_thanksgiving(1),
    "cyber monday": _after_thanksgiving(4),
}
