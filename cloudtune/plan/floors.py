"""From the need of each step to a floor for platforms: early enough, long enough, in few steps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.plan.thinning import Pieces, thin

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Floats, Ints, Times


@dataclass(frozen=True, slots=True)
class FloorRule:
    """How a floor follows the need."""

    startup: int = 0
    """Minutes from a request for units to their serving, and what the platform may be late by."""
    hold: int = 0
    """Minutes for which units stay after the need."""
    bucket: int = 15
    """Minutes; steps begin on multiples of it."""
    actions: int = 120
    """Steps at most."""
    gap: int = 5
    """Minutes between steps at least."""
    min_step: float = 0.0
    """Falls by a smaller share are left out; rises never are."""


@dataclass(frozen=True, eq=False)
class Floor:
    """Units that a platform must not go below: a step function."""

    at: Times
    """Instants in UTC, rising; each step holds until the next."""
    units: Ints
    until: np.datetime64
    """End of the last step."""

    def __len__(self) -> int:
        return len(self.at)

    @property
    def hours(self) -> Floats:
        """Length of each step."""
        ends = np.append(self.at[1:], self.until)
        return np.asarray((ends - self.at) / np.timedelta64(1, "h"))

    @property
    def unit_hours(self) -> float:
        """What the floor costs in units times hours."""
        return float((self.units * self.hours).sum())

    def cut(self, begin: np.datetime64, end: np.datetime64, gap: int = 0) -> Floor:
        """The floor between two instants; the step in force at `begin` comes first.

        Where the cut leaves less than `gap` minutes of it, it joins the next one at the higher of both.
        """
        kept = (self.at < end) & (np.append(self.at[1:], self.until) > begin)
        at, units = np.maximum(self.at[kept], begin), self.units[kept].copy()
        if len(at) > 1 and at[1] - at[0] < np.timedelta64(gap * 60, "s"):
            units[0] = units[:2].max()
            at, units = np.delete(at, 1), np.delete(units, 1)
        return Floor(at, units, min(self.until, end))

    def value(self, times: Times) -> Ints:
        """The floor in force at instants from its first step on."""
        return np.asarray(self.units[np.searchsorted(self.at, times, side="right") - 1])


@dataclass(frozen=True, eq=False)
class Thinned:
    """A floor in few steps, and what thinning costs."""

    floor: Floor
    needed_hours: float
    """Unit-hours of the need itself, with startup and hold."""

    @property
    def above(self) -> float:
        """Unit-hours above the need, as a share of it."""
        return self.floor.unit_hours / self.needed_hours - 1 if self.needed_hours > 0 else 0.0


def floor_of(need: Ints, start: np.datetime64, minutes: int, rule: FloorRule) -> Thinned:
    """The floor over steps of `minutes` from `start` (UTC) on; never below need, startup and hold."""
    fine = min(minutes, rule.bucket)
    steps = np.repeat(need, minutes // fine)
    held = held_for(needed_before(steps, -(-rule.startup // fine)), -(-rule.hold // fine))
    phase = _phase(start, fine, rule.bucket)
    edges = np.unique(np.append(np.arange(-phase, len(held), rule.bucket // fine).clip(0), len(held)))
    buckets = np.maximum.reduceat(held, edges[:-1])
    pieces = thin(buckets, np.diff(edges) * fine, rule.actions, rule.gap)
    kept = without_small_falls(pieces, rule.min_step)
    begin = start.astype("datetime64[s]") + edges[kept.first] * np.timedelta64(fine * 60, "s")
    until = start.astype("datetime64[s]") + np.timedelta64(len(held) * fine * 60, "s")
    return Thinned(Floor(begin, kept.values, until), float(held.sum()) * fine / 60)


def needed_before(need: Ints, steps: int) -> Ints:
    """The highest need from each step to `steps` later: units that must be asked for by then."""
    return running_highest(need[::-1], steps)[::-1]


def held_for(need: Ints, steps: int) -> Ints:
    """The highest need from `steps` earlier to each step."""
    return running_highest(need, steps)


def running_highest(values: Ints, back: int) -> Ints:
    """The highest of each value and the `back` before it; doubled strides, so n log(back) work."""
    found, covered = np.array(values), 1
    while covered < min(back + 1, len(values)):
        stride = min(covered, back + 1 - covered)
        found[stride:] = np.maximum(found[stride:], found[:-stride].copy())
        covered += stride
    return found


def without_small_falls(pieces: Pieces, share: float) -> Pieces:
    """Falls smaller than a share of what is in force are passed over, so the floor stays where it is."""
    first, values = [0], [int(pieces.values[0])]
    for start, value in zip(pieces.first[1:].tolist(), pieces.values[1:].tolist(), strict=True):
        if value > values[-1] or values[-1] - value >= max(share * values[-1], 1):
            first.append(start)
            values.append(value)
    return Pieces(np.array(first), np.array(values))


def _phase(start: np.datetime64, fine: int, bucket: int) -> int:
    """Fine steps by which the start lies past a multiple of the bucket (UTC)."""
    minute = int(start.astype("datetime64[m]").astype("int64"))
    return minute % bucket // fine
