"""Journeys of customers as weighted chains of calls, and how often each begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.plan.arrays import Floats

Z95 = 1.6449
TAIL = 3.0
"""95th percentile of think times over their median, where none is given."""
ANSWER_SECONDS = 0.5
"""What a call may take, for the number of customers that are under way."""
CONTRADICTION = 0.01
"""Share of the traffic by which anchored journeys may exceed it before the mix is refused."""


@dataclass(frozen=True, slots=True)
class Call:
    """One step of a journey."""

    name: str
    times: int = 1
    goes_on: float = 1.0
    """Chance that the customer goes on after it."""


@dataclass(frozen=True, slots=True)
class Journey:
    """What a customer does, one call after the other."""

    name: str
    calls: tuple[Call, ...]
    anchor: str = ""
    """The forecast that equals the journeys that reach their last call; empty: a share of the rest."""
    share: float = 0.0
    """Part of the traffic that anchored journeys leave."""
    think_seconds: float = 5.0
    """Median between calls."""
    think_p95: float | None = None

    @property
    def reach(self) -> Floats:
        """Chance that a journey gets to each call."""
        chances = [call.goes_on for call in self.calls]
        return np.concatenate(([1.0], np.cumprod(chances[:-1])))

    @property
    def calls_each(self) -> float:
        """Calls of one journey on average."""
        return float(np.dot(self.reach, [call.times for call in self.calls]))

    @property
    def completes(self) -> float:
        """Chance that a journey reaches its last call."""
        return float(self.reach[-1])

    @property
    def sigma(self) -> float:
        """Of the log of think times."""
        p95 = self.think_p95 or TAIL * self.think_seconds
        return float(np.log(max(p95 / self.think_seconds, 1.0)) / Z95) if self.think_seconds > 0 else 0.0

    @property
    def seconds_p95(self) -> float:
        """Length of nearly all whole journeys: thinks add up like independent ones, answers are slow."""
        count = sum(call.times for call in self.calls)
        mean = self.think_seconds * float(np.exp(self.sigma**2 / 2))
        spread = mean * float(np.sqrt(np.expm1(self.sigma**2)))
        return count * (mean + ANSWER_SECONDS) + Z95 * float(np.sqrt(count)) * spread


def starts(journeys: tuple[Journey, ...], traffic: Floats, anchors: Mapping[str, Floats]) -> Floats:
    """Journeys that begin in each step: (journeys, steps), from calls and from anchoring forecasts a step.

    Anchored journeys come first: as many reach their last call as the forecast says. What of the traffic
    they don't explain is shared among the others. Raises Refusal where they explain more than there is.
    """
    rates = np.zeros((len(journeys), len(traffic)))
    for k, journey in enumerate(journeys):
        if journey.anchor:
            rates[k] = np.maximum(anchors[journey.anchor], 0.0) / journey.completes
    calls = np.array([journey.calls_each for journey in journeys])
    rest = traffic - calls @ rates
    _check(rest, traffic)
    free = np.array([0.0 if journey.anchor else journey.share for journey in journeys])
    total = float(free.sum())
    if total > 0:
        rates += np.outer(free / total / calls, np.maximum(rest, 0.0))
    return rates


def calls_by_name(journeys: tuple[Journey, ...], rates: Floats) -> dict[str, Floats]:
    """Calls of each name in each step."""
    found: dict[str, Floats] = {}
    for journey, rate in zip(journeys, rates, strict=True):
        for call, reach in zip(journey.calls, journey.reach, strict=True):
            found[call.name] = found.get(call.name, np.zeros(len(rate))) + rate * reach * call.times
    return found


def _check(rest: Floats, traffic: Floats) -> None:
    worst = int(np.argmin(rest))
    if rest[worst] < -CONTRADICTION * max(float(traffic[worst]), 0.0):
        over = traffic[worst] - rest[worst]
        raise Refusal(
            Problem(
                "CT811",
                f"journeys with an anchor make {over:,.0f} calls in step {worst} of the window; "
                f"the forecast of the traffic has {traffic[worst]:,.0f}",
                "lower `times` or `continue` of their steps, or choose the forecast that counts all calls",
                path=("journeys",),
            )
        )
