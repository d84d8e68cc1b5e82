"""The point path of a fitted model, split into its ingredients."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.columns import DAILY, MONTHLY, RECENT, TREND, WEEKLY, YEARLY, Ingredient
from cloudtune.model.learnable import opened_points
from cloudtune.model.occurrences import period_values

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.model.fit import FittedModel
    from cloudtune.model.occurrences import LearnedEvent

    Families = dict[str, dict[str, Floats]]
    """By event and family: what part of the family's effect the event takes, period by period."""

APPLIED_FIRST = (TREND, DAILY, WEEKLY, YEARLY, MONTHLY)
THEN = ("season", "regressor", "event", "recent")
"""Kinds of ingredients in the order in which they are applied after those."""


def point_path(model: FittedModel, first: int, last: int) -> Floats:
    """The forecast of base points first to last, not split."""
    if model.roles.borrowed:
        # What a borrower takes from its lender is told by label.
        [(_, whole)] = deque(Decomposition(model, first, last).running(), maxlen=1)
        return whole
    grid, components = model.plan.grid, model.components
    period, slot = grid.period[first:last], grid.slot[first:last]
    top, bottom = int(period[0]), int(period[-1]) + 1
    level = model.level.fit.path()[period]
    profile = (
        components.profile_periods(top, bottom)[period - top, slot] + components.lift_points(last)[first:]
    )
    factor = np.ones(last - first)
    for name in dict.fromkeys(declared.name for declared in model.roles.declared):
        factor = factor * declared_factor(model, name, first, last)
    path = open_points(model, first, last) * factor * model.link.back(level, profile)
    return np.asarray(path)


class Decomposition:
    """Ingredients of the points `first` to `last` of a model's timeline."""

    def __init__(self, model: FittedModel, first: int, last: int) -> None:
        self.model, self.first, self.last = model, first, last
        grid = model.plan.grid
        self.top = int(grid.period[first])
        self.bottom = int(grid.period[last - 1]) + 1
        self.period = grid.period[first:last] - self.top
        self.slot = grid.slot[first:last]
        self.families = _family_shares(model, self.top, self.bottom)
        self.level = _level_parts(model, self.families, self.top, self.bottom)
        self.profile = _profile_groups(model)
        self.open = open_points(model, first, last)
        self.owners = _owners(model, self)
        self.lifts = {lift.learned.name: lift for lift in model.components.lifts}

    def labels(self) -> list[Ingredient]:
        """All ingredients in the order in which they are applied."""
        found = {*self.level, *self.profile, *(Ingredient("event", name) for name in self.lifts)}
        found |= {Ingredient("event", d.name) for d in self.model.roles.declared}
        found |= {TREND, RECENT, *self.owners}
        if self.model.components.profile is not None:
            found.add(DAILY)
        return sorted(found, key=_rank)

    def running(self) -> Iterator[tuple[Ingredient, Floats]]:
        """The path after each ingredient has been applied; the last one is the forecast."""
        link = self.model.link
        periods = self.bottom - self.top
        level = np.zeros(periods)
        profile = np.full(self.last - self.first, 0.0 if self.profile else link.flat)
        factor = np.ones(self.last - self.first)
        for label in self.labels():
            source, periods_of, points_of = self.owners.get(label, (label, 1.0, 1.0))
            level = level + self.level.get(source, 0.0) * periods_of
            profile = profile + (self._profile_part(source) + self._lift_part(source)) * points_of
            factor = factor * self._declared(label)
            held = level[self.period]
            path = link.outset(held) if label == TREND else link.back(held, profile)
            yield label, self.open * factor * path

    def _profile_part(self, label: Ingredient) -> Floats | float:
        part = self.profile.get(label)
        if part is None or self.model.components.profile is None:
            return 0.0
        fit = self.model.components.profile.fit
        by_slot = np.zeros((self.bottom - self.top, self.model.plan.grid.slots))
        for kind, wanted in part:
            if kind == "columns":
                by_slot += fit.part(wanted, self.top, self.bottom)
            elif kind == "extra":
                by_slot += fit.extra_part(wanted, self.top, self.bottom)
        values: Floats = by_slot[self.period, self.slot]
        return values + self._family_part(label)

    def _family_part(self, label: Ingredient) -> Floats | float:
        if label.kind != "event" or self.model.components.profile is None:
            return 0.0
        fit = self.model.components.profile.fit
        total = np.zeros(self.last - self.first)
        for family, periods in self.families.get(label.name, {}).items():
            wanted = fit.design.columns.exactly(Ingredient("family", family))
            if wanted.any() and periods.any():
                by_slot = fit.part(wanted, self.top, self.bottom) * periods[:, None]
                total += by_slot[self.period, self.slot]
        return total

    def _lift_part(self, label: Ingredient) -> Floats | float:
        if label.kind != "event" or label.name not in self.lifts:
            return 0.0
        path: Floats = self.lifts[label.name].path(self.last)[self.first :]
        return path

    def _declared(self, label: Ingredient) -> Floats | float:
        if label.kind != "event":
            return 1.0
        return declared_factor(self.model, label.name, self.first, self.last)


