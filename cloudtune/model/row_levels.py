"""The level of each row, read outside events on the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats, Ints
    from cloudtune.model.links import Link

COVERAGE = 0.3
"""Rows with a smaller part of their cells have no level."""
MOSTLY = 0.6
"""Rows with a larger part under events take their level from the days around them."""
FEWEST = 3
WEEK = 7
TINY = 1e-9
LEAST = 0.01
"""A row's total counts as at least this part of the usual one: a closed day is no minus infinity."""


def row_levels(
    cells: Floats, shape: Floats, link: Link, hidden: Bools, weekday: Ints
) -> tuple[Floats, Floats]:
    """Level and weight of each row; a row that events cover is interpolated and weighs nothing.

    Why: on the middle day of a 48-hour sale the day's own level would swallow the lift.
    """
    if not hidden.any():
        return day_level(cells, shape, link)
    level, weight = day_level(np.where(hidden, np.nan, cells), shape, link)
    covered = hidden.mean(axis=1) > MOSTLY
    covered |= ~np.isfinite(level) & hidden.any(axis=1) & ~np.isnan(cells).all(axis=1)
    known = np.isfinite(level) & ~covered
    if known.sum() < FEWEST:
        return day_level(cells, shape, link)
    return np.where(covered, _between(level, known, weekday), level), np.where(covered, 0.0, weight)


def day_level(cells: Floats, shape: Floats, link: Link) -> tuple[Floats, Floats]:
    """The level of each row given its shape, and its weight: 0 where too little was seen."""
    seen = ~np.isnan(cells)
    share = seen.mean(axis=1)
    usual = np.median(share[share > 0]) if (share > 0).any() else 1.0
    good = (share >= COVERAGE * usual) & (share > 0)
    count = np.maximum(seen.sum(axis=1), 1)
    if link.name == "ratio":
        total = np.where(seen, cells, 0.0).sum(axis=1)
        expected = np.where(seen, np.maximum(shape, 0.0), 0.0).sum(axis=1)
        least = max(LEAST * float(np.median(total[good])), TINY) if good.any() else TINY
        level = np.log(np.maximum(total, least) / np.maximum(expected, TINY))
    else:
        level = np.where(seen, cells - shape, 0.0).sum(axis=1) / count
    return np.where(good, level, np.nan), np.where(good, np.minimum(share / usual, 1.0), 0.0)


def _between(level: Floats, known: Bools, weekday: Ints) -> Floats:
    """Levels interpolated over days, the weekday's own part put back."""
    place = np.flatnonzero(known)
    padded = np.pad(level[known], WEEK // 2, mode="edge")
    around = level[known] - np.convolve(padded, np.ones(WEEK) / WEEK, "valid")
    own = weekday[known]
    usual = np.array([np.median(around[own == d]) if (own == d).sum() > 1 else 0.0 for d in range(WEEK)])
    plain = np.interp(np.arange(len(level)), place, level[known] - usual[own])
    found: Floats = plain + usual[weekday]
    return found
