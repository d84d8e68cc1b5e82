"""Links: the scales on which level, profile and lifts are added up, and all in which they differ.

log: y = exp(level + profile + lift) - shift
ratio: y = scale exp(level) profile
id: y = scale (level + profile + lift)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol, assert_never

import numpy as np

from cloudtune.model.effects import Effects, Factors, Summands
from cloudtune.model.linalg import row_medians

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, BySlot, Floats, Levels

LinkName = Literal["log", "ratio", "id"]
FEW_COUNTS = 50.0
"""Counts below this need a larger shift before their logarithm is taken."""
LEAST_TOTAL = 1e-9
LEAST = 0.01
"""A period's total counts as at least this part of the usual one: a closed day is no minus infinity."""
FEW = 0.5
CLEARLY = 0.85
"""Part of the error of the best product that a sum must stay under: it says means, the product medians."""
LEAST_SMEAR, MOST_SMEAR = 0.8, 1.5
NEXT_TO_NOTHING = 0.05
"""A level under this part of the series' usual size is no base for a rate."""


class Link(Protocol):
    """A scale. Levels are by period and profiles by period and slot, both on the link's scale."""

    name: ClassVar[LinkName]
    effects: ClassVar[Effects]
    """How ingredients act on values of the series."""
    flat: ClassVar[float]
    """The profile of a period without a curve."""
    handicap: ClassVar[float]
    """What its error counts for when links are compared."""

    @property
    def scale(self) -> float:
        """The series' mean size, in its units."""

    def forward(self, values: Floats) -> Floats:
        """Values of the series as the model sees them."""

    def back(self, level: Floats, profile: BySlot) -> Floats:
        """Values of the series from a level and what is added to it (arrays of one shape)."""

    def outset(self, level: Floats) -> Floats:
        """Where a path starts from that ingredients are applied to, one after the other: its trend alone."""

    def size(self, level: Floats) -> Floats:
        """What a level weighs when errors of levels are compared."""

    def single_level(self, forward: Floats) -> Floats:
        """The level of periods of one slot, from what `forward` says of it."""

    def levels(self, by_slot: BySlot, profile: BySlot, good: Bools) -> Levels:
        """The level of each period given its profile, whatever its gaps; only `good` ones matter."""

    def profiles(self, by_slot: BySlot, lift: BySlot, level: Floats) -> BySlot:
        """What is left for the profile, by period and slot."""

    def first_profile(self, sample: Floats) -> Floats:
        """A first profile from well seen periods: the middle of each slot."""

    def profile_total(self, profile: BySlot) -> Floats:
        """What each period's curve comes to, in units of its level."""

    def level_of_total(self, total: Floats, curve: Floats, points: int, slots: int) -> Floats:
        """The level of a period known by its mean times `points` alone (1, or its slots); NaN of none."""

    def level_effect(self, error: Floats) -> Floats:
        """What an error of the level does to a base point, as an effect."""

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:
        """Values off by a level's error (an effect on each of `size` base points) and a residual block."""

    def effect_of(self, coefficient: float, base: float = 0.0) -> float:
        """A coefficient on top of another, as an effect less the neutral one: a share, or a size."""

    def rates(self, changes: tuple[float, ...], level: float) -> tuple[float, ...]:
        """Changes of a level as parts of what it is; NaN where it is next to nothing."""

    def as_share(self, rate: float) -> float:
        """A rate as a share."""

    def smear(self, path: Floats, residuals: Floats, within: float) -> float:
        """Mean over median, from a level, what it has missed by, and the same ratio within days."""


@dataclass(frozen=True, slots=True)
class _ExpLevel:
    """What log and ratio share: the level is a logarithm, ingredients are factors."""

    effects: ClassVar[Effects] = Factors()
    handicap: ClassVar[float] = 1.0
    scale: float

    def size(self, level: Floats) -> Floats:
        """exp(level)."""
        return np.exp(np.clip(level, -700, 50))

    def level_effect(self, error: Floats) -> Floats:
        """A factor."""
        return np.exp(np.clip(error, -50, 50))

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:
        """As its effects act."""
        return self.effects.with_noise(value, level, block, size)

    def effect_of(self, coefficient: float, base: float = 0.0) -> float:
        """exp(base + coefficient) - exp(base)."""
        return float(np.expm1(np.clip(base + coefficient, -20, 20)) - np.expm1(base))

    def rates(self, changes: tuple[float, ...], level: float) -> tuple[float, ...]:  # noqa: ARG002
        """Changes of a logarithm are rates as they are."""
        return changes

    def as_share(self, rate: float) -> float:
        """exp(rate) - 1."""
        return float(np.expm1(np.clip(rate, -20, 20)))

    def smear(self, path: Floats, residuals: Floats, within: float) -> float:
        """Sum of actual values over the sum of fitted medians, within bounds."""
        size = np.exp(np.clip(path, -50, 50))
        level = float((size * np.exp(np.clip(residuals, -3, 3))).sum() / max(size.sum(), 1e-300))
        return float(np.clip(level * within, LEAST_SMEAR, MOST_SMEAR))


