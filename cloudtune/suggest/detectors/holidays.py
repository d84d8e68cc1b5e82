"""Public holidays on which the series deviates, and which no event declares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.spec.dates import UnknownHoliday, names_of
from cloudtune.suggest.country import country_of
from cloudtune.suggest.days import by_day
from cloudtune.suggest.proposals import Proposal, free_name, share
from cloudtune.yaml_edit.edit import Append

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.days import Days
    from cloudtune.suggest.residuals import Residuals

SEEN_ONCE = 5.0
SEEN_TWICE = 4.0
SMALLEST = 0.05
LONGEST_HALO = 7
HALO_SIGMAS = 3.0
ALIKE = 1.5
"""Standard deviations that each single date must reach."""


@dataclass(frozen=True, slots=True)
class HolidayEffect:
    """Dates of one holiday that deviate alike."""

    name: str
    places: tuple[int, ...]
    deviation: float
    strength: float
    before: int = 0
    """Days ahead that deviate on every date, too."""
    after: int = 0


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal a holiday, the strongest first; no day is explained twice."""
    days, country = by_day(view), country_of(resolved)
    taken = {event.name for event in resolved.events}
    made = []
    for finding in holiday_effects(days, country):
        name = free_name(finding.name, taken)
        taken.add(name)
        made.append(_proposal(view, days, resolved.file, (country, name), finding))
    return made


def holiday_effects(days: Days, country: str) -> list[HolidayEffect]:
    """Holidays of `country` whose dates deviate alike, outside declared events."""
    try:
        dates = _dates(days, country)
    except UnknownHoliday:
        return []
    ranked = sorted(
        (_judge(days, name, places) for name, places in dates.items()), key=lambda one: -one.strength
    )
    kept: list[HolidayEffect] = []
    for finding in ranked:
        used = {place for other in kept for place in other.places}
        if finding.strength > 0 and not used & set(finding.places):
            kept.append(_with_halo(days, finding))
    return kept


def _with_halo(days: Days, finding: HolidayEffect) -> HolidayEffect:
    """The same with the days around that deviate alike on every date; one date alone tells no halo."""
    if len(finding.places) == 1 or days.width > 1:
        return finding
    before, after = (_reach(days, finding.places, side) for side in (-1, 1))
    return replace(finding, before=before, after=after)


def _reach(days: Days, places: tuple[int, ...], side: int) -> int:
    for distance in range(1, LONGEST_HALO + 1):
        near = np.array(places) + side * distance
        if near.min() < 0 or near.max() >= days.day.size or days.in_event[near].any():
            return distance - 1
        score = days.local[near] / days.season_noise[near]
        if not (score >= HALO_SIGMAS).all() and not (score <= -HALO_SIGMAS).all():
            return distance - 1
    return LONGEST_HALO


def _dates(days: Days, country: str) -> dict[str, list[int]]:
    """Days of the series that bear each name and lie outside declared events."""
    found: dict[str, list[int]] = {}
    first, last = (int(str(day)[:4]) for day in (days.day[0], days.day[-1]))
    for year in range(first, last + 1):
        for name, dates in names_of(country, year).items():
            places = (days.at(np.datetime64(day, "D")) for day in dates)
            found.setdefault(name, []).extend(p for p in places if p is not None and not days.in_event[p])
    return found


def _judge(days: Days, name: str, places: list[int]) -> HolidayEffect:
    nothing = HolidayEffect(name, tuple(places), 0.0, 0.0)
    if not places:
        return nothing
    moves = days.local[places]
    mean = float(np.mean(moves))
    each = np.abs(moves) / days.noise
    strength = float(np.mean(each)) * np.sqrt(len(places))
    enough = SEEN_ONCE if len(places) == 1 else SEEN_TWICE
    alike = bool((np.sign(moves) == np.sign(mean)).all() and each.min() >= ALIKE)
    passes = alike and strength >= enough and abs(mean) >= SMALLEST
    return HolidayEffect(name, tuple(places), mean, float(strength)) if passes else nothing


def _proposal(
    view: Residuals, days: Days, file: str, names: tuple[str, str], finding: HolidayEffect
) -> Proposal:
    country, name = names
    relative = view.relative(finding.deviation)
    count = len(finding.places)
    times = "on the one date in the data" if count == 1 else f"on all {count} dates in the data"
    event = {"name": name, "holiday": f"{country}/{finding.name}"}
    event |= {side: f"{count}d" for side, count in _halo(finding).items()}
    around = "".join(f", and {count * 24}h {side}" for side, count in _halo(finding).items())
    return Proposal(
        kind="holiday",
        file=file,
        path=("events",),
        reason=f"{finding.name} ({country}): {share(relative)} expected {times}{around}; no event says so",
        edits=(Append(("events",), event),),
        strength=finding.strength,
        size=relative,
        dates=tuple(
            days.day[place + shift]
            for place in finding.places
            for shift in range(-finding.before, finding.after + 1)
        ),
    )


def _halo(finding: HolidayEffect) -> dict[str, int]:
    sides = {"before": finding.before, "after": finding.after}
    return {side: count for side, count in sides.items() if count}
