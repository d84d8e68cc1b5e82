"""What every way to fit a level says from a day of the past, all of them at once."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.level import KEPT, decay_path, drift_values, end_slope, growth_path, recency_weight
from cloudtune.model.level_design import LONG_ENOUGH, LevelData, LevelDesign

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from cloudtune.model.arrays import Floats
    from cloudtune.model.level import Drift
    from cloudtune.model.plan import Growth

    Key = tuple[float, float, Growth, Drift]
    Normal = tuple[Floats, Floats]

SHORT = 100.0
"""Half-lives under this many days start from what the whole past has taught."""


@dataclass(frozen=True, slots=True)
class Search:
    """Candidates: every combination of these."""

    knot_taus: tuple[float, ...]
    recencies: tuple[float, ...]
    """The longest first: it has no end."""
    growths: tuple[Growth, ...]
    drifts: tuple[Drift, ...]

    @property
    def keys(self) -> list[Key]:
        """All candidates, in the order of every array of them."""
        return list(product(self.knot_taus, self.recencies, self.growths, self.drifts))


@dataclass(frozen=True, eq=False)
class Trials:
    """Normal equations of all half-lives and training lengths of one series."""

    design: LevelDesign
    data: LevelData
    noise: float
    search: Search
    normals: Mapping[tuple[float, int], Normal]
    """By half-life and training rows."""

    @classmethod
    def of(
        cls, design: LevelDesign, data: LevelData, noise: float, search: Search, origins: Iterable[int]
    ) -> Trials:
        """Add up the normal equations of every origin, and of all rows."""
        ends = sorted({*origins, data.rows})
        found = {
            (recency, end): normal
            for recency in search.recencies
            for end, normal in zip(ends, _normals(design, data, ends, recency), strict=True)
        }
        return cls(design, data, noise, search, found)

    def penalties(self, rows: int) -> Floats:
        """Penalties of a fit to the first rows, for every looseness of the trend."""
        taus = [self.design.tau(knot_tau, rows) for knot_tau in self.search.knot_taus]
        return np.stack([ridge.penalties(self.noise, tau) for tau in taus])

    def solved(self, rows: int) -> Floats:
        """Coefficients of the first rows: (looseness, half-life, column).

        A short half-life only moves what all of the past has taught. Why: a month knows the level and
        the week, but nothing of the year or of its events; under 400 rows there is no year to forget.
        """
        penalty = self.penalties(rows)
        whole, target = self.normals[KEPT, rows]
        taught = ridge.solve_each(whole, target + 0 * penalty, penalty)
        has_year = whole[0, 0] >= LONG_ENOUGH
        found = [taught]
        for recency in self.search.recencies[1:]:
            gram, target = self.normals[recency, rows]
            start = penalty * taught if recency < SHORT and has_year else 0 * penalty
            found.append(ridge.solve_each(gram, target + start, penalty))
        return np.stack(found, axis=1)

    def forecasts(self, origin: int, stop: int) -> Floats:
        """Rows origin to stop as every candidate would have seen them: (candidate, row)."""
        design, search, age = self.design, self.search, self.design.grid.age
        betas = self.solved(origin).reshape(-1, design.all.shape[1])
        base, slopes, residuals = self._bases(betas, origin, stop)
        ahead = age[origin:stop] - age[origin - 1]
        growths = np.stack([growth_path(growth, ahead) for growth in search.growths])
        drifts = self._drifts(residuals, origin, ahead)
        grown = base[:, None, :] + slopes[:, None, None] * growths
        paths: Floats = grown[:, :, None, :] + drifts[:, None, :, :]
        return paths.reshape(-1, stop - origin)

    def _bases(self, betas: Floats, rows: int, stop: int) -> tuple[Floats, Floats, Floats]:
        """For each fit: trend held at its end plus static parts ahead; slope a year; residuals behind."""
        design, split = self.design, self.design.split
        static = (design.static.values[:stop] @ betas[:, split:].T).T
        trend = (design.trend.values[:rows] @ betas[:, :split].T).T
        end = float(design.grid.age[rows - 1])
        slopes = np.array([end_slope(beta, design.knots, end) for beta in betas])
        return trend[:, -1:] + static[:, rows:], slopes, self.data.values[:rows] - trend - static[:, :rows]

    def _drifts(self, residuals: Floats, rows: int, ahead: Floats) -> Floats:
        """What each drift adds to each fit: (fit, drift, row)."""
        weight, age = self.data.weight[:rows], self.design.grid.age[:rows]
        windows = dict.fromkeys(drift.window for drift in self.search.drifts)
        values = drift_values(residuals, weight, age, windows)
        parts = [values[d.window][:, None] * decay_path(d, ahead) for d in self.search.drifts]
        return np.stack(parts, axis=1)


def _normals(design: LevelDesign, data: LevelData, ends: list[int], recency: float) -> list[Normal]:
    """Normal equations of each training length: a longer one takes over what a shorter one has added up."""
    age, columns = design.grid.age, design.all.shape[1]
    gram, target = np.zeros((columns, columns)), np.zeros(columns)
    found, first = [], 0
    for end in ends:
        new = data.between(first, end)
        kept = 1.0 if recency == KEPT or not first else 0.5 ** ((age[end - 1] - age[first - 1]) / recency)
        rows = design.all[first:end]
        weighted = rows * recency_weight(new, age[first:end], recency)[:, None]
        gram = kept * gram + weighted.T @ rows
        target = kept * target + weighted.T @ np.where(new.weight > 0, new.values, 0.0)
        found.append((gram, target))
        first = end
    return found
