"""Dates of public and other holidays, from the `holidays` package."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cloudtune.spec.words import did_you_mean, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

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
