"""Units that serve a demand: shares or priorities, utilization, zones, bounds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Floats, Ints

EPSILON = 1e-9
"""Keeps 300.0000001 from becoming 301."""


@dataclass(frozen=True, slots=True)
class ZoneRule:
    """How many zones the units of a location are spread over, and how many of them may fail."""

    count: int = 1
    survive: int = 0
    utilization: float | None = None
    """Load allowed to the survivors while a zone is lost; None: no more than at other times."""

    @property
    def left(self) -> int:
        """Zones that remain after the failure."""
        return self.count - self.survive


@dataclass(frozen=True, slots=True)
class StockChange:
    """Units that arrive (already ordered) or leave (retired), on a local date."""

    on: np.datetime64
    count: int
    """Above zero: a delivery; below: a retirement."""


@dataclass(frozen=True, slots=True)
class Member:
    """One instance type at one location."""

    instance: str
    throughput: float
    """Units of the series per base step that one instance serves at full load."""
    location: str = ""
    generation: int | None = None
    share: float = 1.0
    """Part of the demand; of no account where the fleet goes by priority."""
    priority: int | None = None
    at_most: int | None = None
    at_least: int = 0
    batch: int = 1
    """Orders come in multiples of it."""
    current: int = 0
    changes: tuple[StockChange, ...] = ()
    lead_days: int = 0
    """From order to service."""
    price: float | None = None
    """An instance and hour."""
    group: str = ""
    """What the platform calls it: an Auto Scaling group, a deployment, a scalable target."""

    @property
    def label(self) -> str:
        """Instance and location, as people say it."""
        return f"{self.instance} in {self.location}" if self.location else self.instance


@dataclass(frozen=True, eq=False)
class Need:
    """Units by member and window, both of shape (members, windows)."""

    units: Ints
    missing: Ints
    """Units beyond what `at_most` allows; nobody serves their part."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """What serves the demand, and with how much room."""

    members: tuple[Member, ...]
    utilization: float = 0.6
    headroom: float = 0.0
    burst: float = 1.0
    zones: ZoneRule = ZoneRule()

    @property
    def by_priority(self) -> bool:
        """True where members fill up one after the other instead of by share."""
        return any(member.priority is not None for member in self.members)

    def strict(self) -> Fleet:
        """The same fleet if its utilization had to hold after losing zones, too."""
        return replace(self, zones=replace(self.zones, utilization=None))

    def with_throughput(self, throughput: float) -> Fleet:
        """The same fleet if each of its units served as much."""
        return replace(self, members=tuple(replace(m, throughput=throughput) for m in self.members))

    def needed(self, demand: Floats) -> Need:
        """Units that serve a demand of shape (windows,), in units of the series per base step.

        Rounded once, per zone and after shares. By priority, what a full member leaves goes on
        as demand, not as units.
        """
        load = np.maximum(demand, 0.0) * self.burst * (1 + self.headroom)
        units = np.zeros((len(self.members), len(load)), dtype="int64")
        missing = np.zeros_like(units)
        for k in self._order():
            member = self.members[k]
            part = load if self.by_priority else load * member.share
            wanted = self.units_for(member, part)
            allowed = self._allowed(member)
            units[k] = wanted if allowed is None else np.minimum(wanted, allowed)
            short = wanted > units[k]
            rest = np.where(short, np.maximum(part - self._carried(member, units[k]), 0.0), 0.0)
            if self.by_priority:
                load = rest
            else:
                missing[k] = np.where(short, wanted - units[k], 0)
            units[k] = np.maximum(units[k], member.at_least)
        if self.by_priority and len(self.members):
            last = self._order()[-1]
            missing[last] = self.units_for(self.members[last], load)
        return Need(units, missing)

    def units_for(self, member: Member, load: Floats) -> Ints:
        """Units of one member for a load, headroom and burst in it; whole zones, no bounds."""
        zones, carries = self.zones, member.throughput
        bare = _ceil(load / (carries * self.utilization))
        if zones.utilization is None:
            each = -(-bare // zones.left)
        else:
            after = _ceil(load / (carries * zones.utilization) / zones.left)
            each = np.maximum(-(-bare // zones.count), after)
        return np.asarray(zones.count * each)

    def rated(self, units: Ints) -> float:
        """The highest demand that (members,) units serve with headroom, utilization and zones as planned."""
        return self._limit([float(self._carried(m, n)) for m, n in zip(self.members, units, strict=True)]) / (
            self.burst * (1 + self.headroom)
        )

    def full(self, units: Ints) -> float:
        """The highest demand that (members,) units serve at 100% load with every zone up."""
        carried = [m.throughput * float(n) for m, n in zip(self.members, units, strict=True)]
        return self._limit(carried) / self.burst

    def loads(self, demand: float, units: Ints) -> tuple[Floats, Floats]:
        """Load of each member's units at a demand, as a share of full load: normally, and with zones lost."""
        throughput = np.array([member.throughput for member in self.members])
        share = np.array([member.share for member in self.members])
        if self.by_priority:
            carried = units * throughput
            share = carried / max(float(carried.sum()), EPSILON)
        part = demand * self.burst * share
        with np.errstate(divide="ignore", invalid="ignore"):
            normal = np.where(part > 0, part / (units * throughput), 0.0)
            after = np.where(part > 0, part / (self._survivors(units) * throughput), 0.0)
        return np.asarray(normal), np.asarray(after)

    def _order(self) -> list[int]:
        last = len(self.members) + max((m.priority or 0 for m in self.members), default=0)
        return sorted(range(len(self.members)), key=lambda k: (self.members[k].priority or last, k))

    def _allowed(self, member: Member) -> int | None:
        """Whole zones under `at_most`."""
        return None if member.at_most is None else member.at_most // self.zones.count * self.zones.count

    def _carried(self, member: Member, units: Ints) -> Floats:
        """The load that units of a member carry as planned, zones lost."""
        after = self._survivors(units) * member.throughput
        if self.zones.utilization is None:
            return np.asarray(after * self.utilization)
        normal = np.asarray(units) * member.throughput * self.utilization
        return np.asarray(np.minimum(normal, after * self.zones.utilization))

    def _survivors(self, units: Ints) -> Ints:
        """Units left when the fullest zones fail; uneven ones lose their larger part."""
        each, over = np.divmod(units, self.zones.count)
        return np.asarray(units - self.zones.survive * each - np.minimum(self.zones.survive, over))

    def _limit(self, carried: list[float]) -> float:
        if self.by_priority:
            return sum(carried)
        parts = [load / m.share for m, load in zip(self.members, carried, strict=True) if m.share > 0]
        return min(parts, default=0.0)


def _ceil(values: Floats) -> Ints:
    return np.ceil(values - EPSILON).astype("int64")