@dataclass(frozen=True, slots=True)
class LogLink(_ExpLevel):
    """y = exp(level + profile) - shift."""

    name: ClassVar[LinkName] = "log"
    flat: ClassVar[float] = 0.0
    shift: float
    """Added before the logarithm: nothing unless the series touches zero."""

    def forward(self, values: Floats) -> Floats:
        """log(y + shift)."""
        return np.log(np.maximum(values + self.shift, 1e-12))

    def back(self, level: Floats, profile: BySlot) -> Floats:
        """exp(level + profile) - shift, never negative."""
        return np.maximum(np.exp(np.minimum(level + profile, 700.0)) - self.shift, 0.0)

    def outset(self, level: Floats) -> Floats:
        """exp(level): the shift is left to what is applied next."""
        return np.exp(np.minimum(level, 700.0))

    def single_level(self, forward: Floats) -> Floats:
        """The logarithm itself."""
        return forward

    def levels(self, by_slot: BySlot, profile: BySlot, good: Bools) -> Levels:  # noqa: ARG002
        """The mean of what the profile leaves."""
        return _mean_over_slots(by_slot - profile)

    def profiles(self, by_slot: BySlot, lift: BySlot, level: Floats) -> BySlot:
        """Logarithm less lift less level."""
        return by_slot - lift - level[:, None]

    def first_profile(self, sample: Floats) -> Floats:
        """Medians around the period's mean."""
        return _middle(sample - np.nanmean(sample, axis=1, keepdims=True), self.flat)

    def profile_total(self, profile: BySlot) -> Floats:
        """Sum of exp(profile)."""
        return np.exp(profile).sum(axis=1)

    def level_of_total(self, total: Floats, curve: Floats, points: int, slots: int) -> Floats:
        """log(total / curve)."""
        return _log_of_total(total, curve * (points / slots))

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:
        """The level errs on what its logarithm was taken of: the value and its shift."""
        if not self.shift:
            return _ExpLevel.with_noise(self, value, level, block, size)
        shift = self.shift * size
        return np.maximum((value + shift) * level - shift, 0.0) * block

    def smear(self, path: Floats, residuals: Floats, within: float) -> float:
        """Sums of values, the shift taken out of both."""
        if not self.shift:
            return _ExpLevel.smear(self, path, residuals, within)
        flat = np.zeros_like(path)
        actual, fitted = self.back(path + np.clip(residuals, -3, 3), flat), self.back(path, flat)
        level = float(actual.sum() / max(fitted.sum(), 1e-300))
        return float(np.clip(level * within, LEAST_SMEAR, MOST_SMEAR))


