"""Capacity that can be: zones, shares, bounds and throughputs that fit each other and the series."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem
from cloudtune.spec.messages import enumerated, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.spec.capacity import Capacity, FleetMember
    from cloudtune.spec.forecast import ForecastSpec

_ROUNDING = 0.0005
_FLEET = ("capacity", "fleet")


def check_capacity(spec: ForecastSpec) -> Iterator[Problem]:
    """Everything that can be wrong with a capacity block once its values can be read."""
    capacity = spec.capacity
    if capacity is None:
        return
    yield from _demand(capacity, spec.quantiles)
    yield from _room(capacity)
    yield from _zones(capacity)
    yield from _shares(capacity)
    for number, member in enumerate(capacity.fleet):
        yield from _bounds(member, number)
        yield from _throughput(member, number, spec)


def _demand(capacity: Capacity, quantiles: list[float]) -> Iterator[Problem]:
    known = ["mean", *(f"q{quantile * 100:g}" for quantile in quantiles)]
    if capacity.demand not in known:
        message = f"the demand {quoted(capacity.demand)} is not forecast"
        hint = f"known: {enumerated(known)}; others need their quantile in `quantiles`"
        yield Problem("CT326", message, hint, path=("capacity", "demand"))


def _room(capacity: Capacity) -> Iterator[Problem]:
    if not 0 < capacity.utilization <= 1:
        message = f"a utilization of {capacity.utilization:.0%} can't be reached"
        hint = "write a percentage above 0% and up to 100%"
        yield Problem("CT326", message, hint, path=("capacity", "utilization"))
    if capacity.headroom < 0:
        message = "headroom can't be negative"
        yield Problem("CT326", message, "write it like 10%", path=("capacity", "headroom"))
    if capacity.burst < 1:
        message = f"the busiest second can't be {capacity.burst:g}x the mean one"
        yield Problem("CT326", message, "write a factor from 1x on", path=("capacity", "burst"))


def _zones(capacity: Capacity) -> Iterator[Problem]:
    zones = capacity.zones
    if zones.survive >= zones.count:
        message = f"{zones.survive} of {zones.count} zones can't be lost"
        yield Problem("CT326", message, "keep at least one", path=("capacity", "zones", "survive"))
    if zones.utilization is not None and not capacity.utilization <= zones.utilization <= 1:
        message = f"survivors may carry {zones.utilization:.0%}, which is no more than at other times"
        if zones.utilization > 1:
            message = f"survivors can't carry {zones.utilization:.0%}"
        hint = f"write a percentage from {capacity.utilization:.0%} up to 100%, or leave it out"
        yield Problem("CT326", message, hint, path=("capacity", "zones", "utilization"))


def _shares(capacity: Capacity) -> Iterator[Problem]:
    fleet = capacity.fleet
    prioritised = [member.priority is not None for member in fleet]
    if any(prioritised):
        for number, member in enumerate(fleet):
            if member.share is not None or member.priority is None:
                message = "a fleet goes by `share` or by `priority`, all members alike"
                yield Problem("CT326", message, "keep one of the two", path=(*_FLEET, number))
        return
    shares = [1.0 if member.share is None else member.share for member in fleet]
    for number, share in enumerate(shares):
        if not 0 < share <= 1:
            message = f"a share of {share:.0%} is not above 0% and up to 100%"
            yield Problem("CT326", message, path=(*_FLEET, number, "share"))
    if shares and abs(sum(shares) - 1) > _ROUNDING:
        message = f"the shares of the fleet add up to {sum(shares):.1%}"
        yield Problem("CT326", message, "they must add up to 100%", path=_FLEET, at_key=True)


def _bounds(member: FleetMember, number: int) -> Iterator[Problem]:
    if member.at_most is not None and member.at_least > member.at_most:
        message = f"at least {member.at_least} can't be kept of at most {member.at_most}"
        yield Problem("CT326", message, "lower `at_least`", path=(*_FLEET, number, "at_least"))


def _throughput(member: FleetMember, number: int, spec: ForecastSpec) -> Iterator[Problem]:
    """A count a step needs its unit of time wherever a step is not the minute that people think of."""
    path = (*_FLEET, number, "throughput")
    is_count = spec.series.aggregate == "sum"
    if is_count and not member.throughput.unit and spec.series.step.minutes != 1:
        message = f"a throughput of {member.throughput} has no unit of time, and a step is {spec.series.step}"
        hint = f"write {member.throughput}/min, or per s, h or d as it was measured"
        yield Problem("CT331", message, hint, path=path)
    if not is_count and member.throughput.unit:
        message = f"the series is a {spec.series.aggregate} and no count: it has no {member.throughput}"
        hint = f"write {member.throughput.amount:g}: what one instance serves of it at once"
        yield Problem("CT331", message, hint, path=path)
