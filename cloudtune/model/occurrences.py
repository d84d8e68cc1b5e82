"""Events and their occurrences laid over a grid, and what each of them is learned from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

import numpy as np

from cloudtune.data.timeline import to_local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.spec.events import Like
    from cloudtune.spec.resolved import Event, Occurrence


EventKind = Literal["day", "span", "clock"]
SPAN_DAYS = 6.0
"""Occurrences longer than this are a season of their own, not a peak."""
MAX_HALO = 7
DAY_SECONDS = 86_400


@dataclass(frozen=True, eq=False)
class PlacedOccurrence:
    """One occurrence on the grid: points [first, last) and periods [top, bottom) it touches, unclipped."""

    occurrence: Occurrence
    first: int
    last: int
    top: int
    bottom: int
    share: Floats
    """Part of each period from top to bottom that the occurrence covers."""
    cover: Floats
    """Part of each point from first to last that the occurrence covers."""

    @property
    def length(self) -> float:
        """Periods that it lasts, at least one: what is shorter is told by its share."""
        return max(float(self.share.sum()), 1.0)


@dataclass(frozen=True, eq=False)
class PlacedEvent:
    """An event with its occurrences on the grid."""

    event: Event
    kind: EventKind
    occurrences: tuple[PlacedOccurrence, ...]

    @property
    def name(self) -> str:
        """The name of the event."""
        return self.event.name

    def known(self, points: int) -> tuple[PlacedOccurrence, ...]:
        """Occurrences that begin before point `points`, not wholly ahead of the data."""
        return tuple(s for s in self.occurrences if s.first < points and s.last > 0)

    def in_full(self) -> PlacedEvent:
        """The same with every step that it touches covered."""
        whole = (
            replace(s, share=np.ones_like(s.share), cover=np.ones_like(s.cover)) for s in self.occurrences
        )
        return replace(self, occurrences=tuple(whole))

    def halo(self, side: Literal["before", "after"], unit: int) -> int:
        """Periods ahead of or behind an occurrence that may feel it; one where nothing is declared."""
        declared: timedelta | None = getattr(self.event, side)
        if declared is None:
            return 1
        return min(MAX_HALO, ceil(declared.total_seconds() / DAY_SECONDS / unit))


def placed_events(grid: Grid, events: Sequence[Event], *, in_part: bool = True) -> tuple[PlacedEvent, ...]:
    """Every event that has an occurrence, laid over the grid.

    Without `in_part` it acts in full on every step that it touches: a highest value has no share.
    """
    held = [event for event in events if event.occurrences]
    spans = iter(_local_spans(grid, [occurrence for event in held for occurrence in event.occurrences]))
    placed = (_placed_event(grid, event, [next(spans) for _ in event.occurrences]) for event in held)
    return tuple(placed) if in_part else tuple(one.in_full() for one in placed)


def _local_spans(grid: Grid, occurrences: Sequence[Occurrence]) -> list[tuple[int, int]]:
    """Local start and end of each occurrence in seconds; all at once, for one conversion costs as much."""
    stamps = [
        int(when.timestamp()) for occurrence in occurrences for when in (occurrence.start, occurrence.end)
    ]
    local = to_local(np.array(stamps, dtype="datetime64[s]"), grid.timeline.timezone)
    seconds = local.astype("int64").tolist()
    return list(zip(seconds[::2], seconds[1::2], strict=True))


def _placed_event(grid: Grid, event: Event, spans: Sequence[tuple[int, int]]) -> PlacedEvent:
    pairs = zip(event.occurrences, spans, strict=True)
    occurrences = tuple(_placed_occurrence(grid, occurrence, span) for occurrence, span in pairs)
    return PlacedEvent(event, _kind(grid, event, spans), occurrences)


def _kind(grid: Grid, event: Event, spans: Sequence[tuple[int, int]]) -> EventKind:
    if max(e.duration.total_seconds() for e in event.occurrences) > SPAN_DAYS * DAY_SECONDS:
        return "span"
    whole = all(second % DAY_SECONDS == 0 for span in spans for second in span)
    return "day" if grid.slots == 1 or (whole and event.shape == "auto") else "clock"


def _placed_occurrence(grid: Grid, occurrence: Occurrence, span: tuple[int, int]) -> PlacedOccurrence:
    origin = int(grid.days[0].astype("datetime64[s]").astype("int64"))
    width = grid.unit * DAY_SECONDS
    begin, finish = ((second - origin) / width for second in span)
    top, bottom = floor(begin), max(ceil(finish), floor(begin) + 1)
    share = _covered(begin, finish, top, bottom)
    if grid.timeline.step.is_calendar:
        return PlacedOccurrence(occurrence, top, bottom, top, bottom, share, share)
    start = int(grid.timeline.start.astype("datetime64[s]").astype("int64"))
    width = grid.timeline.step.minutes * 60
    begin, finish = ((when.timestamp() - start) / width for when in (occurrence.start, occurrence.end))
    first, last = floor(begin), max(ceil(finish), floor(begin) + 1)
    return PlacedOccurrence(occurrence, first, last, top, bottom, share, _covered(begin, finish, first, last))


def _covered(begin: float, finish: float, first: int, last: int) -> Floats:
    """Part of each step from first to last that lies between begin and finish."""
    steps = np.arange(first, last)
    return np.clip(np.minimum(steps + 1, finish) - np.maximum(steps, begin), 0.0, 1.0)


def period_values(periods: int, occurrences: Sequence[tuple[int, int, Floats | float]]) -> Floats:
    """An array over periods, filled with the given (from, to, value) stretches where they fall inside."""
    values = np.zeros(periods)
    for top, bottom, value in occurrences:
        low, high = max(top, 0), min(bottom, periods)
        if low < high:
            values[low:high] = value if isinstance(value, float) else value[low - top : high - top]
    return values


@dataclass(frozen=True, eq=False)
class LearnedEvent:
    """An event with the occurrences that share its columns, those of borrowers among them."""

    placed_event: PlacedEvent
    occurrences: tuple[PlacedOccurrence, ...]
    known: tuple[PlacedOccurrence, ...]
    """Occurrences in the training data."""

    @property
    def name(self) -> str:
        """The name of the event."""
        return self.placed_event.name


@dataclass(frozen=True, eq=False)
class DeclaredEffect:
    """A factor on the forecast over the points of one occurrence."""

    name: str
    placed: PlacedOccurrence
    factor: float
    """While the occurrence lasts."""

    @property
    def by_point(self) -> Floats:
        """The factor on each point that the occurrence touches, by the part of it that it covers."""
        return 1.0 + self.placed.cover * (self.factor - 1.0)


@dataclass(frozen=True, eq=False)
class EventRoles:
    """All events and declared factors of one fit."""

    learned_events: tuple[LearnedEvent, ...]
    declared: tuple[DeclaredEffect, ...]
    borrowed: dict[str, Like]
    """Borrower -> the event whose lift it has, and the factor on it."""

    def is_modelled(self, name: str) -> bool:
        """False for an event that nothing was learned, borrowed or declared for: its lift is 1."""
        learned = {lesson.name for lesson in self.learned_events} | {one.name for one in self.declared}
        return name in learned or name in self.borrowed


def event_roles(placed_events: Sequence[PlacedEvent], points: int) -> EventRoles:
    """Sort the events by what the first `points` points can teach."""
    by_name = {o.name: o for o in placed_events}
    family = any(o.event.is_holiday and o.known(points) for o in placed_events)
    learned = [o for o in placed_events if o.known(points) or (family and _is_hopeful(o))]
    borrowers = [o for o in placed_events if not o.known(points) and _lender(o, by_name, points)]
    learned_events = tuple(_learned_event(o, borrowers, points) for o in learned if o not in borrowers)
    declared = [d for o in placed_events for d in _declared(o, points)]
    declared += [
        DeclaredEffect(o.name, s, _times(o))
        for o in borrowers
        for s in o.occurrences
        if s.occurrence.effect is None
    ]
    return EventRoles(
        learned_events, tuple(declared), {o.name: o.event.like for o in borrowers if o.event.like}
    )


def _is_hopeful(placed_event: PlacedEvent) -> bool:
    """True for a holiday that declares nothing: what it can get is the mean of the other holidays."""
    event = placed_event.event
    return event.is_holiday and event.effect is None and event.like is None


def _lender(placed_event: PlacedEvent, by_name: dict[str, PlacedEvent], points: int) -> bool:
    like = placed_event.event.like
    return like is not None and like.event in by_name and bool(by_name[like.event].known(points))


def _times(placed_event: PlacedEvent) -> float:
    return placed_event.event.like.times if placed_event.event.like else 1.0


def _learned_event(placed_event: PlacedEvent, borrowers: Sequence[PlacedEvent], points: int) -> LearnedEvent:
    known = placed_event.known(points)
    ahead = [s for s in placed_event.occurrences if s.first >= points and s.occurrence.effect is None]
    for other in borrowers:
        if other.event.like and other.event.like.event == placed_event.name:
            ahead += [s for s in other.occurrences if s.occurrence.effect is None]
    return LearnedEvent(placed_event, (*known, *ahead), known)


def _declared(placed_event: PlacedEvent, points: int) -> list[DeclaredEffect]:
    known = bool(placed_event.known(points))
    found = []
    for placed in placed_event.occurrences:
        own = placed.occurrence.effect if placed.first >= points else None
        factor = own if own is not None else (None if known else placed_event.event.effect)
        if factor is not None:
            found.append(DeclaredEffect(placed_event.name, placed, factor))
    return found
