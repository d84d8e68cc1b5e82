"""Columns of events that fill whole days, and of spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import Columns, block, one
from cloudtune.model.occurrences import period_values
from cloudtune.model.terms.seasons import weekdays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.occurrences import EventRoles, LearnedEvent, PlacedOccurrence

ELASTICITY = 0.7
"""Excess volume grows with length to this power until two lengths have been seen."""
FAMILIES = {"holiday": 0.5, "event": 0.25}


def level_events(grid: Grid, roles: EventRoles) -> Columns:
    """Day events with first and last day, halo and attributes; spans; family effects."""
    parts = []
    for lesson in roles.learned_events:
        if lesson.placed_event.kind == "day":
            parts += _day_event(grid, lesson)
        elif lesson.placed_event.kind == "span":
            parts += _span(grid, lesson, 0.6, 0.3)
    parts += _families(grid, roles, 1.0)
    return Columns.join(parts, grid.rows)


def profile_events(grid: Grid, roles: EventRoles) -> Columns:
    """How whole-day events and spans bend the curve of the day."""
    parts = []
    for lesson in roles.learned_events:
        if lesson.placed_event.kind == "day":
            parts += _day_profile(grid, lesson)
        elif lesson.placed_event.kind == "span":
            span = one(_label(lesson), _shares(grid, lesson), 0.18)
            parts += [span, span.times(grid.weekend, 1.0)]
    parts += _families(grid, roles, 1.2)
    return Columns.join(parts, grid.rows)


def family_periods(grid: Grid, roles: EventRoles, family: str) -> Floats:
    """1 on rows of whole-day events of a family."""
    rows = np.zeros(grid.rows)
    for lesson in roles.learned_events:
        if lesson.placed_event.kind == "day" and _family(lesson) == family:
            rows = np.maximum(rows, _shares(grid, lesson))
    return rows


def event_periods(grid: Grid, roles: EventRoles) -> Floats:
    """1 on rows that any event touches, halo included: nothing is called an outlier there."""
    rows = np.zeros(grid.rows)
    for lesson in roles.learned_events:
        if lesson.placed_event.kind != "span":
            before, after = (lesson.placed_event.halo(side, grid.unit) for side in ("before", "after"))
            marks = [(s.top - before, s.bottom + after, 1.0) for s in lesson.stretches]
            rows = np.maximum(rows, period_values(grid.rows, marks))
    return rows


def _family(lesson: LearnedEvent) -> str:
    return "holiday" if lesson.placed_event.event.is_holiday else "event"


def _label(lesson: LearnedEvent) -> str:
    return f"event:{lesson.name}"


def _shares(grid: Grid, lesson: LearnedEvent) -> Floats:
    is_span = lesson.placed_event.kind == "span"
    return period_values(
        grid.rows, [(s.top, s.bottom, s.share if is_span else 1.0) for s in lesson.stretches]
    )


def _day_event(grid: Grid, lesson: LearnedEvent) -> list[Columns]:
    label, stretches = _label(lesson), lesson.stretches
    lengths = [s.bottom - s.top for s in lesson.known or stretches]
    usual = float(np.median(lengths))
    body = [(s.top, s.bottom, float(((s.bottom - s.top) / usual) ** (ELASTICITY - 1))) for s in stretches]
    parts = [one(label, period_values(grid.rows, body), 0.6)]
    if len(set(lengths)) > 1:
        longer = [(s.top, s.bottom, float(np.log((s.bottom - s.top) / usual))) for s in stretches]
        parts.append(one(label, period_values(grid.rows, longer), 0.2))
    parts += _edges(grid, label, stretches, 0.3)
    parts += _halo(grid, lesson, 0.15)
    return parts + _attributes(grid, lesson, 0.2)


def _day_profile(grid: Grid, lesson: LearnedEvent) -> list[Columns]:
    label = _label(lesson)
    parts = [one(label, _shares(grid, lesson), 0.3), *_edges(grid, label, lesson.stretches, 0.3)]
    if lesson.placed_event.event.before is not None or lesson.placed_event.event.after is not None:
        parts += _halo(grid, lesson, 0.15)
    return parts


def _edges(grid: Grid, label: str, stretches: Sequence[PlacedOccurrence], tau: float) -> list[Columns]:
    """First and last day of editions that have more than one."""
    long = [s for s in stretches if s.bottom - s.top > 1]
    if not long:
        return []
    first = period_values(grid.rows, [(s.top, s.top + 1, 1.0) for s in long])
    last = period_values(grid.rows, [(s.bottom - 1, s.bottom, 1.0) for s in long])
    return [block(label, [first, last], [tau, tau])]


def _halo(grid: Grid, lesson: LearnedEvent, tau: float) -> list[Columns]:
    label, stretches = _label(lesson), lesson.stretches
    before = [
        [(s.top - k, s.top - k + 1, 1.0) for s in stretches]
        for k in range(1, lesson.placed_event.halo("before", grid.unit) + 1)
    ]
    after = [
        [(s.bottom + k, s.bottom + k + 1, 1.0) for s in stretches]
        for k in range(lesson.placed_event.halo("after", grid.unit))
    ]
    return [one(label, period_values(grid.rows, marks), tau) for marks in (*before, *after)]


def _attributes(grid: Grid, lesson: LearnedEvent, tau: float) -> list[Columns]:
    """A shift for every value of an attribute that has been seen to differ."""
    pairs = sorted({(k, v) for s in lesson.known for k, v in s.occurrence.attributes.items()})
    telling = [(k, v) for k, v in pairs if sum(other == k for other, _ in pairs) > 1]
    return [
        one(
            _label(lesson),
            period_values(
                grid.rows,
                [(s.top, s.bottom, 1.0) for s in lesson.stretches if s.occurrence.attributes.get(k) == v],
            ),
            tau,
        )
        for k, v in telling
    ]


def _span(grid: Grid, lesson: LearnedEvent, tau: float, tau_weekday: float) -> list[Columns]:
    span = one(_label(lesson), _shares(grid, lesson), tau)
    if grid.unit > 1:
        return [span]
    days = weekdays(grid, tau_weekday)
    shares = span.values[:, 0]
    return [span, Columns((_label(lesson),) * 7, days.values * shares[:, None], days.tau)]


def _families(grid: Grid, roles: EventRoles, tau: float) -> list[Columns]:
    """What all events of a family share, and how it differs on weekends."""
    parts = []
    for family, own in FAMILIES.items():
        rows = family_periods(grid, roles, family)
        if rows.any():
            parts.append(block(f"family:{family}", [rows, rows * grid.weekend], [own * tau] * 2))
    return parts
