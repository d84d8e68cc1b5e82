"""The average of the best level regressions as one regression."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.level import LevelFit, drift_values, end_slope

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.model.level import Candidate, Drift
    from cloudtune.model.level_design import LevelData
    from cloudtune.model.level_trials import Trials
    from cloudtune.model.plan import Growth


def averaged(trials: Trials, candidates: Sequence[Candidate], data: LevelData) -> LevelFit:
    """Fit the candidates to all rows and average what they say; `data` is what was seen, outliers and all."""
    design, rows = trials.design, data.rows
    places = [_place(trials, c) for c in candidates]
    used = sorted(set(places))
    solved = trials.solved(rows)
    betas = np.stack([solved[place] for place in used])
    weights = np.array([c.weight for c in candidates])
    mine = np.array([used.index(place) for place in places])
    shares = np.bincount(mine, weights=weights, minlength=len(used))
    beta: Floats = shares @ betas
    residuals = np.where(data.weight > 0, data.values - design.all[:rows] @ beta, np.nan)
    variance = _variance(trials, rows, dict(zip(used, shares, strict=True)))
    return LevelFit(
        design,
        rows,
        beta,
        _slopes(trials, candidates, betas[mine]),
        tuple(_drifts(trials, candidates, betas, mine).items()),
        trials.noise,
        np.sqrt(variance),
        residuals,
        tuple(candidates),
    )


def _place(trials: Trials, candidate: Candidate) -> tuple[int, int]:
    """Where the candidate's coefficients stand: looseness, half-life."""
    search = trials.search
    return search.knot_taus.index(candidate.knot_tau), search.recencies.index(candidate.recency)


def _slopes(trials: Trials, candidates: Sequence[Candidate], betas: Floats) -> dict[Growth, float]:
    """Slope a year at the end of the data times weight, by kind of growth."""
    slopes: dict[Growth, float] = {"linear": 0.0, "damped": 0.0, "flat": 0.0}
    end = float(trials.design.grid.age[trials.data.rows - 1])
    for candidate, beta in zip(candidates, betas, strict=True):
        slopes[candidate.growth] += candidate.weight * end_slope(beta, trials.design.knots, end)
    return slopes


def _drifts(trials: Trials, candidates: Sequence[Candidate], betas: Floats, mine: Ints) -> dict[Drift, float]:
    """Last residual times weight, by drift."""
    data, rows = trials.data, trials.data.rows
    residuals = data.values - (trials.design.all[:rows] @ betas.T).T
    windows = dict.fromkeys(c.drift.window for c in candidates)
    values = drift_values(residuals, data.weight, trials.design.grid.age[:rows], windows)
    found: dict[Drift, float] = {}
    for c, place in zip(candidates, mine, strict=True):
        found[c.drift] = found.get(c.drift, 0.0) + c.weight * float(values[c.drift.window][place])
    return found


def _variance(trials: Trials, rows: int, shares: dict[tuple[int, int], float]) -> Floats:
    """Posterior variance of what sets each row apart from a usual one (the trend has its own pricing)."""
    design, penalties = trials.design, trials.penalties(rows)
    spread = np.zeros((design.all.shape[1], design.all.shape[1]))
    for (looseness, half_life), share in shares.items():
        gram, _ = trials.normals[trials.search.recencies[half_life], rows]
        spread += share * ridge.covariance(gram, penalties[looseness], trials.noise)
    own = spread[design.split :, design.split :]
    values = design.static.values - design.static.values[:rows].mean(axis=0)
    return np.maximum(((values @ own) * values).sum(axis=1), 0.0)
