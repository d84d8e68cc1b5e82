"""The order sheet as a document: rounded, sorted, with the chain of factors behind each figure."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypedDict

import numpy as np

from cloudtune.report import words
from cloudtune.report.figures import figure, fraction, stamp
from cloudtune.report.sentences import Amount
from cloudtune.spec.effective import capacity_hash
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.engine.result import Run
    from cloudtune.plan.orders import Order
    from cloudtune.plan.sheet import EventPlan, OrderSheet, Risk
    from cloudtune.report.document import Document
    from cloudtune.spec.capacity import Capacity

SCHEMA = "cloudtune/orders/v1"


class OrderRow(TypedDict):
    """Units to order; key: week, location, instance, kind."""

    order_by: str
    need_by: str
    week: str
    location: str
    instance: str
    generation: int | None
    units: int
    total_after: int
    kind: str
    because: str
    chain: str
    """`3,991 x 1.10 headroom x 70% share / 60% utilization / 60 throughput x 3/2 zones = 120`."""
    late_days: int
    fallback: str
    """A member that could still come in time; empty where none could, or none is asked."""
    cost: float | None


class RiskRow(TypedDict):
    """How often units fall short."""

    chance: float | None
    minutes: float | None
    worst: str
    overload: float | None


class EventRow(TypedDict):
    """One occurrence; units in the order of `fleet`."""

    name: str
    start: str
    demand: float | None
    needed: list[int]
    in_place: list[int]
    today: RiskRow
    then: RiskRow


class MemberRow(TypedDict):
    """One member of the fleet at the highest week of the horizon."""

    instance: str
    location: str
    generation: int | None
    throughput: float
    current: int
    needed: int
    strict: int
    load: float | None
    """Of full load, normally."""
    load_after: float | None
    """Of full load, with zones lost."""
    chain: str
    group: str
    batch: int


class OrdersDocument(TypedDict):
    """What is committed beside the report of a forecast."""

    schema_version: str
    id: str
    name: str
    spec: str
    unit: str
    step: str
    demand: str
    inputs: dict[str, str]
    verdict: str
    orders: list[OrderRow]
    events: list[EventRow]
    weekly: list[list[Any]]
    """[first day, demand, driver, needed by member, in place by member]."""
    fleet: list[MemberRow]
    missing: int
    """Units that can't be had in the worst week."""
    shortage: float | None
    """Highest chance of a shortage in any event, with the orders."""
    order_lateness: int
    """Days of the latest order."""
    cost: float | None
    """Of all orders within the horizon."""


def build_orders(run: Run, sheet: OrderSheet, report: Document) -> OrdersDocument:
    """The sheet of a run, beside the document of its report."""
    capacity = run.resolved.spec.capacity
    assert capacity is not None  # noqa: S101 - there is no sheet without one
    orders = [_order_row(sheet, order) for order in sheet.orders]
    costs = [row["cost"] for row in orders if row["cost"] is not None]
    return {
        "schema_version": SCHEMA,
        "id": report["id"],
        "name": report["name"],
        "spec": report["spec"],
        "unit": str(Amount(report["unit"], report["step"], report["aggregate"])),
        "step": report["step"],
        "demand": capacity.demand,
        "inputs": _inputs(report, capacity),
        "verdict": verdict(sheet, orders),
        "orders": orders,
        "events": [_event_row(event) for event in sheet.events],
        "weekly": _weekly(sheet),
        "fleet": _fleet(sheet),
        "missing": sheet.short_of,
        "shortage": fraction(sheet.chance),
        "order_lateness": max((order.late_days for order in sheet.orders), default=0),
        "cost": round(sum(costs), 2) if costs else None,
    }


def verdict(sheet: OrderSheet, orders: Sequence[OrderRow]) -> str:
    """What is late, what to do next, what can't be had."""
    late = [row for row in orders if row["late_days"]]
    parts = [_late(late), _next_order([row for row in orders if not row["late_days"]]), _short(sheet)]
    told = " ".join(part for part in parts if part)
    nothing = "" if orders else "Nothing to order: what is in place carries the whole outlook."
    return " ".join(part for part in (nothing, told) if part)


def _late(late: Sequence[OrderRow]) -> str:
    if not late:
        return ""
    due = words.when(min(row["order_by"] for row in late))
    days = max(row["late_days"] for row in late)
    come = "they come" if len(late) == 1 else "they come up to"
    return f"Order {_named(late)} now, due by {due}: {come} {counted(days, 'day')} late{_reasons(late)}."


def _next_order(orders: Sequence[OrderRow]) -> str:
    if not orders:
        return ""
    first = min(row["order_by"] for row in orders)
    due = [row for row in orders if row["order_by"] == first]
    rest = len(orders) - len(due)
    more = f" {counted(rest, 'more order')} after that." if rest else ""
    return f"Order {_named(due)} by {words.when(first)}{_reasons(due)}.{more}"


