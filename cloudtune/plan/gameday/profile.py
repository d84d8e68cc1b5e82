"""The profile of a game day: journeys to begin in each minute, with ramp, scale and what is live already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Floats, Ints

SIMILAR = 0.02
"""Neighbouring minutes that differ by less are joined."""


@dataclass(frozen=True, eq=False)
class Profile:
    """Journeys that begin, by minute."""

    journeys: tuple[str, ...]
    rates: Floats
    """(journeys, minutes)."""
    ramp: int = 0
    """Minutes of the ramp at the beginning."""

    @property
    def minutes(self) -> int:
        """Length, ramp included."""
        return int(self.rates.shape[1])

    @property
    def counts(self) -> Ints:
        """Whole journeys by minute: fractions are carried to the next one, so that totals hold."""
        along = np.floor(np.cumsum(self.rates, axis=1) + 1e-9)
        return np.diff(along, axis=1, prepend=0).astype("int64")


class RateStep(NamedTuple):
    """Minutes at one rate."""

    minutes: int
    rate: int
    """Journeys a time unit."""


def nearest_path(peaks: Floats, level: float | None) -> int:
    """The path whose highest step is nearest to a quantile of (paths,), or to the mean for None.

    Why a path: its total and its peak belong together, which those of quantiles don't.
    """
    wanted = peaks.mean() if level is None else np.quantile(peaks, level)
    return int(np.argmin(np.abs(peaks - wanted)))


def by_minute(values: Floats, minutes: int) -> Floats:
    """Counts a step as counts a minute, for steps of whole minutes."""
    return np.repeat(values / minutes, minutes, axis=-1)


def compressed(rates: Floats, factor: int) -> Floats:
    """The same rates in a shorter time: every `factor` minutes become one, at their mean."""
    if factor == 1:
        return rates
    edges = np.arange(0, rates.shape[1], factor)
    sizes = np.diff(np.append(edges, rates.shape[1]))
    return np.asarray(np.add.reduceat(rates, edges, axis=1) / sizes)


def net_of(rates: Floats, planned: Floats, live: Floats) -> Floats:
    """What is to be added to live traffic so that both together are the plan; never below 0."""
    missing = np.maximum(planned - live, 0.0)
    share = np.divide(missing, planned, out=np.zeros(len(planned)), where=planned > 0)
    return np.asarray(rates * share)


def ramped(profile: Profile, ramp: int, hold: int) -> Profile:
    """A straight rise to the first rates, held for a while, before the profile."""
    first = profile.rates[:, :1]
    rise = first * (np.arange(ramp) + 0.5) / max(ramp, 1)
    held = np.repeat(first, hold, axis=1)
    return replace(profile, rates=np.concatenate([rise, held, profile.rates], axis=1), ramp=ramp + hold)


def check_rate(profile: Profile, calls_each: Floats, max_rate: float | None) -> None:
    """Raise Refusal where calls a minute would exceed the hard limit of the game day."""
    calls = calls_each @ profile.rates
    highest = float(calls.max()) if len(calls) else 0.0
    if max_rate is not None and highest > max_rate:
        raise Refusal(
            Problem(
                "CT812",
                f"the profile reaches {highest:,.0f} calls a minute, above `max_rate` of {max_rate:,.0f}",
                f"lower `scale` to {max_rate / highest:.0%} of what it is, or raise `max_rate`",
                path=("max_rate",),
            )
        )


def segments(rates: Floats, unit_minutes: int = 1) -> list[RateStep]:
    """Minutes of one journey as few steps: joined where they differ little, jumps where they don't.

    Rates are whole numbers a time unit; what rounding leaves is carried on, so that the total holds.
    """
    edges = [0]
    for minute in range(1, len(rates)):
        begin = rates[edges[-1]]
        if abs(rates[minute] - begin) > SIMILAR * max(begin, 1e-9):
            edges.append(minute)
    found: list[RateStep] = []
    carry = 0.0
    for first, last in zip(edges, [*edges[1:], len(rates)], strict=True):
        length = last - first
        wanted = float(rates[first:last].sum()) + carry
        rate = max(round(wanted * unit_minutes / length), 0)
        carry = wanted - rate * length / unit_minutes
        if found and found[-1].rate == rate:
            found[-1] = RateStep(found[-1].minutes + length, rate)
        else:
            found.append(RateStep(length, rate))
    return found


def arrivals(counts: Ints) -> Floats:
    """Seconds at which journeys of one kind begin: evenly inside each minute."""
    found = [
        60 * (minute + (np.arange(count) + 0.5) / count) for minute, count in enumerate(counts) if count > 0
    ]
    return np.concatenate(found) if found else np.zeros(0)
