"""Days that deviate alike month after month: paydays, first and last days, closing days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.spec.dates import WEEKDAYS, parse_rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cloudtune.suggest.days import Days

MONTHS = 6
"""Fewer months may be chance."""
ALIKE = 0.85
"""Share of the months that deviate to the same side, and by more than noise."""
CLEARLY = 6.0
"""Mean over its standard error: a hundred rules are tried."""
SMALLEST = 0.08
REMAINS = 0.35
"""A day beside a stronger one must reach this share of it: a smooth season spills over."""
BETTER = 1.05
"""A longer rule must be clearly better than a plain one that says nearly the same days."""
_NTHS = ("first", "second", "third", "fourth", "last")


@dataclass(frozen=True, slots=True)
class MonthlyPattern:
    """A rule and the days of the series that follow it."""

    rule: str
    places: tuple[int, ...]
    """Those that nothing else explains."""
    all_places: tuple[int, ...]
    """With those that a holiday or an event explains, too."""
    deviation: float
    strength: float


def monthly_patterns(days: Days, free: NDArray[np.bool_]) -> list[MonthlyPattern]:
    """Rules of every month, the strongest first; their days are taken out of `free`."""
    found: list[MonthlyPattern] = []
    if days.width > 1:
        return found
    while (best := _best(days, free, found)) is not None:
        free[list(best.places)] = False
        found.append(best)
    return found


def _best(days: Days, free: NDArray[np.bool_], found: list[MonthlyPattern]) -> MonthlyPattern | None:
    best: MonthlyPattern | None = None
    for rule in _rules():
        one = _judge(days, rule, free)
        if one is None or _is_spill(one, found):
            continue
        if best is None or one.strength > best.strength * BETTER:
            best = one
    return best


def _rules() -> Iterator[str]:
    # The plainer rule comes first: a longer one has to be clearly better.
    yield "last day of every month"
    yield from (f"{day} of every month" for day in range(1, 32))
    yield from ("first weekday of every month", "last weekday of every month")
    yield from (f"{nth} {weekday} of every month" for nth in _NTHS for weekday in WEEKDAYS)
    yield from (
        f"{day} of every month, or the weekday {side}" for day in range(1, 29) for side in ("before", "after")
    )


def _judge(days: Days, rule: str, free: NDArray[np.bool_]) -> MonthlyPattern | None:
    all_places = _places(days, rule)
    places = np.array([place for place in all_places if free[place]], dtype="int64")
    if len(places) < MONTHS:
        return None
    moves = days.local[places]
    mean = float(np.mean(moves))
    error = max(float(np.std(moves)), float(days.noise)) / np.sqrt(len(moves))
    loud = np.sign(moves) * np.sign(mean) * np.abs(moves) > days.season_noise[places]
    if abs(mean) < SMALLEST or abs(mean) < CLEARLY * error or loud.mean() < ALIKE:
        return None
    return MonthlyPattern(rule, tuple(places.tolist()), tuple(all_places), mean, abs(mean) / error)


def _is_spill(one: MonthlyPattern, found: list[MonthlyPattern]) -> bool:
    """True for what a smooth season leaves around a sharper pattern."""
    own = set(one.places)
    for other in found:
        near = {place + shift for place in other.places for shift in (-2, -1, 1, 2)}
        beside = len(own & near) > len(own) / 2
        if beside and abs(one.deviation) < REMAINS * abs(other.deviation):
            return True
    return False


def _places(days: Days, rule: str) -> list[int]:
    parsed = parse_rule(rule)
    first, last = (int(str(day)[:4]) for day in (days.day[0], days.day[-1]))
    dates = [np.datetime64(day, "D") for year in range(first - 1, last + 2) for day in parsed.days(year)]
    inside = [date for date in dates if days.day[0] <= date <= days.day[-1]]
    return [place for date in inside if (place := days.at(date)) is not None]