@dataclass(frozen=True, slots=True)
class RatioLink(_ExpLevel):
    """y = scale exp(level) profile: zeros as they are, profiles as parts of the period's mean."""

    name: ClassVar[LinkName] = "ratio"
    flat: ClassVar[float] = 1.0

    def forward(self, values: Floats) -> Floats:
        """Y / scale."""
        return values / self.scale

    def back(self, level: Floats, profile: BySlot) -> Floats:
        """Scale exp(level) profile, never negative."""
        return self.scale * np.exp(np.minimum(level, 700.0)) * np.maximum(profile, 0.0)

    def outset(self, level: Floats) -> Floats:
        """Scale exp(level)."""
        return self.back(level, np.ones_like(level))

    def single_level(self, forward: Floats) -> Floats:
        """The logarithm of the value."""
        return np.log(np.maximum(forward, LEAST_TOTAL))

    def levels(self, by_slot: BySlot, profile: BySlot, good: Bools) -> Levels:
        """Logarithm of the total over what the profile makes of a level of one."""
        seen = ~np.isnan(by_slot)
        total = np.where(seen, by_slot, 0.0).sum(axis=1)
        expected = np.where(seen, np.maximum(profile, 0.0), 0.0).sum(axis=1)
        least = max(LEAST * float(np.median(total[good])), LEAST_TOTAL) if good.any() else LEAST_TOTAL
        return np.log(np.maximum(total, least) / np.maximum(expected, LEAST_TOTAL))

    def profiles(self, by_slot: BySlot, lift: BySlot, level: Floats) -> BySlot:  # noqa: ARG002
        """Parts of the period's size; no event on the clock stands on this link."""
        return by_slot / np.exp(level)[:, None]

    def first_profile(self, sample: Floats) -> Floats:
        """Medians of the parts of the period's mean."""
        centre = np.nanmean(sample, axis=1, keepdims=True)
        around = sample / np.where(centre > 0, centre, 1.0)
        middle = _middle(around, self.flat)
        if middle.mean() >= FEW:
            return middle
        # Counts near zero: the middle of most slots is nothing, their mean is not.
        empty = np.isnan(around).all(axis=0)
        return np.where(empty, 1.0, np.nanmean(np.where(empty, 1.0, around), axis=0))

    def profile_total(self, profile: BySlot) -> Floats:
        """Sum of the profile."""
        return np.maximum(profile, 0.0).sum(axis=1)

    def level_of_total(self, total: Floats, curve: Floats, points: int, slots: int) -> Floats:
        """log(total / curve / scale)."""
        return _log_of_total(total, curve * (points / slots) * self.scale)


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """y = scale (level + profile)."""

    name: ClassVar[LinkName] = "id"
    effects: ClassVar[Effects] = Summands()
    flat: ClassVar[float] = 0.0
    handicap: ClassVar[float] = 1 / CLEARLY
    scale: float

    def forward(self, values: Floats) -> Floats:
        """Y / scale."""
        return values / self.scale

    def back(self, level: Floats, profile: BySlot) -> Floats:
        """Scale (level + profile)."""
        return self.scale * (level + profile)

    def outset(self, level: Floats) -> Floats:
        """Scale level."""
        return self.back(level, np.zeros_like(level))

    def size(self, level: Floats) -> Floats:
        """The level itself."""
        return level

    def single_level(self, forward: Floats) -> Floats:
        """The value itself."""
        return forward

    def levels(self, by_slot: BySlot, profile: BySlot, good: Bools) -> Levels:  # noqa: ARG002
        """The mean of what the profile leaves."""
        return _mean_over_slots(by_slot - profile)

    def profiles(self, by_slot: BySlot, lift: BySlot, level: Floats) -> BySlot:
        """Value less lift less level."""
        return by_slot - lift - level[:, None]

    def first_profile(self, sample: Floats) -> Floats:
        """Medians around the period's mean."""
        return _middle(sample - np.nanmean(sample, axis=1, keepdims=True), self.flat)

    def profile_total(self, profile: BySlot) -> Floats:
        """Mean of the profile."""
        return profile.mean(axis=1)

    def level_of_total(self, total: Floats, curve: Floats, points: int, slots: int) -> Floats:  # noqa: ARG002
        """The mean less that of the curve."""
        return total / (self.scale * points) - curve

    def level_effect(self, error: Floats) -> Floats:
        """Units of the series."""
        return self.scale * error

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:
        """As its effects act."""
        return self.effects.with_noise(value, level, block, size)

    def effect_of(self, coefficient: float, base: float = 0.0) -> float:  # noqa: ARG002
        """Units of the series, whatever the base."""
        return coefficient * self.scale

    def rates(self, changes: tuple[float, ...], level: float) -> tuple[float, ...]:
        """Changes over the level."""
        return tuple(c / abs(level) if abs(level) > NEXT_TO_NOTHING else np.nan for c in changes)

    def as_share(self, rate: float) -> float:
        """The rate itself."""
        return rate

    def smear(self, path: Floats, residuals: Floats, within: float) -> float:  # noqa: ARG002
        """1: a sum says means."""
        return 1.0


def link_of(name: LinkName, values: Floats) -> Link:
    """The link called `name` for a series of these values (NaN where there is none)."""
    known = values[~np.isnan(values)]
    scale = float(np.mean(np.abs(known))) or 1.0
    match name:
        case "log":
            return LogLink(scale, _shift(known))
        case "ratio":
            return RatioLink(scale)
        case "id":
            return IdentityLink(scale)
    assert_never(name)


def _shift(known: Floats) -> float:
    """What is added before the logarithm: nothing unless the series touches zero."""
    if known.min() > 0:
        return 0.0
    middle = float(np.median(known)) or float(np.mean(known))
    share = 0.02 * middle
    few = middle < FEW_COUNTS and _is_count(known)
    return max(share, 0.3) if few else max(share, 1e-6 * float(known.max()), 1e-9)


def _is_count(known: Floats) -> bool:
    sample = known[:: max(1, len(known) // 5000)]
    return bool(np.all(sample == np.round(sample)))


def _mean_over_slots(left: Floats) -> Floats:
    """The mean of what is seen of each period; 0 of none."""
    seen = ~np.isnan(left)
    return np.where(seen, left, 0.0).sum(axis=1) / np.maximum(seen.sum(axis=1), 1)


def _middle(around: Floats, flat: float) -> Floats:
    """The median of each slot; flat where it was never seen."""
    middle, known = row_medians(around.T)
    return np.where(known > 0, middle, flat)


def _log_of_total(total: Floats, curve: Floats) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        level = np.log(total / curve)
    return np.where(total > 0, level, np.nan)
