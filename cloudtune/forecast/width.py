"""How much wider intervals must be than the sample paths say, by lead time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats

FADE = 3.0
"""Narrowing is forgotten between the tested lead time and this many times it."""


@dataclass(frozen=True, slots=True)
class Width:
    """A factor on deviations from the median."""

    factor: float = 1.0
    tested_days: float = 0.0
    """The longest lead time that the backtest has seen."""

    def at(self, days: Floats) -> Floats:
        """The factor `days` ahead: far beyond the test nothing is narrowed, what is widened stays."""
        if self.factor >= 1 or self.tested_days <= 0:
            return np.full(np.shape(days), max(self.factor, 1.0) if self.tested_days <= 0 else self.factor)
        past = np.log(np.maximum(days, 1e-9) / self.tested_days) / np.log(FADE)
        share = np.clip(past, 0.0, 1.0)
        return np.asarray(self.factor ** (1 - share))


PLAIN = Width()
