"""Columns of events that fill whole days, and of spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.calendar import weekdays
from cloudtune.model.columns import Columns, block, one
from cloudtune.model.occasions import row_values

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.occasions import Stretch
    from cloudtune.model.roster import Lesson, Roster

ELASTICITY = 0.7
"""Excess volume grows with length to this power until two lengths have been seen."""
FAMILIES = {"holiday": 0.5, "event": 0.25}


def level_events(grid: Grid, roster: Roster) -> Columns:
    """Day events with first and last day, halo and attributes; spans; family effects."""
    parts = []
    for lesson in roster.lessons:
        if lesson.occasion.kind == "day":
            parts += _day_event(grid, lesson)
        elif lesson.occasion.kind == "span":
            parts += _span(grid, lesson, 0.6, 0.3)
    parts += _families(grid, roster, 1.0)
    return Columns.join(parts, grid.rows)


def shape_events(grid: Grid, roster: Roster) -> Columns:
    """How whole-day events and spans bend the curve of the day."""
    parts = []
    for lesson in roster.lessons:
        if lesson.occasion.kind == "day":
            parts += _day_shape(grid, lesson)
        elif lesson.occasion.kind == "span":
            span = one(_label(lesson), _shares(grid, lesson), 0.18)
            parts += [span, span.times(grid.weekend, 1.0)]
    parts += _families(grid, roster, 1.2)
    return Columns.join(parts, grid.rows)


def family_rows(grid: Grid, roster: Roster, family: str) -> Floats:
    """1 on rows of whole-day events of a family."""
    rows = np.zeros(grid.rows)
    for lesson in roster.lessons:
        if lesson.occasion.kind == "day" and _family(lesson) == family:
            rows = np.maximum(rows, _shares(grid, lesson))
    return rows


def event_rows(grid: Grid, roster: Roster) -> Floats:
    """1 on rows that any event touches, halo included: nothing is called an outlier there."""
    rows = np.zeros(grid.rows)
    for lesson in roster.lessons:
        if lesson.occasion.kind != "span":
            before, after = (lesson.occasion.halo(side, grid.unit) for side in ("before", "after"))
            marks = [(s.top - before, s.bottom + after, 1.0) for s in lesson.stretches]
            rows = np.maximum(rows, row_values(grid.rows, marks))
    return rows


def _family(lesson: Lesson) -> str:
    return "holiday" if lesson.occasion.event.is_holiday else "event"


def _label(lesson: Lesson) -> str:
    return f"event:{lesson.name}"


def _shares(grid: Grid, lesson: Lesson) -> Floats:
    is_span = lesson.occasion.kind == "span"
    return row_values(grid.rows, [(s.top, s.bottom, s.share if is_span else 1.0) for s in lesson.stretches])


def _day_event(grid: Grid, lesson: Lesson) -> list[Columns]:
    label, stretches = _label(lesson), lesson.stretches
    lengths = [s.bottom - s.top for s in lesson.known or stretches]
    usual = float(np.median(lengths))
    body = [(s.top, s.bottom, float(((s.bottom - s.top) / usual) ** (ELASTICITY - 1))) for s in stretches]
    parts = [one(label, row_values(grid.rows, body), 0.6)]
    if len(set(lengths)) > 1:
        longer = [(s.top, s.bottom, float(np.log((s.bottom - s.top) / usual))) for s in stretches]
        parts.append(one(label, row_values(grid.rows, longer), 0.2))
    parts += _edges(grid, label, stretches, 0.3)
    parts += _halo(grid, lesson, 0.15)
    return parts + _attributes(grid, lesson, 0.2)


def _day_shape(grid: Grid, lesson: Lesson) -> list[Columns]:
    label = _label(lesson)
    parts = [one(label, _shares(grid, lesson), 0.3), *_edges(grid, label, lesson.stretches, 0.3)]
    if lesson.occasion.event.before is not None or lesson.occasion.event.after is not None:
        parts += _halo(grid, lesson, 0.15)
    return parts


def _edges(grid: Grid, label: str, stretches: Sequence[Stretch], tau: float) -> list[Columns]:
    """First and last day of editions that have more than one."""
    long = [s for s in stretches if s.bottom - s.top > 1]
    if not long:
        return []
    first = row_values(grid.rows, [(s.top, s.top + 1, 1.0) for s in long])
    last = row_values(grid.rows, [(s.bottom - 1, s.bottom, 1.0) for s in long])
    return [block(label, [first, last], [tau, tau])]


def _halo(grid: Grid, lesson: Lesson, tau: float) -> list[Columns]:
    label, stretches = _label(lesson), lesson.stretches
    before = [
        [(s.top - k, s.top - k + 1, 1.0) for s in stretches]
        for k in range(1, lesson.occasion.halo("before", grid.unit) + 1)
    ]
    after = [
        [(s.bottom + k, s.bottom + k + 1, 1.0) for s in stretches]
        for k in range(lesson.occasion.halo("after", grid.unit))
    ]
    return [one(label, row_values(grid.rows, marks), tau) for marks in (*before, *after)]


def _attributes(grid: Grid, lesson: Lesson, tau: float) -> list[Columns]:
    """A shift for every value of an attribute that has been seen to differ."""
    pairs = sorted({(k, v) for s in lesson.known for k, v in s.edition.attributes.items()})
    telling = [(k, v) for k, v in pairs if sum(other == k for other, _ in pairs) > 1]
    return [
        one(
            _label(lesson),
            row_values(
                grid.rows,
                [(s.top, s.bottom, 1.0) for s in lesson.stretches if s.edition.attributes.get(k) == v],
            ),
            tau,
        )
        for k, v in telling
    ]


def _span(grid: Grid, lesson: Lesson, tau: float, tau_weekday: float) -> list[Columns]:
    span = one(_label(lesson), _shares(grid, lesson), tau)
    if grid.unit > 1:
        return [span]
    days = weekdays(grid, tau_weekday)
    shares = span.values[:, 0]
    return [span, Columns((_label(lesson),) * 7, days.values * shares[:, None], days.tau)]


def _families(grid: Grid, roster: Roster, tau: float) -> list[Columns]:
    """What all events of a family share, and how it differs on weekends."""
    parts = []
    for family, own in FAMILIES.items():
        rows = family_rows(grid, roster, family)
        if rows.any():
            parts.append(block(f"family:{family}", [rows, rows * grid.weekend], [own * tau] * 2))
    return parts
