"""What specs must satisfy together, and every check in the order in which it is made."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.check_capacity import check_capacity
from cloudtune.spec.check_events import check_events
from cloudtune.spec.check_one import (
    check_expectations,
    check_gates,
    check_granularities,
    check_outliers,
    check_quantiles,
    check_regressors,
    check_scenarios,
    check_seasonality,
    check_series,
    check_trend,
)
from cloudtune.spec.messages import did_you_mean, enumerated, quoted
from cloudtune.spec.values import LABEL

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.spec.events import CalendarSpec, EventSpec
    from cloudtune.spec.forecast import ForecastSpec


ALONE: tuple[Callable[[ForecastSpec], Iterator[Problem]], ...] = (
    check_series,
    check_granularities,
    check_trend,
    check_seasonality,
    check_regressors,
    check_outliers,
    check_quantiles,
    check_gates,
    check_expectations,
    check_capacity,
    check_scenarios,
)


def judge_calendar(spec: CalendarSpec, file: str, near: Neighbours) -> Iterator[Problem]:
    """What is wrong with a calendar, alone and beside the others."""
    yield from check_stem(spec.name, file)
    yield from check_events(spec.events, spec.timezone)
    yield from check_circles(spec.events)
    yield from check_lenders(spec, near)


def judge_forecast(spec: ForecastSpec, file: str, near: Neighbours) -> Iterator[Problem]:
    """What is wrong with a forecast, alone and with its calendars."""
    yield from check_stem(spec.name, file)
    for check in ALONE:
        yield from check(spec)
    yield from check_events(spec.events, spec.series.timezone)
    yield from check_size(spec, near)
    yield from check_calendars(spec, near)
    yield from check_event_names(spec, near)
    shared = [event for each in near.used_by(spec) for event in each.events]
    circles = check_circles([*spec.events, *shared])
    yield from (problem for problem in circles if problem.path[1] in range(len(spec.events)))


@dataclass(frozen=True)
class Neighbours:
    """All the specs that names may refer to, by file."""

    forecasts: Mapping[str, ForecastSpec]
    calendars: Mapping[str, CalendarSpec]
    wrong: frozenset[str] = field(default_factory=frozenset)
    """Files that can't be used."""

    @cached_property
    def file_of(self) -> dict[str, str]:
        """The file of each calendar, by name."""
        return {calendar.name: file for file, calendar in self.calendars.items()}

    @cached_property
    def wrong_stems(self) -> dict[str, str]:
        """Files that can't be used, by the name that their spec should have."""
        return {file.rpartition("/")[2].removesuffix(".yaml"): file for file in self.wrong}

    def used_by(self, spec: ForecastSpec) -> list[CalendarSpec]:
        """The calendars that a spec names, as far as they exist."""
        names = dict.fromkeys(spec.calendars)
        return [self.calendars[self.file_of[name]] for name in names if name in self.file_of]


def check_stem(name: str, file: str) -> Iterator[Problem]:
    """A spec's name equals its file's."""
    stem = file.rpartition("/")[2].removesuffix(".yaml")
    if name != stem:
        message = f"the name {quoted(name)} differs from that of its file"
        renamed = f"rename the file to {name}.yaml"
        hint = f"name it {quoted(stem)}, or {renamed}" if LABEL.fullmatch(stem) else renamed
        yield Problem("CT301", message, hint, path=("name",))


def check_unique(names: Mapping[str, str]) -> Iterator[tuple[str, Problem]]:
    """No two specs of a kind have the same name, whatever their folders: name by file."""
    owner: dict[str, str] = {}
    for file, name in names.items():
        first = owner.setdefault(name, file)
        if first != file:
            message = f"the name {quoted(name)} is taken by {first}"
            hint = "rename this one and its file"
            yield file, Problem("CT302", message, hint, path=("name",))


MOST = {"events": 1_000, "occurrences": 20_000, "regressors": 100, "outliers": 5_000, "quantiles": 50}
"""Of each, its calendars' among them: a few lines must not ask for gigabytes."""
MOST_AHEAD = 1_100_000
"""Steps of a horizon: two years of minutes."""


def check_size(spec: ForecastSpec, near: Neighbours) -> Iterator[Problem]:
    """A forecast and its calendars hold no more than memory does: judged before anything is made of them."""
    events = [*spec.events, *(event for each in near.used_by(spec) for event in each.events)]
    found = {
        "events": len(events),
        "occurrences": sum(len(event.occurrences) for event in events),
        "regressors": len(spec.regressors),
        "outliers": len(spec.outliers),
        "quantiles": len(spec.quantiles),
    }
    for what, count in found.items():
        if count > MOST[what]:
            key = what if what in {"regressors", "outliers", "quantiles"} else "name"
            message = f"{count:,} {what} with those of its calendars, more than {MOST[what]:,}"
            yield Problem("CT343", message, "split the forecast, or leave out what is past", path=(key,))
    for number, item in enumerate(spec.granularities):
        steps = item.horizon.minutes // spec.series.step.minutes
        if steps > MOST_AHEAD:
            message = f"a horizon of {item.horizon} has {steps:,} steps of {spec.series.step}"
            hint = f"{MOST_AHEAD:,} at most: shorten it, or choose a coarser step of the series"
            yield Problem("CT343", message, hint, path=("granularities", number, "horizon"))


