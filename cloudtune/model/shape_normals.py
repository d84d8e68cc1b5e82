"""Normal equations of the day's curve, added up over rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats
    from cloudtune.model.shape_data import ShapeData, ShapeDesign

KEPT = float("inf")


@dataclass(frozen=True, eq=False)
class Normals:
    """What a ridge for all slots needs to know of its rows."""

    gram: Floats
    """Of the columns that all slots share."""
    target: Floats
    """(shared columns, slots)."""
    own: Floats
    """(slots, own columns, own columns)."""
    cross: Floats
    """(slots, own columns, shared columns)."""
    right: Floats
    """(slots, own columns, 1)."""

    @classmethod
    def of(cls, design: ShapeDesign, data: ShapeData, weight: Floats, first: int) -> Normals:
        """Of the rows from `first` on, one for each weight; `data` holds no gaps."""
        part = slice(first, first + len(weight))
        shared, cells = design.columns.values[part], data.cells[part]
        faded = shared * weight[:, None]
        extra = design.slot_columns[:, part]
        weighted = (extra * weight[:, None]).transpose(0, 2, 1)
        return cls(
            faded.T @ shared,
            faded.T @ cells,
            weighted @ extra,
            weighted @ shared,
            weighted @ cells.T[:, :, None],
        )

    def after(self, kept: float, new: Normals) -> Normals:
        """Of earlier rows, of which a part is kept, and new ones."""
        return Normals(
            kept * self.gram + new.gram,
            kept * self.target + new.target,
            kept * self.own + new.own,
            kept * self.cross + new.cross,
            kept * self.right + new.right,
        )


def of_lengths(
    design: ShapeDesign, data: ShapeData, half_life: float, ends: Sequence[int]
) -> dict[int, Normals]:
    """By training length, shortest first: a longer one takes over what a shorter one has added up."""
    found: dict[int, Normals] = {}
    first = 0
    for end in sorted(set(ends)):
        fade = (
            np.ones(end - first)
            if half_life == KEPT
            else _fade(np.arange(end - first - 1, -1, -1), half_life)
        )
        new = Normals.of(design, data, data.weight[first:end] * fade, first)
        kept = 1.0 if half_life == KEPT else float(_fade(np.array([end - first]), half_life)[0])
        found[end] = found[first].after(kept, new) if first else new
        first = end
    return found


def _fade(rows: np.ndarray, half_life: float) -> Floats:
    return np.asarray(0.5 ** (rows / half_life))
