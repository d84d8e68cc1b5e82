"""Days of every month: `1 of every month`, `last weekday of every month`, a payday that avoids weekends."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Sequence

    DayOfMonth = Callable[[int, int], date | None]
    """(year, month) to a day; None in a month without one."""

SATURDAY = 5
_SHIFTS = {"before": -1, "after": 1}


def monthly_pattern(nth: Sequence[str], weekdays: Sequence[str]) -> str:
    """The grammar of a monthly rule, with named groups that `monthly_days` reads."""
    one_of = "|".join
    return (
        r"(?:(?P<every_day>[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
        rf"|(?P<every_nth>{one_of(nth)}) (?P<every_weekday>{one_of(weekdays)}|weekday)"
        r"|(?P<every_last>last day)) of every month"
        r"(?:, or the weekday (?P<every_shift>before|after))?"
    )


def monthly_days(match: re.Match[str], nth: dict[str, int], weekdays: Sequence[str]) -> DayOfMonth:
    """What `monthly_pattern` matched, as a function from year and month to the day."""
    day = _base(match, nth, weekdays)
    shift = match["every_shift"]
    return day if shift is None else _off_the_weekend(day, _SHIFTS[shift])


def _base(match: re.Match[str], nth: dict[str, int], weekdays: Sequence[str]) -> DayOfMonth:
    if match["every_day"]:
        return _number(int(match["every_day"]))
    if match["every_last"]:
        return _last_day
    place = nth[match["every_nth"]]
    if match["every_weekday"] == "weekday":
        return _nth_of(place, lambda day: day.weekday() < SATURDAY)
    wanted = weekdays.index(match["every_weekday"])
    return _nth_of(place, lambda day: day.weekday() == wanted)


def _number(number: int) -> DayOfMonth:
    def day(year: int, month: int) -> date | None:
        return date(year, month, number) if number <= monthrange(year, month)[1] else None

    return day


def _last_day(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def _nth_of(place: int, fits: Callable[[date], bool]) -> DayOfMonth:
    def day(year: int, month: int) -> date | None:
        days = [date(year, month, n + 1) for n in range(monthrange(year, month)[1])]
        fitting = [one for one in days if fits(one)]
        at = place - 1 if place > 0 else len(fitting) + place
        return fitting[at] if at < len(fitting) else None

    return day


def _off_the_weekend(base: DayOfMonth, step: int) -> DayOfMonth:
    """The nearest Monday to Friday on one side, where the day is a Saturday or Sunday."""

    def day(year: int, month: int) -> date | None:
        found = base(year, month)
        while found is not None and found.weekday() >= SATURDAY:
            found += timedelta(days=step)
        return found

    return day