def check_calendars(spec: ForecastSpec, near: Neighbours) -> Iterator[Problem]:
    """The calendars that a spec uses exist, can be used, and are listed once."""
    seen: set[str] = set()
    for number, name in enumerate(spec.calendars):
        path = ("calendars", number)
        if name in seen:
            yield Problem("CT315", f"{quoted(name)} is given twice", "delete one", path=path)
        seen.add(name)
        file = near.file_of.get(name) or near.wrong_stems.get(name)
        if file is None:
            message = f"there is no calendar {quoted(name)}"
            hint = did_you_mean(name, sorted(near.file_of)) or "add one below specs/calendars/"
            yield Problem("CT307", message, hint, path=path)
        elif file in near.wrong:
            message = f"the calendar {quoted(name)} has errors"
            yield Problem("CT310", message, f"mend {file} first", path=path)


def check_event_names(spec: ForecastSpec, near: Neighbours) -> Iterator[Problem]:
    """Events of a spec and its calendars have names of their own; those referred to exist."""
    used = near.used_by(spec)
    files = {near.file_of[calendar.name] for calendar in used}
    if len(used) < len(set(spec.calendars)) or not near.wrong.isdisjoint(files):
        # What a missing or broken calendar holds is anybody's guess.
        return
    origin = {event.name: calendar.name for calendar in used for event in calendar.events}
    yield from _clashes(spec, used, origin)
    known = {*origin, *(event.name for event in spec.events)}
    for path, name in _references(spec, used, origin):
        if name not in known:
            message = f"there is no event {quoted(name)} in the spec or its calendars"
            at_key = path[0] == "scenarios"
            hint = did_you_mean(name, sorted(known))
            yield Problem("CT308", message, hint, path=path, at_key=at_key)


def check_lenders(spec: CalendarSpec, near: Neighbours) -> Iterator[Problem]:
    """The events that a calendar borrows from exist in some calendar."""
    known = {event.name for calendar in near.calendars.values() for event in calendar.events}
    for number, event in enumerate(spec.events):
        if event.like and event.like.event not in known:
            message = f"there is no event {quoted(event.like.event)} in any calendar"
            hint = did_you_mean(event.like.event, sorted(known))
            yield Problem("CT308", message, hint, path=("events", number, "like", "event"))


def check_circles(events: Sequence[EventSpec]) -> Iterator[Problem]:
    """No event borrows, over others, from itself."""
    lender = {event.name: event.like.event for event in events if event.like}
    circling = _circling(lender)
    for number, event in enumerate(events):
        if event.name in circling and lender[event.name] != event.name:
            names = enumerated([quoted(name) for name in _round(event.name, lender)])
            hint = "give one of them an `effect`"
            path = ("events", number, "like", "event")
            yield Problem("CT309", f"events borrow in a circle: {names}", hint, path=path)


def _circling(lender: dict[str, str]) -> set[str]:
    """The names that lead back to themselves, each looked at once."""
    done: set[str] = set()
    circling: set[str] = set()
    for start in lender:
        trail: dict[str, int] = {}
        name = start
        while name in lender and name not in done and name not in trail:
            trail[name] = len(trail)
            name = lender[name]
        if name in trail:
            circling.update(list(trail)[trail[name] :])
        done.update(trail)
    return circling


def _round(start: str, lender: dict[str, str]) -> list[str]:
    names = [start, lender[start]]
    while names[-1] != start:
        names.append(lender[names[-1]])
    return names


def _clashes(spec: ForecastSpec, used: list[CalendarSpec], origin: dict[str, str]) -> Iterator[Problem]:
    for number, event in enumerate(spec.events):
        if event.name in origin:
            message = f"the calendar {quoted(origin[event.name])} has an event {quoted(event.name)} too"
            yield Problem("CT321", message, "rename this one", path=("events", number, "name"))
    for calendar in used:
        twice = [event.name for event in calendar.events if origin[event.name] != calendar.name]
        if twice:
            both = f"{quoted(calendar.name)} and {quoted(origin[twice[0]])}"
            message = f"the calendars {both} both have an event {quoted(twice[0])}"
            path = ("calendars", spec.calendars.index(calendar.name))
            yield Problem("CT321", message, "rename one, or use one calendar", path=path)


def _references(
    spec: ForecastSpec, used: list[CalendarSpec], origin: dict[str, str]
) -> Iterator[tuple[SpecPath, str]]:
    for number, event in enumerate(spec.events):
        if event.like:
            yield ("events", number, "like", "event"), event.like.event
    for number, item in enumerate(spec.expect):
        yield ("expect", number, "event"), item.event
    for scenario, changes in spec.scenarios.items():
        yield from ((("scenarios", scenario, name), name) for name in changes if name != "growth")
    yield from _lent(spec, used, origin)


def _lent(
    spec: ForecastSpec, used: list[CalendarSpec], origin: dict[str, str]
) -> Iterator[tuple[SpecPath, str]]:
    """Events of calendars that borrow from one in a calendar that the spec does not use."""
    for calendar in used:
        path = ("calendars", spec.calendars.index(calendar.name))
        for event in calendar.events:
            if event.like and event.like.event not in origin:
                yield path, event.like.event
