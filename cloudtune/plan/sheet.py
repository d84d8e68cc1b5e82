"""The order sheet: a run and its capacity block in, what to have, what to order and what it risks out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import to_local
from cloudtune.plan.demand import demand, joined
from cloudtune.plan.fleet import Fleet, Member, StockChange, ZoneRule
from cloudtune.plan.orders import Order, WeeklyNeed, orders_of, stock
from cloudtune.plan.shortage import chance_of, shortage
from cloudtune.spec.capacity import level_of

if TYPE_CHECKING:
    from cloudtune.engine.result import EventPaths, HighestSteps, Run
    from cloudtune.plan.arrays import Floats, Ints, Times
    from cloudtune.spec.capacity import Capacity, FleetMember
    from cloudtune.timegrid import Step

RARE = 0.0005
"""Chances of an event below this are told as nothing, without a look at its minutes."""


@dataclass(frozen=True, slots=True)
class Risk:
    """How often units fall short in a window of an event."""

    chance: float
    """Share of futures that exceed what the units are planned to carry."""
    minutes: float
    """Expected minutes above it."""
    worst: np.datetime64 | None
    """Local wall time of the base step that is short most often; None where none is."""
    overload: float
    """Share of futures that exceed all units at full load, every zone up."""


@dataclass(frozen=True, eq=False)
class EventPlan:
    """One occurrence: what it demands, and what units in place and ordered make of it."""

    name: str
    start: np.datetime64
    """Naive local wall time."""
    end: np.datetime64
    demand: float
    units: Ints
    """(members,): needed."""
    in_place: Ints
    """(members,): there without any order."""
    planned: Ints
    """(members,): there with orders, late ones arriving late."""
    today: Risk
    """With what is in place alone."""
    then: Risk
    """With orders, late ones arriving late."""


@dataclass(frozen=True, eq=False)
class OrderSheet:
    """Needs by week, orders, and the events that drive them."""

    fleet: Fleet
    level: float | None
    """The quantile of demand; None: the mean."""
    weeks: Times
    """(weeks,): first days, local."""
    end: np.datetime64
    demand: Floats
    """(weeks,): of the highest base step."""
    drivers: tuple[str, ...]
    """(weeks,): the event whose highest step is the week's, or nothing."""
    units: Ints
    """(members, weeks): needed."""
    strict: Ints
    """(members, weeks): needed if the utilization held after losing zones, too."""
    missing: Ints
    """(members, weeks): beyond what can be had."""
    in_place: Ints
    """(members, weeks): there without any order."""
    orders: tuple[Order, ...]
    """By date of order, location and instance."""
    events: tuple[EventPlan, ...]
    data_through: np.datetime64

    @property
    def late(self) -> tuple[Order, ...]:
        """Orders whose date has passed."""
        return tuple(order for order in self.orders if order.late_days > 0)

    @property
    def chance(self) -> float:
        """The highest chance of a shortage in any event, with orders, late ones arriving late."""
        return max((event.then.chance for event in self.events), default=0.0)

    @property
    def short_of(self) -> int:
        """Units that can't be had in the worst week."""
        return int(self.missing.sum(axis=0).max(initial=0))


def order_sheet(run: Run, capacity: Capacity, highest: HighestSteps) -> OrderSheet:
    """Everything that a capacity block says about a run; its demand is that of highest steps."""
    fleet = fleet_of(capacity, run.cleaned.series.timeline.step)
    level = level_of(capacity.demand)
    through = np.datetime64(run.cleaned.series.timeline.after(1).local[0], "D")
    edges = _week_edges(highest.days)
    weeks, end = highest.days[edges[:-1]], highest.days[-1] + _period(highest.days)
    by_week, by_day = demand(joined(highest.paths, edges), level), demand(highest.paths, level)
    need, day_need = fleet.needed(by_week), fleet.needed(by_day)
    in_place = np.stack([stock(member, weeks, end) for member in fleet.members])
    orders: list[Order] = []
    for k, member in enumerate(fleet.members):
        weekly = WeeklyNeed(weeks, end, need.units[k], highest.days, day_need.units[k], through)
        orders += orders_of(member, weekly)
    planned = in_place + _arriving(fleet, weeks, orders)
    return OrderSheet(
        fleet=fleet,
        level=level,
        weeks=weeks,
        end=end,
        demand=by_week,
        drivers=tuple(
            _driver(highest, weeks[k], _after(weeks, k, end), by_week[k], level) for k in range(len(weeks))
        ),
        units=need.units,
        strict=fleet.strict().needed(by_week).units,
        missing=need.missing,
        in_place=in_place,
        orders=tuple(sorted(orders, key=_order_key)),
        events=tuple(
            _event_plan(run, event, fleet, level, _Stock(weeks, in_place, planned))
            for event in highest.events
        ),
        data_through=through,
    )


