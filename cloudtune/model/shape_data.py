"""What the curve of the day is fitted to, and with which columns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.columns import Columns


@dataclass(frozen=True, eq=False)
class ShapeData:
    """What the shape is fitted to: the day's points less (or over) their level."""

    cells: Floats
    """Rows by slots, NaN where missing."""
    weight: Floats
    """Per row."""
    exempt: Bools
    """Rows of events."""
    sharp: Bools
    """Columns that smoothing leaves alone."""
    minutes: int
    """Length of a slot."""

    @property
    def rows(self) -> int:
        """Training rows."""
        return len(self.cells)


@dataclass(frozen=True, eq=False)
class ShapeDesign:
    """Columns over all rows, and a few more that differ from slot to slot."""

    columns: Columns
    slot_columns: Floats
    """(slots, rows, extra columns)."""
    slot_labels: tuple[str, ...]
    slot_tau: float = 0.15

    @property
    def has_variables(self) -> bool:
        """True where anything but calendar and events bends the day."""
        return bool(self.slot_labels) or bool(self.columns.named("regressor:").any())

    def calmed(self, share: float) -> ShapeDesign:
        """The same columns, those of variables held to a part of their prior sd."""
        columns = self.columns
        tau = np.where(columns.named("regressor:"), share * columns.tau, columns.tau)
        return replace(self, columns=replace(columns, tau=tau), slot_tau=share * self.slot_tau)
