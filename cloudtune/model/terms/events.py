"""Columns of events that fill whole days, and of spans."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import Columns, Ingredient, block, one
from cloudtune.model.occurrences import period_values
from cloudtune.model.terms.seasons import weekdays

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.occurrences import EventRoles, LearnedEvent, PlacedOccurrence
    from cloudtune.model.terms.term import Setting

ELASTICITY = 0.7
"""Excess volume grows with length to this power until two lengths have been seen."""
FAMILIES = {"holiday": 0.5, "event": 0.25}
"""Prior sd of what a family shares."""
DAY, LONGER, FIRST_AND_LAST, HALO, ATTRIBUTE = 0.6, 0.2, 0.3, 0.15, 0.2
"""Prior sd of a whole-day event, what its length adds, its edges, the days around it, an attribute."""
SPAN, SPAN_WEEKDAY = 0.6, 0.3
TINY = 1e-6
DAY_PROFILE, SPAN_PROFILE = 0.3, 0.18


class WholeDayEvents:
    """Events that fill whole days, with first and last day, halo and attributes; spans."""

    name = "whole-day events"

    def is_carried(self, setting: Setting) -> bool:
        """Wherever there is one."""
        return bool(setting.roles.learned_events)

    def columns(self, setting: Setting) -> Columns:
        """A block an event, in the order of the calendar."""
        grid, parts = setting.grid, []
        for learned in setting.roles.learned_events:
            if learned.placed_event.kind == "day":
                parts += _day_event(setting, learned)
            elif learned.placed_event.kind == "span":
                parts += _span(grid, learned, SPAN, SPAN_WEEKDAY)
        return Columns.join(parts, grid.periods)


class EventFamilies:
    """What all whole-day events of a family share: a new one starts from there."""

    name = "event families"
    share = 1.0

    def is_carried(self, setting: Setting) -> bool:
        """Wherever there is an event."""
        return bool(setting.roles.learned_events)

    def columns(self, setting: Setting) -> Columns:
        """For holidays and for other events: 1 on their days, and how weekends differ."""
        return Columns.join(_families(setting.grid, setting.roles, self.share), setting.grid.periods)


class EventProfiles:
    """How whole-day events and spans bend the curve of the day."""

    name = "profiles of events"

    def is_carried(self, setting: Setting) -> bool:
        """Wherever there is an event."""
        return bool(setting.roles.learned_events)

    def columns(self, setting: Setting) -> Columns:
        """A block an event, in the order of the calendar."""
        grid, parts = setting.grid, []
        for learned in setting.roles.learned_events:
            if learned.placed_event.kind == "day":
                parts += _day_profile(grid, learned)
            elif learned.placed_event.kind == "span":
                span = one(_label(learned), _shares(grid, learned), SPAN_PROFILE)
                parts += [span, span.times(grid.weekend, 1.0)]
        return Columns.join(parts, grid.periods)


class FamilyProfiles(EventFamilies):
    """How all whole-day events of a family bend the curve of the day."""

    name = "profiles of event families"
    share = 1.2


def family_periods(grid: Grid, roles: EventRoles, family: str) -> Floats:
    """1 on periods of whole-day events of a family."""
    periods = np.zeros(grid.periods)
    for learned in roles.learned_events:
        if learned.placed_event.kind == "day" and _family(learned) == family:
            periods = np.maximum(periods, _shares(grid, learned) / usual_share(learned))
    return periods


def event_periods(grid: Grid, roles: EventRoles) -> Floats:
    """1 on periods that any event touches, halo included: nothing is called an outlier there."""
    periods = np.zeros(grid.periods)
    for learned in roles.learned_events:
        if learned.placed_event.kind != "span":
            before, after = (learned.placed_event.halo(side, grid.unit) for side in ("before", "after"))
            marks = [(s.top - before, s.bottom + after, 1.0) for s in learned.occurrences]
            periods = np.maximum(periods, period_values(grid.periods, marks))
    return periods


def _family(learned: LearnedEvent) -> str:
    return "holiday" if learned.placed_event.event.is_holiday else "event"


def _label(learned: LearnedEvent) -> Ingredient:
    return Ingredient("event", learned.name)


def _shares(grid: Grid, learned: LearnedEvent) -> Floats:
    return period_values(grid.periods, [(s.top, s.bottom, s.share) for s in learned.occurrences])


def usual_share(learned: LearnedEvent) -> float:
    """The part of a step that it most often covers at most: its columns are one there."""
    return float(np.median([s.share.max() for s in learned.known or learned.occurrences])) or 1.0


def _weights(setting: Setting, learned: LearnedEvent) -> list[Floats]:
    """By occurrence: what it does to each period it touches, one where it covers its usual share.

    A step of which a part s is covered grows by 1 + s (lift - 1), on a scale of logarithms by the logarithm.
    """
    usual, excess = usual_share(learned), setting.excess.get(learned.name, 0.0)
    if abs(excess) < TINY:
        return [s.share / usual for s in learned.occurrences]
    return [np.log1p(s.share * excess) / np.log1p(usual * excess) for s in learned.occurrences]


def _day_event(setting: Setting, learned: LearnedEvent) -> list[Columns]:
    grid, label, occurrences = setting.grid, _label(learned), learned.occurrences
    lengths = [s.length for s in learned.known or occurrences]
    usual, weights = float(np.median(lengths)), _weights(setting, learned)
    pairs = list(zip(occurrences, weights, strict=True))
    body = [(s.top, s.bottom, w * (s.length / usual) ** (ELASTICITY - 1)) for s, w in pairs]
    parts = [one(label, period_values(grid.periods, body), DAY)]
    if len(set(lengths)) > 1:
        longer = [(s.top, s.bottom, w * float(np.log(s.length / usual))) for s, w in pairs]
        parts.append(one(label, period_values(grid.periods, longer), LONGER))
    parts += _edges(grid, label, occurrences, FIRST_AND_LAST)
    parts += _halo(grid, learned, HALO)
    return parts + _attributes(grid, learned, ATTRIBUTE)


def _day_profile(grid: Grid, learned: LearnedEvent) -> list[Columns]:
    label = _label(learned)
    parts = [
        one(label, _shares(grid, learned), DAY_PROFILE),
        *_edges(grid, label, learned.occurrences, FIRST_AND_LAST),
    ]
    if learned.placed_event.event.before is not None or learned.placed_event.event.after is not None:
        parts += _halo(grid, learned, HALO)
    return parts


def _edges(
    grid: Grid, label: Ingredient, occurrences: Sequence[PlacedOccurrence], prior: float
) -> list[Columns]:
    """First and last day of occurrences that have more than one."""
    long = [s for s in occurrences if s.share.sum() > 1]
    if not long:
        return []
    first = period_values(grid.periods, [(s.top, s.top + 1, float(s.share[0])) for s in long])
    last = period_values(grid.periods, [(s.bottom - 1, s.bottom, float(s.share[-1])) for s in long])
    return [block(label, [first, last], [prior, prior])]


def _halo(grid: Grid, learned: LearnedEvent, prior: float) -> list[Columns]:
    label, occurrences = _label(learned), learned.occurrences
    before = [
        [(s.top - k, s.top - k + 1, 1.0) for s in occurrences]
        for k in range(1, learned.placed_event.halo("before", grid.unit) + 1)
    ]
    after = [
        [(s.bottom + k, s.bottom + k + 1, 1.0) for s in occurrences]
        for k in range(learned.placed_event.halo("after", grid.unit))
    ]
    return [one(label, period_values(grid.periods, marks), prior) for marks in (*before, *after)]


def _attributes(grid: Grid, learned: LearnedEvent, prior: float) -> list[Columns]:
    """A shift for every value of an attribute that has been seen to differ."""
    pairs = sorted({(k, v) for s in learned.known for k, v in s.occurrence.attributes.items()})
    telling = [(k, v) for k, v in pairs if sum(other == k for other, _ in pairs) > 1]
    return [
        one(
            _label(learned),
            period_values(
                grid.periods,
                [
                    (s.top, s.bottom, s.share / usual_share(learned))
                    for s in learned.occurrences
                    if s.occurrence.attributes.get(k) == v
                ],
            ),
            prior,
        )
        for k, v in telling
    ]


def _span(grid: Grid, learned: LearnedEvent, prior: float, tau_weekday: float) -> list[Columns]:
    span = one(_label(learned), _shares(grid, learned), prior)
    if grid.unit > 1:
        return [span]
    days = weekdays(grid, tau_weekday)
    shares = span.values[:, 0]
    return [span, Columns((_label(learned),) * 7, days.values * shares[:, None], days.prior)]


def _families(grid: Grid, roles: EventRoles, prior: float) -> list[Columns]:
    """What all events of a family share, and how it differs on weekends."""
    parts = []
    for family, own in FAMILIES.items():
        periods = family_periods(grid, roles, family)
        if periods.any():
            parts.append(
                block(Ingredient("family", family), [periods, periods * grid.weekend], [own * prior] * 2)
            )
    return parts
