"""Orders: what is needed beyond what is there, by week, dated back by the lead time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Ints, Times
    from cloudtune.plan.fleet import Member

PEAK_WEEKS = 6
"""Units needed for a shorter time are a burst: on demand, or a reservation with an end."""
DAY = np.timedelta64(1, "D")

Kind = Literal["base", "burst"]


@dataclass(frozen=True, eq=False)
class WeeklyNeed:
    """Units of one member that are needed, by week and by day; all dates are local."""

    weeks: Times
    """First day of each week (Monday, but for the first one), in days."""
    end: np.datetime64
    """The day after the last one."""
    units: Ints
    """(weeks,): for the highest step of the week."""
    days: Times
    """Every day of the weeks; the same as `weeks` where the series has no days."""
    day_units: Ints
    """(days,): for the highest step of each day alone."""
    data_through: np.datetime64


@dataclass(frozen=True, slots=True)
class Order:
    """Units to order for one week."""

    member: Member
    week: np.datetime64
    need_by: np.datetime64
    """The first day whose own need isn't met by what is there."""
    order_by: np.datetime64
    units: int
    total_after: int
    """Units in place once it has arrived."""
    kind: Kind
    late_days: int
    """Days between the order date and the end of the data; 0 where it can still be in time."""
    hours: float
    """For how long it is needed within the horizon."""

    @property
    def cost(self) -> float | None:
        """Units times hours times price; None without a price."""
        return None if self.member.price is None else self.units * self.hours * self.member.price


def stock(member: Member, weeks: Times, end: np.datetime64) -> Ints:
    """Units there in each week without new orders, never below 0.

    A delivery counts from the first week that begins with it; a retirement from the week that it falls in.
    """
    ends = np.append(weeks[1:], end)
    found = np.full(len(weeks), member.current)
    for change in member.changes:
        found += np.where(weeks >= change.on if change.count > 0 else ends > change.on, change.count, 0)
    return np.maximum(found, 0)


def orders_of(member: Member, need: WeeklyNeed) -> tuple[Order, ...]:
    """Orders of one member, by week.

    order(w) = max(0, need(w) - stock(w) - orders placed for earlier weeks), in whole batches; what was
    ordered stays, so that no order is lowered by a later week.
    """
    have = stock(member, need.weeks, need.end)
    found: list[Order] = []
    placed = 0
    for w in range(len(need.weeks)):
        before = int(have[w]) + placed
        units = in_batches(int(need.units[w]) - before, member, before)
        if units > 0:
            found += _split(member, need, w, before, units)
            placed += units
    return tuple(found)


def in_batches(wanted: int, member: Member, before: int) -> int:
    """Whole batches that cover `wanted`, no more than `at_most` leaves room for."""
    batches = -(-wanted // member.batch)
    if member.at_most is not None:
        batches = min(batches, (member.at_most - before) // member.batch)
    return max(batches, 0) * member.batch


def _split(member: Member, need: WeeklyNeed, w: int, before: int, units: int) -> list[Order]:
    """One order as what lasts and what only a peak needs."""
    lasting = int(need.units[w : w + PEAK_WEEKS].min())
    base = min(units, in_batches(lasting - before, member, before))
    lots = (_Lot("base", base, before), _Lot("burst", units - base, before + base))
    return [_order(member, need, w, lot) for lot in lots if lot.units > 0]


@dataclass(frozen=True, slots=True)
class _Lot:
    kind: Kind
    units: int
    before: int


def _order(member: Member, need: WeeklyNeed, w: int, lot: _Lot) -> Order:
    by = _need_by(need, w, lot.before)
    order_by = by - member.lead_days * DAY
    return Order(
        member=member,
        week=need.weeks[w],
        need_by=by,
        order_by=order_by,
        units=lot.units,
        total_after=lot.before + lot.units,
        kind=lot.kind,
        late_days=max(int((need.data_through - order_by) / DAY), 0),
        hours=float((_needed_until(need, w, lot) - by) / np.timedelta64(1, "h")),
    )


def _need_by(need: WeeklyNeed, w: int, before: int) -> np.datetime64:
    """The first day of the week with more need than units; else its highest one.

    Why else: the highest step of seven days may be high at the quantile where none of the days is alone.
    """
    inside = np.flatnonzero((need.days >= need.weeks[w]) & (need.days < _week_end(need, w)))
    units = need.day_units[inside]
    over = np.flatnonzero(units > before)
    return need.days[inside[over[0] if len(over) else int(np.argmax(units))]]


def _needed_until(need: WeeklyNeed, w: int, lot: _Lot) -> np.datetime64:
    """The end of the horizon for what lasts; the end of the last week of the peak for the rest."""
    idle = np.flatnonzero(need.units[w:] <= lot.before)
    return need.end if lot.kind == "base" or not len(idle) else _week_end(need, w + int(idle[0]) - 1)


def _week_end(need: WeeklyNeed, w: int) -> np.datetime64:
    return need.weeks[w + 1] if w + 1 < len(need.weeks) else need.end
