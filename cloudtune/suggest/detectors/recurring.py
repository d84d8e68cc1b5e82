"""Dates that deviate alike every year or every month, and which no event or holiday explains."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.spec.dates import MONTHS, WEEKDAYS, parse_rule
from cloudtune.spec.messages import counted
from cloudtune.suggest.country import country_of
from cloudtune.suggest.days import by_day
from cloudtune.suggest.detectors.holidays import holiday_effects
from cloudtune.suggest.detectors.monthly import monthly_patterns
from cloudtune.suggest.proposals import Proposal, free_name, share
from cloudtune.yaml_edit.edit import Append

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.days import Days
    from cloudtune.suggest.residuals import Residuals

EACH_OF_TWO = 5.0
EACH_OF_MORE = 3.0
SMALLEST = 0.08
LONGEST = 7
EVEN = 0.35
"""The weakest year must reach this share of the strongest: what recurs looks alike."""
_NTHS = ("first", "second", "third", "fourth", "last")
_FEASTS = (
    "black friday",
    "cyber monday",
    *(f"easter {offset:+d}" for offset in range(-3, 3) if offset),
    "easter",
)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A rule and the days of the series that follow it."""

    rule: str
    places: tuple[int, ...]
    deviation: float
    strength: float
    length: int = 1
    each: str = "year"


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal a rule, the strongest first; no day is explained twice."""
    if view.timeline.step.days > 1:
        return []
    days = by_day(view)
    taken = {event.name for event in resolved.events}
    made = []
    for pattern in patterns(days, country_of(resolved)):
        name = free_name(pattern.rule, taken)
        taken.add(name)
        made.append(_proposal(view, days, resolved.file, name, pattern))
    return made


def patterns(days: Days, country: str) -> list[Pattern]:
    """Rules whose days deviate alike in every month or every year of the series."""
    free = np.isfinite(days.deviation) & ~days.in_event
    for finding in holiday_effects(days, country):
        free[list(finding.places)] = False
    monthly = monthly_patterns(days, free)
    # What a monthly peak leaves beside it is no event of a year.
    for place in (place for one in monthly for place in one.all_places):
        free[max(0, place - 2) : place + 3] = False
    found = [Pattern(one.rule, one.places, one.deviation, one.strength, each="month") for one in monthly]
    while (best := _best(days, free)) is not None:
        wide = _widened(days, free, best)
        for place in wide.places:
            free[max(0, place - 1) : place + wide.length + 1] = False
        found.append(wide)
    return found


def _best(days: Days, free: NDArray[np.bool_]) -> Pattern | None:
    candidates = (_judge(days, rule, free) for rule in _rules())
    return max((one for one in candidates if one is not None), key=lambda one: one.strength, default=None)


def _rules() -> Iterator[str]:
    # Of rules that say the same dates the first one wins: `black friday` before `last friday of november`.
    yield from _FEASTS
    yield from (f"{nth} {weekday} of {month}" for nth in _NTHS for weekday in WEEKDAYS for month in MONTHS)
    yield from (f"{day} {month}" for month in MONTHS for day in range(1, 29))
    yield from (f"{day} {month}" for month in MONTHS for day in (29, 30) if month != "february")


def _judge(days: Days, rule: str, free: NDArray[np.bool_]) -> Pattern | None:
    places = _places(days, rule)
    if len(places) < 2 or not free[places].all():
        return None
    moves = days.local[places]
    each = np.abs(moves) / days.season_noise[places]
    limit = EACH_OF_TWO if len(places) == 2 else EACH_OF_MORE
    alike = (np.sign(moves) == np.sign(moves[0])).all() and np.abs(moves).min() >= EVEN * np.abs(moves).max()
    if not alike or each.min() < limit or np.abs(moves).min() < SMALLEST:
        return None
    return Pattern(rule, tuple(places), float(np.mean(moves)), float(each.min() * np.sqrt(len(places))))


def _places(days: Days, rule: str) -> list[int]:
    """The rule's days within the series; none where a day inside the span isn't known."""
    parsed = parse_rule(rule)
    first, last = (int(str(day)[:4]) for day in (days.day[0], days.day[-1]))
    dates = [np.datetime64(day, "D") for year in range(first, last + 1) for day in parsed.days(year)]
    within = [date for date in dates if days.day[0] <= date <= days.day[-1]]
    places = [place for date in within if (place := days.at(date)) is not None]
    return places if len(places) == len(within) else []


def _widened(days: Days, free: NDArray[np.bool_], pattern: Pattern) -> Pattern:
    """The same rule over the following days that deviate alike."""
    length, sign = 1, np.sign(pattern.deviation)
    while length < LONGEST:
        places = np.array(pattern.places) + length
        if places[-1] >= days.day.size or not free[places].all():
            break
        if (days.local[places] * sign / days.season_noise[places]).min() < EACH_OF_MORE:
            break
        length += 1
    return Pattern(pattern.rule, pattern.places, pattern.deviation, pattern.strength, length)


def _proposal(view: Residuals, days: Days, file: str, name: str, pattern: Pattern) -> Proposal:
    relative, times = view.relative(pattern.deviation), counted(len(pattern.places), pattern.each)
    event = {"name": name, "rule": pattern.rule}
    if pattern.length > 1:
        event["duration"] = f"{pattern.length * 24}h"
    return Proposal(
        kind="event",
        file=file,
        path=("events",),
        reason=f"{pattern.rule}: {share(relative)} what the model expects in each of {times}; "
        "an event that nobody declared? Give it its name",
        edits=(Append(("events",), event),),
        strength=pattern.strength,
        size=relative,
        dates=tuple(days.day[place + more] for place in pattern.places for more in range(pattern.length)),
    )
