"""Dates by rule (`second sunday of may`, `easter -2`, `25 of every month`) and by the name of a holiday."""

from __future__ import annotations

import re
import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cloudtune.spec.messages import did_you_mean, quoted
from cloudtune.spec.monthly import monthly_days, monthly_pattern

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from cloudtune.spec.monthly import DayOfMonth

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
    r"|(?P<feast>orthodox easter|easter|thanksgiving|black friday|cyber monday)"
    rf"|(?P<monthly>{monthly_pattern(tuple(_NTH), WEEKDAYS)}))"
    r"(?: ?(?P<offset>[+-] ?[0-9]{1,3}))?"
)
RULE_PATTERN = re.sub(r"\?P<\w+>", "", _PATTERN.pattern)
"""The grammar as a plain regular expression, for the JSON Schema."""


class NotARule(ValueError):
    """A text outside the grammar, or a day that no year has."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Days of each year, counted from base days."""

    base: Callable[[int], tuple[date, ...]]
    offset: int = 0

    def days(self, year: int) -> tuple[date, ...]:
        """The days in `year`; none in a year without one (a fifth Sunday, 29 February)."""
        return tuple(day + timedelta(days=self.offset) for day in self.base(year))


def parse_rule(text: str) -> Rule:
    """Read a rule; raises NotARule for anything outside the grammar."""
    match = _PATTERN.fullmatch(" ".join(text.lower().split()))
    if match is None:
        raise NotARule(f"{quoted(text)} is no rule")
    offset = int((match["offset"] or "0").replace(" ", ""))
    return Rule(_base_days(match), offset)


def _base_days(match: re.Match[str]) -> Callable[[int], tuple[date, ...]]:
    if match["monthly"]:
        return _each_month(monthly_days(match, _NTH, WEEKDAYS))
    if match["feast"]:
        return _once(_FEASTS[match["feast"]])
    if match["nth"]:
        weekday, month = WEEKDAYS.index(match["nth_weekday"]), MONTHS.index(match["nth_month"]) + 1
        return _once(_nth_weekday(_NTH[match["nth"]], weekday, month))
    return _once(_month_day(match))


def _once(on: Callable[[int], date | None]) -> Callable[[int], tuple[date, ...]]:
    def days(year: int) -> tuple[date, ...]:
        day = on(year)
        return () if day is None else (day,)

    return days


def _each_month(on: DayOfMonth) -> Callable[[int], tuple[date, ...]]:
    def days(year: int) -> tuple[date, ...]:
        return tuple(day for month in range(1, 13) if (day := on(year, month)))

    return days


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
    def day(year: int) -> date | None:
        base = _THANKSGIVING(year)
        return base and base + timedelta(days=days)

    return day


_FEASTS: dict[str, Callable[[int], date | None]] = {
    "easter": easter,
    "orthodox easter": orthodox_easter,
    "thanksgiving": _THANKSGIVING,
    "black friday": _after_thanksgiving(1),
    "cyber monday": _after_thanksgiving(4),
}

_TYPICAL_YEARS = (2024, 2025, 2023)
_SEARCHED_YEARS = range(2000, 2041)
_SPECULATIVE = ((" (estimated)", ""), (" (observed, estimated)", " (observed)"))


class UnknownHoliday(LookupError):
    """A country, subdivision or name that the package does not have."""

    def __init__(self, message: str, hint: str) -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class Holiday:
    """A holiday by country, subdivision and name."""

    country: str
    subdivision: str
    name: str

    @classmethod
    def parse(cls, text: str) -> Holiday:
        """Read `US/Thanksgiving Day` or `US-CA/Cesar Chavez Day`; UnknownHoliday says what fails."""
        place, _, name = text.partition("/")
        country, _, subdivision = place.strip().partition("-")
        _require_place(country, subdivision)
        return cls(country, subdivision, " ".join(name.split()))

    def require(self) -> None:
        """Raise UnknownHoliday where no year knows the name."""
        if any(self.dates([year]) for year in _TYPICAL_YEARS) or self.dates(_SEARCHED_YEARS):
            return
        names: set[str] = set()
        for year in _SEARCHED_YEARS:
            names |= set(_named(self.country, self.subdivision, year))
        message = f"{self.country} has no holiday {quoted(self.name)}"
        raise UnknownHoliday(message, did_you_mean(self.name, sorted(names)))

    def dates(self, years: Iterable[int]) -> list[date]:
        """The days that bear the name in any of the package's categories, in order."""
        wanted = self.name.casefold()
        return [
            day
            for year in years
            for name, days in _named(self.country, self.subdivision, year).items()
            if name.casefold() == wanted
            for day in days
        ]


def names_of(country: str, year: int) -> dict[str, list[date]]:
    """Every holiday of a country in `year`; UnknownHoliday where the country isn't known."""
    _require_place(country, "")
    return _named(country, "", year)


def _require_place(country: str, subdivision: str) -> None:
    known = _countries()
    if country not in known.values():
        code = known.get(country.casefold(), "")
        hint = f'did you mean "{code}"?' if code else "write its two letters, like US, GB or IN"
        raise UnknownHoliday(f"no holidays are known for the country {quoted(country)}", hint)
    parts = sorted(_entity(country).subdivisions)
    if subdivision and subdivision not in parts:
        hint = did_you_mean(subdivision, parts, "Known subdivisions")
        raise UnknownHoliday(f"{country} has no subdivision {quoted(subdivision)}", hint)


@cache
def _countries() -> dict[str, str]:
    """Two-letter codes by every name that the package has for a country."""
    registry = import_module("holidays.registry").COUNTRIES
    return {name.casefold(): names[1] for names in registry.values() for name in names}


@cache
def _named(country: str, subdivision: str, year: int) -> dict[str, list[date]]:
    """Every holiday of one year by name; a name of several days keeps them in order."""
    entity = _entity(country)
    if not entity.start_year <= year <= entity.end_year:
        return {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        table = _package().country_holidays(
            country,
            subdiv=subdivision or None,
            years=year,
            categories=entity.supported_categories,
            language="en_US" if "en_US" in entity.supported_languages else None,
        )
    named: dict[str, list[date]] = {}
    for day in sorted(table):
        for name in dict.fromkeys(map(_certain, table.get_list(day))):
            named.setdefault(name, []).append(day)
    return named


@cache
def _entity(country: str) -> Any:
    return _package().country_holidays(country)


@cache
def _package() -> Any:
    """The package, imported when a spec first names a holiday: it takes a fifth of a second."""
    return import_module("holidays")


def _certain(name: str) -> str:
    """The name without the mark of dates that depend on the moon."""
    for mark, instead in _SPECULATIVE:
        name = name.replace(mark, instead)
    return name
