"""How an ingredient acts on a value of the series: as a factor, or as a summand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats

EffectScale = Literal["multiplicative", "additive"]
TINY = 1e-9
"""Unfinished paths stay above this, so that a later factor can still lift them."""
SMALL, FARTHEST = 0.02, 2.0
"""What keeps ratios sane where a forecast is next to nothing."""
LARGEST = 20.0
"""A point that stood this far above its fit is a freak of a fit next to nothing."""


class Effects(Protocol):
    """The arithmetic of ingredients. Values and effects are arrays of one shape, in units of the series."""

    scale: ClassVar[EffectScale]
    neutral: ClassVar[float]
    """The effect that changes nothing."""

    def apply(self, value: Floats, effect: Floats) -> Floats:
        """The value once the effect has acted on it."""

    def undo(self, value: Floats, effect: Floats) -> Floats:
        """The value as it was before the effect."""

    def between(self, before: Floats, after: Floats) -> Floats:
        """The effect that leads from one path to another; neutral where both are nothing."""

    def exact(self, before: Floats, after: Floats, floor: float = TINY) -> Floats:
        """The same to the last digit, where `before` is above the floor."""

    def held(self, path: Floats) -> Floats:
        """An unfinished path that a later effect can still act on."""

    def residual(self, actual: Floats, fitted: Floats, floor: float) -> Floats:
        """What sets the actual apart from its fit."""

    def widened(self, residual: Floats, times: float) -> Floats:
        """Residuals moved away from the neutral element."""

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:
        """The value off by a level's error (once for each of `size` base points) and by a residual block."""

    def recentred(self, quantiles: Floats, median: Floats, point: Floats) -> Floats:
        """Quantiles moved from their median to the point path, (quantiles, points)."""

    def words(self, effect: float) -> str:
        """An effect as people read it."""


@dataclass(frozen=True, slots=True)
class Factors:
    """Ingredients multiply: 1.2 is a fifth more."""

    scale: ClassVar[EffectScale] = "multiplicative"
    neutral: ClassVar[float] = 1.0

    def apply(self, value: Floats, effect: Floats) -> Floats:
        """The product."""
        return value * effect

    def undo(self, value: Floats, effect: Floats) -> Floats:
        """The quotient."""
        return value / np.maximum(effect, TINY)

    def between(self, before: Floats, after: Floats) -> Floats:
        """The ratio of both, 1 where both are nothing."""
        return (after + TINY) / (before + TINY)

    def exact(self, before: Floats, after: Floats, floor: float = TINY) -> Floats:
        """The ratio of both."""
        return after / np.maximum(before, floor)

    def held(self, path: Floats) -> Floats:
        """The path, never quite nothing."""
        return np.maximum(path, TINY)

    def residual(self, actual: Floats, fitted: Floats, floor: float) -> Floats:
        """The ratio: nothing at all stays nothing on every path, as nights of a shop do."""
        return np.minimum(self.exact(fitted, actual, floor), LARGEST)

    def widened(self, residual: Floats, times: float) -> Floats:
        """A power."""
        return np.maximum(residual, 0.0) ** times

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:  # noqa: ARG002
        """The product: a factor is the same whatever the number of base points."""
        return value * level * block

    def recentred(self, quantiles: Floats, median: Floats, point: Floats) -> Floats:
        """By a factor, but never far: where counts are few the point is a mean, the paths' median nought."""
        tiny = max(SMALL * float(np.mean(point)), 1e-12)
        return quantiles * np.clip((point + tiny) / (median + tiny), 1 / FARTHEST, FARTHEST)

    def words(self, effect: float) -> str:
        """`1.20x`."""
        return f"{effect:.2f}x"


@dataclass(frozen=True, slots=True)
class Summands:
    """Ingredients add up, in units of the series."""

    scale: ClassVar[EffectScale] = "additive"
    neutral: ClassVar[float] = 0.0

    def apply(self, value: Floats, effect: Floats) -> Floats:
        """The sum."""
        return value + effect

    def undo(self, value: Floats, effect: Floats) -> Floats:
        """The difference."""
        return value - effect

    def between(self, before: Floats, after: Floats) -> Floats:
        """The difference."""
        return after - before

    def exact(self, before: Floats, after: Floats, floor: float = TINY) -> Floats:  # noqa: ARG002
        """The difference."""
        return after - before

    def held(self, path: Floats) -> Floats:
        """The path itself."""
        return path

    def residual(self, actual: Floats, fitted: Floats, floor: float) -> Floats:  # noqa: ARG002
        """The difference."""
        return actual - fitted

    def widened(self, residual: Floats, times: float) -> Floats:
        """A multiple."""
        return residual * times

    def with_noise(self, value: Floats, level: Floats, block: Floats | float, size: Floats | float) -> Floats:
        """The sum of all; the level errs on each of `size` base points."""
        return value + level * size + block

    def recentred(self, quantiles: Floats, median: Floats, point: Floats) -> Floats:
        """By the difference."""
        return quantiles - median + point

    def words(self, effect: float) -> str:
        """`+12.5`."""
        return f"{effect:+.4g}"
