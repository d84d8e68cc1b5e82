"""Opening hours of a series that is only seen at some times of the week."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.grid import Grid

WEEKS = 3
SELDOM, OFTEN = 0.02, 0.5
"""Cells seen less than seldom are closed, where most others are seen often."""


def open_cells(grid: Grid, values: Floats) -> Bools:
    """Weekday by slot: where the series has values at all."""
    everything = np.ones((7, grid.slots), dtype=bool)
    rows = int(grid.row[len(values) - 1]) + 1
    if grid.slots == 1 or rows < 7 * WEEKS:
        return everything
    seen = ~np.isnan(grid.fold(values, rows))
    share = np.stack([seen[grid.weekday[:rows] == day].mean(axis=0) for day in range(7)])
    shut = share <= SELDOM
    busy = share[~shut]
    return ~shut if busy.size and np.median(busy) > OFTEN else everything
