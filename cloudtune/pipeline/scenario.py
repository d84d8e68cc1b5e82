"""What-ifs: a spec with some of its future changed, never written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from cloudtune.errors import Problem, Refusal
from cloudtune.spec.scenarios import Change, Growth
from cloudtune.timegrid import add_wall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from cloudtune.spec.resolved import Edition, Event, ResolvedSpec

GROWTH = "growth"
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name for people, and what is changed: growth, or events by name."""

    name: str
    changes: Mapping[str, Growth | Change]


def scenario_of(resolved: ResolvedSpec, texts: Sequence[str]) -> Scenario:
    """Read `prime-day.effect=1.8x`, `growth=flat` or the name of a scenario of the spec; they add up."""
    changes: dict[str, Any] = {}
    for text in texts:
        named = resolved.spec.scenarios.get(text)
        for target, change in named.items() if named is not None else [_override(text)]:
            changes[target] = _merged(changes.get(target), change)
    _check(resolved, changes)
    return Scenario(", ".join(texts), changes)


def apply(resolved: ResolvedSpec, scenario: Scenario, after: datetime) -> ResolvedSpec:
    """The spec as the scenario has it; of an event its first edition that ends after `after` changes."""
    growth = scenario.changes.get(GROWTH)
    spec = resolved.spec
    if isinstance(growth, str):
        spec = spec.model_copy(update={"trend": spec.trend.model_copy(update={"growth": growth})})
    events = tuple(_event(event, scenario.changes.get(event.name), after) for event in resolved.events)
    return replace(resolved, spec=spec, events=events)


def _override(text: str) -> tuple[str, Growth | Change]:
    target, equals, value = text.partition("=")
    name, dot, key = target.strip().rpartition(".")
    if equals and target.strip() == GROWTH and value.strip() in get_args(Growth):
        return GROWTH, value.strip()  # type: ignore[return-value]
    if not equals or not dot:
        raise Refusal(_unreadable(text, "it is neither a scenario of the spec nor `event.key=value`"))
    try:
        return name, _CHANGE.validate_python({key: value.strip()})
    except ValidationError as error:
        raise Refusal(_unreadable(text, error.errors()[0]["msg"])) from error


def _merged(present: Growth | Change | None, change: Growth | Change) -> Growth | Change:
    if isinstance(present, Change) and isinstance(change, Change):
        return present.model_copy(update={name: value for name, value in change if value is not None})
    return change


def _check(resolved: ResolvedSpec, changes: Mapping[str, Growth | Change]) -> None:
    """Every target must be there to be changed."""
    known = {event.name for event in resolved.events}
    problems = []
    for target, change in changes.items():
        if target == GROWTH and isinstance(change, str):
            continue
        if target not in known or isinstance(change, str):
            names = ", ".join(sorted(known)) or "none"
            message = f"what-if: {resolved.spec.name} has no event {target!r}"
            problems.append(Problem("CT784", message, f"events: {names}", file=resolved.file))
    if problems:
        raise Refusal(*problems)


def _event(event: Event, change: Growth | Change | None, after: datetime) -> Event:
    if not isinstance(change, Change):
        return event
    following = next((one for one in event.editions if one.end > after), None)
    if following is None:
        message = f"what-if: {event.name} has no edition after {after:%Y-%m-%d} that could change"
        raise Refusal(Problem("CT784", message, "add its next edition to the calendar", file=event.file))
    editions = [_edition(one, change) if one is following else one for one in event.editions]
    return replace(event, editions=tuple(sorted(editions, key=lambda one: one.start)))


def _edition(edition: Edition, change: Change) -> Edition:
    zone = edition.start.tzinfo
    start = edition.start
    if change.start is not None and isinstance(zone, ZoneInfo):
        start = change.start.at(zone)
    length = change.duration.delta if change.duration is not None else _wall_length(edition)
    effect = change.effect if change.effect is not None else edition.effect
    return replace(edition, start=start, end=add_wall(start, length), effect=effect)


def _wall_length(edition: Edition) -> timedelta:
    """The length by the wall clock, so that two days stay two days over a clock change."""
    return edition.end.replace(tzinfo=None) - edition.start.replace(tzinfo=None)


def _unreadable(text: str, why: str) -> Problem:
    hint = "write prime-day.effect=1.8x, .start=2026-07-21, .duration=48h, growth=flat, or a scenario's name"
    return Problem("CT784", f"what-if {text!r} can't be read: {why}", hint)