def _owners(model: FittedModel, part: Decomposition) -> dict[Ingredient, tuple[Ingredient, Floats, Floats]]:
    """Whose lift a label shows where: a borrower's days are its own, not its lender's."""
    owners: dict[Ingredient, tuple[Ingredient, Floats, Floats]] = {}
    grid = model.plan.grid
    for placed_event in model.plan.placed_events:
        if placed_event.name not in model.roles.borrowed:
            continue
        lender = Ingredient("event", model.roles.borrowed[placed_event.name].event)
        marks = [(s.top - 1, s.bottom + 1, 1.0) for s in placed_event.occurrences]
        periods = period_values(grid.periods, marks)[part.top : part.bottom]
        owners[Ingredient("event", placed_event.name)] = (lender, periods, periods[part.period])
        _, free, points = owners.get(lender, (lender, np.ones_like(periods), np.ones(len(part.period))))
        owners[lender] = (lender, free * (1 - periods), points * (1 - periods[part.period]))
    return owners


def declared_factor(model: FittedModel, name: str, first: int, last: int) -> Floats:
    """The declared factor of one event over points first to last; overlapping occurrences count once."""
    factor = np.ones(last - first)
    for declared in model.roles.declared:
        low, high = max(declared.placed.first, first), min(declared.placed.last, last)
        if declared.name == name and low < high:
            begin = declared.placed.first
            factor[low - first : high - first] = declared.by_point[low - begin : high - begin]
    return factor


def _rank(label: Ingredient) -> tuple[int, str]:
    if label in APPLIED_FIRST:
        return APPLIED_FIRST.index(label), label.name
    return len(APPLIED_FIRST) + THEN.index(label.kind), label.name


def open_points(model: FittedModel, first: int, last: int) -> Floats:
    """1 at points where the series is ever seen; 0 where it is closed and counts as nothing."""
    grid = model.plan.grid
    if not model.closes:
        return np.ones(last - first)
    return opened_points(grid, model.learned.open, first, last).astype("float64")


def _level_parts(model: FittedModel, families: Families, top: int, bottom: int) -> dict[Ingredient, Floats]:
    fit = model.level.fit
    columns, beta = fit.design.static, fit.beta[fit.design.split :]
    parts = {TREND: fit.trend()[top:bottom], RECENT: fit.recent()[top:bottom]}
    for label, wanted in sorted(_by_label(columns.labels).items()):
        value = columns.values[top:bottom, wanted] @ beta[wanted]
        if label.kind == "family":
            _spread_family(families, label.name, value, parts)
        else:
            shown = TREND if label.kind == "trend" else label
            parts[shown] = parts.get(shown, 0.0) + value
    return parts


def _spread_family(families: Families, family: str, value: Floats, parts: dict[Ingredient, Floats]) -> None:
    for name, shares in families.items():
        if family in shares:
            label = Ingredient("event", name)
            parts[label] = parts.get(label, 0.0) + value * shares[family]


def _family_shares(model: FittedModel, top: int, bottom: int) -> Families:
    """What part of its family's effect an event takes on periods top to bottom; those that meet share it."""
    found: Families = {}
    for family in ("holiday", "event"):
        active = {
            learned.name: _active(model.plan.grid.periods, learned)[top:bottom]
            for learned in model.roles.learned_events
            if learned.placed_event.kind == "day"
            and learned.placed_event.event.is_holiday == (family == "holiday")
        }
        together = np.maximum(np.sum(list(active.values()), axis=0), 1.0)
        for name, own in active.items():
            found.setdefault(name, {})[family] = own / together
    return found


def _by_label(labels: Sequence[Ingredient]) -> dict[Ingredient, Ints]:
    """The columns of each ingredient."""
    found: dict[Ingredient, list[int]] = {}
    for place, label in enumerate(labels):
        found.setdefault(label, []).append(place)
    return {label: np.array(places) for label, places in found.items()}


def _active(periods: int, learned: LearnedEvent) -> Floats:
    active = np.zeros(periods)
    for s in learned.occurrences:
        active[max(s.top, 0) : max(min(s.bottom, periods), 0)] = 1.0
    return active


def _profile_groups(model: FittedModel) -> dict[Ingredient, list[tuple[str, Ints]]]:
    if model.components.profile is None:
        return {}
    design = model.components.profile.fit.design
    groups: dict[Ingredient, list[tuple[str, Ints]]] = {}
    for kind, labels in (("columns", design.columns.labels), ("extra", design.slot_labels)):
        for label, wanted in sorted(_by_label(labels).items()):
            if label.kind != "family":
                groups.setdefault(label, []).append((kind, wanted))
    return groups
