"""Blocks of columns, each with an ingredient's name and a prior."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtune.model.arrays import Bools, Floats


IngredientKind = Literal["trend", "season", "event", "family", "regressor", "recent"]


@dataclass(frozen=True, slots=True, order=True)
class Ingredient:
    """What a column belongs to in a report: `season:weekly`, `event:black-friday`, `trend`."""

    kind: IngredientKind
    name: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.name}" if self.name else self.kind


TREND, LEVEL_SHIFT, RECENT = Ingredient("trend"), Ingredient("trend", "shift"), Ingredient("recent")
DAILY, WEEKLY, MONTHLY, YEARLY = (Ingredient("season", n) for n in ("daily", "weekly", "monthly", "yearly"))


@dataclass(frozen=True, eq=False)
class Columns:
    """A design over periods: values (periods, columns), an ingredient and a prior sd for each column."""

    labels: tuple[Ingredient, ...]
    values: Floats
    prior: Floats

    @classmethod
    def join(cls, blocks: Iterable[Columns], periods: int) -> Columns:
        """All blocks side by side."""
        kept = [block for block in blocks if block.labels]
        if not kept:
            return cls((), np.zeros((periods, 0)), np.zeros(0))
        labels = tuple(label for block in kept for label in block.labels)
        values = np.concatenate([block.values for block in kept], axis=1)
        return cls(labels, values, np.concatenate([block.prior for block in kept]))

    def of_kind(self, *kinds: IngredientKind) -> Bools:
        """Which columns belong to ingredients of these kinds."""
        return np.array([label.kind in kinds for label in self.labels], dtype=bool)

    def exactly(self, label: Ingredient) -> Bools:
        """Which columns belong to one ingredient."""
        return np.array([own == label for own in self.labels], dtype=bool)

    def times(self, factor: Floats, prior: float) -> Columns:
        """Every column multiplied by `factor` over periods, its prior by `tau`."""
        return Columns(self.labels, self.values * factor[:, None], self.prior * prior)


NO_COLUMNS = Columns((), np.zeros((0, 0)), np.zeros(0))


def one(label: Ingredient, values: Floats, prior: float) -> Columns:
    """A block of a single column."""
    return Columns((label,), values[:, None], np.array([prior]))


def block(label: Ingredient, values: Sequence[Floats], prior: Sequence[float]) -> Columns:
    """A block of columns of one ingredient."""
    if not values:
        return NO_COLUMNS
    return Columns((label,) * len(values), np.stack(values, axis=1), np.array(prior))


def waves(label: Ingredient, phase: Floats, priors: Sequence[float]) -> Columns:
    """Sine and cosine of a phase (0 to 1 a turn), a harmonic for each prior."""
    turn = 2 * np.pi * phase
    values = [part(k * turn) for k in range(1, len(priors) + 1) for part in (np.sin, np.cos)]
    return block(label, values, [prior for prior in priors for _ in range(2)])


def splines(values: Floats, known: Floats, knots: int) -> list[Floats]:
    """A standardised variable with hinges at inner quantiles of its known part.

    Outside of what is known the curve stays where it was: a spline must not run away.
    """
    low, high = float(known.min()), float(known.max())
    spread = float(known.std()) or 1.0
    centre = float(known.mean())
    held = np.clip(values, low, high)
    columns = [(held - centre) / spread]
    if len(np.unique(known[:: max(1, len(known) // 5000)])) <= knots:
        return columns
    for cut in np.unique(np.quantile(known, np.linspace(0.1, 0.9, knots))):
        hinge = np.maximum(held - cut, 0.0) / spread
        columns.append(hinge - float(np.maximum(known - cut, 0.0).mean()) / spread)
    return columns
