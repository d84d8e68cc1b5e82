"""What-ifs: a spec with some of its future changed, run beside its baseline, never written anywhere."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, get_args
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter, ValidationError

from cloudtune.errors import Problem, Refusal
from cloudtune.report.what_if import Comparison, compare
from cloudtune.run.steps import forecast, judged, prepare
from cloudtune.spec.forecast import Change, Growth
from cloudtune.timegrid import add_wall

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta

    from cloudtune.run.publish import Job
    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec
    from cloudtune.spec.store import Store


GROWTH = "growth"
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


@dataclass(frozen=True, slots=True)
class Scenario:
    """A name for people, and what is changed: growth, or events by name."""

    name: str
    changes: Mapping[str, Growth | Change]


def what_if(store: Store, name: str, texts: Sequence[str], job: Job) -> Comparison:
    """Run a forecast as it is and as the overrides have it, on the same data with the same seed."""
    resolved = store.resolve(name)
    scenario = scenario_of(resolved, texts)
    baseline = prepare(resolved, job.root, allow_outside=job.allow_outside)
    other = judged(baseline.cleaned, apply(resolved, scenario, baseline.end))
    before, after = (forecast(side, seed=job.seed) for side in (baseline, other))
    return compare(before, after, scenario.name)


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
    """The spec as the scenario has it; of an event its first occurrence that ends after `after` changes."""
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
    following = next((one for one in event.occurrences if one.end > after), None)
    if following is None:
        message = f"what-if: {event.name} has no occurrence after {after:%Y-%m-%d} that could change"
        raise Refusal(Problem("CT784", message, "add its next occurrence to the calendar", file=event.file))
    occurrences = [_occurrence(one, change) if one is following else one for one in event.occurrences]
    return replace(event, occurrences=tuple(sorted(occurrences, key=lambda one: one.start)))


def _occurrence(occurrence: Occurrence, change: Change) -> Occurrence:
    zone = occurrence.start.tzinfo
    start = occurrence.start
    if change.start is not None and isinstance(zone, ZoneInfo):
        start = change.start.at(zone)
    length = change.duration.delta if change.duration is not None else _wall_length(occurrence)
    effect = change.effect if change.effect is not None else occurrence.effect
    return replace(occurrence, start=start, end=add_wall(start, length), effect=effect)


def _wall_length(occurrence: Occurrence) -> timedelta:
    """The length by the wall clock, so that two days stay two days over a clock change."""
    return occurrence.end.replace(tzinfo=None) - occurrence.start.replace(tzinfo=None)


def _unreadable(text: str, why: str) -> Problem:
    hint = "write prime-day.effect=1.8x, .start=2026-07-21, .duration=48h, growth=flat, or a scenario's name"
    return Problem("CT784", f"what-if {text!r} can't be read: {why}", hint)
