"""From an old spec to a new one in small edits, each with the line that asks for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from cloudtune.report import words
from cloudtune.review.attribution import Cause

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec

MOST = 6
"""Steps that get a fit of their own; edits beyond are taken together."""
_BLOCKS = (
    *("series", "granularities", "scale", "trend", "seasonality", "outliers", "regressors"),
    *("quantiles", "backtest", "allow_explosive"),
)


@dataclass(frozen=True)
class EditedSpec:
    """The spec after one more edit."""

    cause: Cause
    resolved: ResolvedSpec


def steps_between(
    old: ResolvedSpec, new: ResolvedSpec, locate: Callable[[str, SpecPath], int | None]
) -> list[EditedSpec]:
    """Every edit that can move a forecast, one after the other; the last step is the new spec."""
    found = [*_events(old, new, locate), *_blocks(old, new, locate)]
    kept, rest = (found, []) if len(found) <= MOST else (found[: MOST - 1], found[MOST - 1 :])
    steps: list[EditedSpec] = []
    current = old
    for cause, apply in kept:
        current = apply(current)
        steps.append(EditedSpec(cause, current))
    if rest:
        steps.append(EditedSpec(Cause(f"{len(rest)} more edits", new.file), new))
    elif steps:
        steps[-1] = EditedSpec(steps[-1].cause, new)
    return steps


def _events(
    old: ResolvedSpec, new: ResolvedSpec, locate: Callable[[str, SpecPath], int | None]
) -> Iterator[tuple[Cause, Callable[[ResolvedSpec], ResolvedSpec]]]:
    before = {event.name: event for event in old.events}
    after = {event.name: event for event in new.events}
    for name in dict.fromkeys([*after, *before]):
        was, now = before.get(name), after.get(name)
        if _meaning(was) != _meaning(now):
            yield _event_cause(was, now, locate), _with_event(name, now)


def _with_event(name: str, now: Event | None) -> Callable[[ResolvedSpec], ResolvedSpec]:
    def apply(resolved: ResolvedSpec) -> ResolvedSpec:
        if now is not None and all(event.name != name for event in resolved.events):
            return replace(resolved, events=(*resolved.events, now))
        events = (now if event.name == name else event for event in resolved.events)
        return replace(resolved, events=tuple(event for event in events if event is not None))

    return apply


def _event_cause(
    was: Event | None, now: Event | None, locate: Callable[[str, SpecPath], int | None]
) -> Cause:
    if now is None:
        return Cause(f"{was.name if was else 'an event'} is gone", was.file if was else "")
    if was is None:
        return Cause(f"{now.name} is new", now.file, locate(now.file, now.path))
    occurrence, said = _occurrence_change(was, now)
    path = occurrence.path if occurrence is not None and occurrence.path else now.path
    return Cause(f"{now.name} {said}", now.file, locate(now.file, path))


def _occurrence_change(was: Event, now: Event) -> tuple[Occurrence | None, str]:
    """The first occurrence that differs, and how; they are paired by their order from the latest back."""
    pairs = list(zip(reversed(was.occurrences), reversed(now.occurrences), strict=False))
    changed = [(a, b) for a, b in pairs if _occurrence_meaning(a) != _occurrence_meaning(b)]
    if len(was.occurrences) != len(now.occurrences):
        known = {_occurrence_meaning(occurrence) for occurrence in was.occurrences}
        fresh = [occurrence for occurrence in now.occurrences if _occurrence_meaning(occurrence) not in known]
        return (fresh[0] if fresh else None), "has other occurrences"
    if not changed:
        return None, "was edited"
    a, b = changed[0]
    said = []
    if a.start != b.start:
        said.append(f"moved to {words.when(b.start.date().isoformat())}")
    if a.duration != b.duration:
        said.append(f"is now {words.length(int(b.duration.total_seconds() // 60))}")
    return b, " and ".join(said) or "was edited"


def _blocks(
    old: ResolvedSpec, new: ResolvedSpec, locate: Callable[[str, SpecPath], int | None]
) -> Iterator[tuple[Cause, Callable[[ResolvedSpec], ResolvedSpec]]]:
    for block in _BLOCKS:
        was, now = getattr(old.spec, block), getattr(new.spec, block)
        if was != now:
            line = locate(new.file, _first_difference(block, was, now))
            yield Cause(_BLOCK_WORDS.get(block, f"{block} edited"), new.file, line), _with_block(block, now)


def _with_block(block: str, now: Any) -> Callable[[ResolvedSpec], ResolvedSpec]:
    def apply(resolved: ResolvedSpec) -> ResolvedSpec:
        return replace(resolved, spec=resolved.spec.model_copy(update={block: now}))

    return apply


def _first_difference(block: str, was: Any, now: Any) -> SpecPath:
    if not isinstance(was, list) or not isinstance(now, list):
        return (block,)
    fresh = [number for number, item in enumerate(now) if item not in was]
    return (block, fresh[0]) if fresh else (block,)


def _meaning(event: Event | None) -> tuple[Any, ...] | None:
    """What an event says, without where it says so."""
    if event is None:
        return None
    occurrences = tuple(_occurrence_meaning(occurrence) for occurrence in event.occurrences)
    return (occurrences, event.shape, event.before, event.after, event.effect, event.like)


def _occurrence_meaning(occurrence: Occurrence) -> tuple[Any, ...]:
    facts: Sequence[Any] = sorted(occurrence.attributes.items())
    return (occurrence.start, occurrence.end, tuple(facts), occurrence.sells_out_after, occurrence.effect)


_BLOCK_WORDS = {
    "outliers": "other outlier windows",
    "series": "the series was edited",
    "trend": "the trend was edited",
    "seasonality": "the seasonality was edited",
    "regressors": "other regressors",
}
