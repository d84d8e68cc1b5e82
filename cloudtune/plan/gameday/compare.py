"""A game day afterwards: what was planned against what was seen, each finding with its proposal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cloudtune.plan.arrays import Floats
    from cloudtune.plan.fleet import Fleet

DROPPED, SENT = 0.005, 0.98
"""More starts dropped, or fewer calls sent, and the generator was short: the run proves nothing."""
OFF = 0.10
"""Calls of a name may differ from their plan by this share."""
PLATEAU = 5
"""Minutes at one rate that give a point of throughput."""
ERRORS = 0.01
"""Share of errors that a service may answer with on a plateau."""


@dataclass(frozen=True, eq=False)
class SeenCalls:
    """What one call or service saw, by minute of the profile; NaN where nothing was measured."""

    name: str
    requests: Floats
    errors: Floats
    p99_ms: Floats
    units: Floats
    """In place."""


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """What a service promises, and what its fleet is planned with."""

    name: str
    slo_ms: float
    fleet: Fleet
    step_minutes: int
    demand: float
    """Highest of the outlook, in units of its forecast per step."""


@dataclass(frozen=True, slots=True)
class GamedayFinding:
    """One thing that the rehearsal showed."""

    kind: str
    """generator short, ratio off, throughput lower, not covered."""
    subject: str
    planned: float | None
    seen: float | None
    proposal: str
    throughput: float | None = None
    """Measured, per unit and step of the service's forecast; where the spec should say so."""


def findings(
    planned: Mapping[str, Floats],
    seen: Sequence[SeenCalls],
    services: Sequence[ServicePlan],
    dropped: float = 0.0,
) -> tuple[GamedayFinding, ...]:
    """Calls by name and minute as planned, against what was seen; what the generator did comes first."""
    by_name = {one.name: one for one in seen}
    short = tuple(_generator(planned, by_name, dropped))
    ratios = () if short else tuple(_ratios(planned, by_name))
    measured = [
        finding for service in services if service.name in by_name for finding in _service(service, by_name)
    ]
    return (*short, *ratios, *measured, *_uncovered(planned, by_name, services))


def _generator(
    planned: Mapping[str, Floats], seen: Mapping[str, SeenCalls], dropped: float
) -> Iterator[GamedayFinding]:
    calls = float(sum(values.sum() for values in planned.values()))
    sent = float(sum(np.nansum(seen[name].requests) for name in planned if name in seen))
    starts = calls + dropped
    if calls > 0 and (sent < SENT * calls or dropped > DROPPED * starts):
        proposal = "more generators; this run proves nothing"
        yield GamedayFinding("generator short", "all calls", calls, sent, proposal)


def _ratios(planned: Mapping[str, Floats], seen: Mapping[str, SeenCalls]) -> Iterator[GamedayFinding]:
    for name, values in planned.items():
        if name not in seen:
            continue
        wanted, found = float(values.sum()), float(np.nansum(seen[name].requests))
        if wanted > 0 and abs(found / wanted - 1) > OFF:
            proposal = (
                f"{name} came {found / wanted:.2f} times as often: correct `times` or `continue` before it"
            )
            yield GamedayFinding("ratio off", name, wanted, found, proposal)


def _service(service: ServicePlan, seen: Mapping[str, SeenCalls]) -> Iterator[GamedayFinding]:
    """The throughput of its best plateau, where it is lower than planned with."""
    highest = best_plateau(seen[service.name], service.slo_ms)
    if highest is None or len(service.fleet.members) != 1:
        return
    member = service.fleet.members[0]
    measured = highest * service.step_minutes
    if measured >= member.throughput:
        return
    wanted = np.array([service.demand])
    before = int(service.fleet.needed(wanted).units[0, 0])
    after = int(service.fleet.with_throughput(measured).needed(wanted).units[0, 0])
    proposal = f"throughput {member.throughput:,.4g} -> {measured:,.4g}: {after - before:+,} {member.label}"
    yield GamedayFinding("throughput lower", service.name, member.throughput, measured, proposal, measured)


def best_plateau(seen: SeenCalls, slo_ms: float) -> float | None:
    """The highest rate a minute and unit over five minutes in a row with answers as promised."""
    per_unit = seen.requests / seen.units
    good = (seen.p99_ms <= slo_ms) & (seen.errors <= ERRORS * seen.requests) & np.isfinite(per_unit)
    found = [
        float(per_unit[k : k + PLATEAU].mean())
        for k in range(len(good) - PLATEAU + 1)
        if good[k : k + PLATEAU].all()
    ]
    return max(found, default=None)


def _uncovered(
    planned: Mapping[str, Floats], seen: Mapping[str, SeenCalls], services: Sequence[ServicePlan]
) -> Iterator[GamedayFinding]:
    known = {*planned, *(service.name for service in services)}
    for name, one in seen.items():
        if name not in known:
            total = float(np.nansum(one.requests))
            yield GamedayFinding(
                "not covered", name, None, total, "it saw load and has no spec: add a forecast"
            )
