"""Sudden, lasting changes of a level, found in its own past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.level_design import LONG_ENOUGH, LevelData, LevelDesign, plain_levels
from cloudtune.model.medians import row_medians
from cloudtune.model.plan import Bend

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats

WINDOWS = (5, 14, 28)
SURE = 6.0
"""Standard errors that a step must stand out by."""
SMALLEST = 0.12
SUDDEN = 0.6
"""Part of the change that must happen within the shortest window: a slope is no step."""
MOST = 6
LOOSE = 0.6
"""Looseness of the trend beside a step."""


def find_steps(design: LevelDesign, data: LevelData) -> tuple[Bend, ...]:
    """Steps of a series with no yearly waves: over a year of data a step can't be told from a season."""
    if design.grid.age[data.rows - 1] >= LONG_ENOUGH or data.unit > 1:
        return ()
    plain = plain_levels(design, data, LOOSE)
    noise = _noise(plain)
    found: list[int] = []
    for _ in range(MOST):
        place, size = _largest(plain, noise)
        if place is None:
            break
        found.append(place)
        plain[place:] -= size
    return tuple(Bend("level", float(design.grid.age[place]), "found in the data") for place in sorted(found))


def _noise(plain: Floats) -> float:
    """Sd of a day's level around its neighbours."""
    known = plain[np.isfinite(plain)]
    return max(ridge.robust_sd(np.diff(known)) / np.sqrt(2), 0.01) if len(known) > 2 else 1.0


def _largest(plain: Floats, noise: float) -> tuple[int | None, float]:
    """The surest step: its first row and its size."""
    best, place, size = SURE, None, 0.0
    short = _jumps(plain, WINDOWS[0])[0]
    for width in WINDOWS:
        jump, error = _jumps(plain, width)
        good = (
            (np.abs(jump) >= SMALLEST)
            & (np.abs(short) >= SUDDEN * np.abs(jump))
            & (np.sign(short) == np.sign(jump))
        )
        sure = np.where(good, np.abs(jump) / (noise * error), 0.0)
        if sure.max(initial=0.0) > best:
            place = int(np.argmax(sure))
            best, size = float(sure[place]), float(jump[place])
    return place, size


def _jumps(plain: Floats, width: int) -> tuple[Floats, Floats]:
    """Median after less median before each row, and what its standard error is in units of the noise."""
    rows, edge = len(plain), WINDOWS[0]
    windows = np.lib.stride_tricks.sliding_window_view(np.pad(plain, width, constant_values=np.nan), width)
    middle, count = row_medians(windows)
    fewest = np.minimum(count[:rows], count[width : width + rows])
    good = (fewest >= edge - 1) & (np.arange(rows) >= edge) & (np.arange(rows) <= rows - edge)
    jump, error = np.zeros(rows), np.full(rows, np.inf)
    jump[good] = (middle[width : width + rows] - middle[:rows])[good]
    error[good] = np.sqrt(1 / count[:rows][good] + 1 / count[width : width + rows][good])
    return jump, error
