"""Events laid over the rows of a grid."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor
from typing import TYPE_CHECKING, Literal

import numpy as np

from cloudtune.data.clock import to_local

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import timedelta

    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.model.grid import Grid
    from cloudtune.spec.resolved import Edition, Event

Kind = Literal["day", "span", "clock"]
SPAN_DAYS = 6.0
"""Editions longer than this are a season of their own, not a peak."""
MAX_HALO = 7
DAY_SECONDS = 86_400


@dataclass(frozen=True, eq=False)
class Stretch:
    """One edition on the grid: points [first, last) and rows [top, bottom), unclipped."""

    edition: Edition
    first: int
    last: int
    top: int
    bottom: int
    share: Floats
    """Part of each row from top to bottom that the edition covers."""


@dataclass(frozen=True, eq=False)
class Occasion:
    """An event with its editions on the grid."""

    event: Event
    kind: Kind
    stretches: tuple[Stretch, ...]

    @property
    def name(self) -> str:
        """The name of the event."""
        return self.event.name

    def known(self, points: int) -> tuple[Stretch, ...]:
        """Editions that begin before point `points`, not wholly ahead of the data."""
        return tuple(s for s in self.stretches if s.first < points and s.last > 0)

    def halo(self, side: Literal["before", "after"], unit: int) -> int:
        """Rows ahead of or behind an edition that may feel it; one where nothing is declared."""
        declared: timedelta | None = getattr(self.event, side)
        if declared is None:
            return 1
        return min(MAX_HALO, ceil(declared.total_seconds() / DAY_SECONDS / unit))


def occasions(grid: Grid, events: Sequence[Event]) -> tuple[Occasion, ...]:
    """Every event that has an edition, laid over the grid."""
    held = [event for event in events if event.editions]
    spans = iter(_local_spans(grid, [edition for event in held for edition in event.editions]))
    return tuple(_occasion(grid, event, [next(spans) for _ in event.editions]) for event in held)


def _local_spans(grid: Grid, editions: Sequence[Edition]) -> list[tuple[int, int]]:
    """Local start and end of each edition in seconds; all at once, for one conversion costs as much."""
    stamps = [int(when.timestamp()) for edition in editions for when in (edition.start, edition.end)]
    local = to_local(np.array(stamps, dtype="datetime64[s]"), grid.timeline.timezone)
    seconds = local.astype("int64").tolist()
    return list(zip(seconds[::2], seconds[1::2], strict=True))


def _occasion(grid: Grid, event: Event, spans: Sequence[tuple[int, int]]) -> Occasion:
    pairs = zip(event.editions, spans, strict=True)
    stretches = tuple(_stretch(grid, edition, span) for edition, span in pairs)
    return Occasion(event, _kind(grid, event, spans), stretches)


def _kind(grid: Grid, event: Event, spans: Sequence[tuple[int, int]]) -> Kind:
    if max(e.duration.total_seconds() for e in event.editions) > SPAN_DAYS * DAY_SECONDS:
        return "span"
    whole = all(second % DAY_SECONDS == 0 for span in spans for second in span)
    return "day" if grid.slots == 1 or (whole and event.shape == "auto") else "clock"


def _stretch(grid: Grid, edition: Edition, span: tuple[int, int]) -> Stretch:
    origin = int(grid.days[0].astype("datetime64[s]").astype("int64"))
    width = grid.unit * DAY_SECONDS
    begin, finish = ((second - origin) / width for second in span)
    top, bottom = floor(begin), max(ceil(finish), floor(begin) + 1)
    rows = np.arange(top, bottom)
    share = np.clip(np.minimum(rows + 1, finish) - np.maximum(rows, begin), 0.0, 1.0)
    first, last = top, bottom
    if not grid.timeline.step.is_calendar:
        first, last = grid.timeline.position(edition.start), grid.timeline.position(edition.end)
    return Stretch(edition, first, max(last, first + 1), top, bottom, share)


def row_values(rows: int, stretches: Sequence[tuple[int, int, Floats | float]]) -> Floats:
    """An array over rows, filled with the given (from, to, value) stretches where they fall inside."""
    values = np.zeros(rows)
    for top, bottom, value in stretches:
        low, high = max(top, 0), min(bottom, rows)
        if low < high:
            values[low:high] = value if isinstance(value, float) else value[low - top : high - top]
    return values


def lengths(stretches: Sequence[Stretch]) -> Ints:
    """Rows of each edition."""
    return np.array([s.bottom - s.top for s in stretches], dtype="int64")