def fleet_of(capacity: Capacity, step: Step) -> Fleet:
    """The block as numbers per base step."""
    zones = capacity.zones
    return Fleet(
        members=tuple(_member(member, capacity, step) for member in capacity.fleet),
        utilization=capacity.utilization,
        headroom=capacity.headroom,
        burst=capacity.burst,
        zones=ZoneRule(zones.count, zones.survive, zones.utilization),
    )


def _member(member: FleetMember, capacity: Capacity, step: Step) -> Member:
    lead = member.lead_time or capacity.lead_time
    changes = [StockChange(np.datetime64(one.on.date), one.count) for one in member.ordered]
    changes += [StockChange(np.datetime64(one.on.date), -one.count) for one in member.retires]
    return Member(
        instance=member.instance,
        throughput=member.throughput.per(step),
        location=member.location,
        generation=member.generation,
        share=1.0 if member.share is None else member.share,
        priority=member.priority,
        at_most=member.at_most,
        at_least=member.at_least,
        batch=member.batch,
        current=member.current,
        changes=tuple(changes),
        lead_days=int(np.ceil(lead.days)) if lead else 0,
        price=member.price,
        group=member.group,
    )


@dataclass(frozen=True, eq=False)
class _Stock:
    """Units by member and week: as they are, and with orders."""

    weeks: Times
    in_place: Ints
    planned: Ints

    def during(self, start: np.datetime64, end: np.datetime64) -> tuple[Ints, Ints]:
        """The fewest units of both in the weeks that a window touches."""
        days = self.weeks.astype("datetime64[s]")
        first = max(int((days <= start).sum()) - 1, 0)
        last = max(int((days < end).sum()), first + 1)
        return self.in_place[:, first:last].min(axis=1), self.planned[:, first:last].min(axis=1)


def _event_plan(run: Run, event: EventPaths, fleet: Fleet, level: float | None, there: _Stock) -> EventPlan:
    wanted = float(demand(event.paths[:, None], level)[0])
    in_place, planned = there.during(event.start, event.end)
    return EventPlan(
        name=event.name,
        start=event.start,
        end=event.end,
        demand=wanted,
        units=fleet.needed(np.array([wanted])).units[:, 0],
        in_place=in_place,
        planned=planned,
        today=_risk(run, event, fleet, in_place),
        then=_risk(run, event, fleet, planned),
    )


def _risk(run: Run, event: EventPaths, fleet: Fleet, units: Ints) -> Risk:
    limit = fleet.rated(units)
    chance, overload = chance_of(event.paths, limit), chance_of(event.paths, fleet.full(units))
    if chance < RARE:
        return Risk(chance, 0.0, None, overload)
    timeline = run.cleaned.series.timeline
    found = shortage(event.steps(), limit)
    worst = event.begin + found.worst * np.timedelta64(timeline.step.minutes * 60, "s")
    at = to_local(np.array([worst]), timeline.timezone)[0] if found.steps > 0 else None
    return Risk(chance, found.steps * timeline.step.minutes, at, overload)


def _week_edges(days: Times) -> Ints:
    """Where weeks begin, on Mondays; the first and the last one may be short."""
    week = (days.astype("datetime64[D]").astype("int64") + 3) // 7
    return np.concatenate(([0], np.flatnonzero(np.diff(week)) + 1, [len(days)]))


def _period(days: Times) -> np.timedelta64:
    return (
        np.timedelta64(7, "D")
        if len(days) > 1 and days[1] - days[0] > np.timedelta64(1, "D")
        else np.timedelta64(1, "D")
    )


def _after(weeks: Times, k: int, end: np.datetime64) -> np.datetime64:
    return weeks[k + 1] if k + 1 < len(weeks) else end


def _arriving(fleet: Fleet, weeks: Times, orders: list[Order]) -> Ints:
    """Units by member and week from orders; late ones come a lead time after the end of the data."""
    found = np.zeros((len(fleet.members), len(weeks)), dtype="int64")
    for order in orders:
        from_week = weeks >= order.week + order.late_days * np.timedelta64(1, "D")
        found[fleet.members.index(order.member)] += np.where(from_week, order.units, 0)
    return found


def _driver(
    highest: HighestSteps, first: np.datetime64, end: np.datetime64, wanted: float, level: float | None
) -> str:
    """The event of a week that demands most of what the week does; nothing where none comes near."""
    found = [
        (float(demand(event.paths[:, None], level)[0]), event.name)
        for event in highest.events
        if event.start < end.astype("datetime64[s]") and event.end > first.astype("datetime64[s]")
    ]
    top, name = max(found, default=(0.0, ""))
    return name if top >= NEAR * wanted else ""


NEAR = 0.9
"""Part of a week's demand that its event alone must come to, to be called its driver."""


def _order_key(order: Order) -> tuple[np.datetime64, str, str, str]:
    return order.order_by, order.member.location, order.member.instance, order.kind