def _named(rows: Sequence[OrderRow]) -> str:
    """`204 m7g.4xlarge and 117 m6i.4xlarge`."""
    units: dict[str, int] = {}
    for row in rows:
        units[row["instance"]] = units.get(row["instance"], 0) + row["units"]
    return " and ".join(f"{words.integer(count)} {instance}" for instance, count in units.items())


def _reasons(rows: Sequence[OrderRow]) -> str:
    reasons = dict.fromkeys(row["because"] for row in rows if row["because"])
    return f" for {', '.join(reasons)}" if reasons else ""


def _short(sheet: OrderSheet) -> str:
    if sheet.short_of:
        return f"{counted(sheet.short_of, 'unit')} can't be had in the worst week."
    worst = max(sheet.events, key=lambda event: event.then.chance, default=None)
    if worst is None or worst.then.chance <= 0:
        return ""
    chance = words.percent(worst.then.chance)
    return f"{words.title(worst.name)} stays short in {chance} of futures."


def _inputs(report: Document, capacity: Capacity) -> dict[str, str]:
    inputs = report["inputs"]
    kept = {key: str(inputs[key]) for key in ("spec", "calendars", "data", "engine", "data_through")}
    return {**kept, "capacity": capacity_hash(capacity), "template": ""}


def _order_row(sheet: OrderSheet, order: Order) -> OrderRow:
    k = sheet.fleet.members.index(order.member)
    w = int(np.searchsorted(sheet.weeks, order.week))
    return {
        "order_by": str(order.order_by),
        "need_by": str(order.need_by),
        "week": str(order.week),
        "location": order.member.location,
        "instance": order.member.instance,
        "generation": order.member.generation,
        "units": order.units,
        "total_after": order.total_after,
        "kind": order.kind,
        "because": sheet.drivers[w],
        "chain": chain(sheet, k, w),
        "late_days": order.late_days,
        "fallback": _fallback(sheet, order) if order.late_days else "",
        "cost": None if order.cost is None else round(order.cost, 2),
    }


def chain(sheet: OrderSheet, k: int, w: int) -> str:
    """Every factor between demand and units, so that nobody adds one twice."""
    fleet, member = sheet.fleet, sheet.fleet.members[k]
    factors = [f"{sheet.demand[w]:,.0f}"]
    factors += [f"x {fleet.burst:g} burst"] if fleet.burst != 1 else []
    factors += [f"x {1 + fleet.headroom:.2f} headroom"] if fleet.headroom else []
    factors += [f"x {member.share:.0%} share"] if not fleet.by_priority and member.share != 1 else []
    zones = fleet.zones
    if zones.utilization is not None and zones.survive:
        # The failure decides: survivors carry all at their own utilization.
        factors.append(f"/ {zones.utilization:.0%} utilization after a failure")
    else:
        factors.append(f"/ {fleet.utilization:.0%} utilization")
    factors.append(f"/ {member.throughput:,.6g} throughput")
    factors += [f"x {zones.count}/{zones.left} zones"] if zones.survive else []
    return f"{' '.join(factors)} = {sheet.units[k, w]:,}"


def _fallback(sheet: OrderSheet, order: Order) -> str:
    """The first other member that could still be there, with room."""
    ahead = int((order.need_by - sheet.data_through) / np.timedelta64(1, "D"))
    for member in sheet.fleet.members:
        if member != order.member and member.lead_days <= ahead:
            return member.label
    return ""


def _event_row(event: EventPlan) -> EventRow:
    return {
        "name": event.name,
        "start": stamp(event.start),
        "demand": figure(event.demand, 0),
        "needed": event.units.tolist(),
        "in_place": event.in_place.tolist(),
        "today": _risk_row(event.today),
        "then": _risk_row(event.then),
    }


def _risk_row(risk: Risk) -> RiskRow:
    return {
        "chance": fraction(risk.chance),
        "minutes": figure(risk.minutes, 1),
        "worst": stamp(risk.worst) if risk.worst is not None else "",
        "overload": fraction(risk.overload),
    }


def _weekly(sheet: OrderSheet) -> list[list[Any]]:
    return [
        [str(week), round(float(wanted)), driver, *needed, *there]
        for week, wanted, driver, needed, there in zip(
            sheet.weeks,
            sheet.demand,
            sheet.drivers,
            sheet.units.T.tolist(),
            sheet.in_place.T.tolist(),
            strict=True,
        )
    ]


def _fleet(sheet: OrderSheet) -> list[MemberRow]:
    top = int(np.argmax(sheet.demand))
    wanted = float(sheet.demand[top])
    normal, after = sheet.fleet.loads(wanted, sheet.units[:, top])
    return [
        {
            "instance": member.instance,
            "location": member.location,
            "generation": member.generation,
            "throughput": member.throughput,
            "current": member.current,
            "needed": int(sheet.units[k, top]),
            "strict": int(sheet.strict[k, top]),
            "load": fraction(float(normal[k])),
            "load_after": fraction(float(after[k])),
            "chain": chain(sheet, k, top),
            "group": member.group,
            "batch": member.batch,
        }
        for k, member in enumerate(sheet.fleet.members)
    ]
