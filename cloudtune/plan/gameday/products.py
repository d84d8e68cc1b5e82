"""What customers look at: types of product whose mix may change, and few items that most of them want."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Floats


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of types of product from a minute of the event on."""

    after: int
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Products:
    """Types of product by time, and items within a type."""

    mixes: tuple[Mix, ...]
    """In order of time, the first from minute 0 on."""
    items: int = 10_000
    skew: float = 1.0
    """Exponent of the Zipf list within a type; 0: all items alike, which flatters caches' misses."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every type, in order of first mention."""
        return tuple(dict.fromkeys(name for mix in self.mixes for name, _ in mix.shares))

    def at(self, minutes: int) -> Floats:
        """Shares by type and minute: (types, minutes); columns add up to 1."""
        found = np.zeros((len(self.names), minutes))
        for mix in self.mixes:
            shares = dict(mix.shares)
            total = sum(shares.values())
            column = np.array([shares.get(name, 0.0) for name in self.names]) / total
            found[:, mix.after :] = column[:, None]
        return found

    def top_share(self, count: int) -> float:
        """Part of the views that the `count` most wanted items of a type get."""
        weights = np.arange(1, self.items + 1) ** -self.skew
        return float(weights[:count].sum() / weights.sum())
