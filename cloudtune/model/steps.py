"""Sudden, lasting changes of a level, found in its own past."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.level_design import LONG_ENOUGH, LevelData, LevelDesign, robust_fit
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


def find_steps(design: LevelDesign, data: LevelData) -> tuple[Bend, ...]:
    """Steps of a series with no yearly waves: over a year of data a step can't be told from a season."""
    if design.grid.age[data.rows - 1] >= LONG_ENOUGH or data.unit > 1:
        return ()
    plain = _deseasonalised(design, data)
    noise = _noise(plain)
    found: list[int] = []
    for _ in range(MOST):
        place, size = _largest(plain, noise)
        if place is None:
            break
        found.append(place)
        plain[place:] -= size
    return tuple(Bend("level", float(design.grid.age[place]), "found in the data") for place in sorted(found))


def _deseasonalised(design: LevelDesign, data: LevelData) -> Floats:
    """Levels less weekday, events and variables; NaN where there is no level."""
    pulled, noise = robust_fit(design, data)
    rows = data.rows
    values = design.all[:rows]
    weighted = values * data.weight[:, None]
    beta = ridge.solve(
        weighted.T @ values, weighted.T @ pulled, ridge.penalties(noise, design.tau(0.6, rows))
    )
    static = design.static.values[:rows] @ beta[design.split :]
    return np.where((data.weight > 0) & ~data.exempt, data.values - static, np.nan)


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
    rows = len(plain)
    jump, error = np.zeros(rows), np.full(rows, np.inf)
    for row in range(WINDOWS[0], rows - WINDOWS[0] + 1):
        before, after = plain[max(row - width, 0) : row], plain[row : row + width]
        before, after = before[np.isfinite(before)], after[np.isfinite(after)]
        if min(len(before), len(after)) >= WINDOWS[0] - 1:
            jump[row] = np.median(after) - np.median(before)
            error[row] = np.sqrt(1 / len(before) + 1 / len(after))
    return jump, error
