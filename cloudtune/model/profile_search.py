"""The choice of recency and smoothing of the daily profile by backtest."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.origins import rounded, standing, tested
from cloudtune.model.profile import (
    FOREVER,
    ProfileFit,
    normals_of_lengths,
    profile_noise,
    smoothed,
    solved,
    winsorised,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudtune.model.arrays import BySlot, Floats
    from cloudtune.model.profile import ProfileData, ProfileDesign, ProfileNormals

    Back = Callable[[int, int, Floats], Floats]
    """(first period, last period, profile) -> values of the series, level held at its actual value."""

RECENCIES = (FOREVER, 730.0, 365.0, 180.0, 90.0, 45.0, 21.0, 10.0)
SMOOTHINGS = (0.0, 15.0, 45.0, 90.0)
FINE_MINUTES = 10
BEST = 3
SHARPNESS = 60.0
ORIGINS = 3
SHRINKAGES = (1.0, 0.2, 0.02)
"""Parts of their prior sd that variables may be held to."""
CLEARLY = 1.05
"""How much worse the freest may be before they are held."""


@dataclass(frozen=True, slots=True)
class Outset:
    """Where a search stands in the calendar, and how far it must look."""

    horizon: int
    """Periods."""
    unit: int
    """Days in a period."""
    first: int
    """Number of the first period, as `number_of` counts."""


@dataclass(frozen=True, slots=True)
class ProfileSearch:
    """Candidates of a search."""

    recencies: tuple[float, ...]
    smoothings: tuple[float, ...]
    shrinkages: tuple[float, ...] = SHRINKAGES


def near(best: float) -> tuple[float, ...]:
    """The best recency of an earlier search, and its neighbours."""
    place = RECENCIES.index(best)
    return RECENCIES[max(place - 1, 0) : place + 2]


ROUGH = ProfileSearch((FOREVER, 365.0, 90.0, 21.0), (0.0,))


@dataclass(frozen=True, eq=False)
class _Trial:
    """What the candidates of a search are held against."""

    actual: Floats
    back: Back
    origins: list[int]
    ahead: int
    """Periods that each origin is tested on."""
    steady: ProfileData
    noise: float
    pasts: Mapping[float, Mapping[int, ProfileNormals]]
    """By half-life and training length."""


@dataclass(frozen=True, eq=False)
class ProfileChoice:
    """A tuned profile and the scores behind it."""

    fit: ProfileFit
    scores: dict[tuple[float, float], float]
    weights: dict[tuple[float, float], float]
    steady: ProfileData
    noise: float
    shrinkage: float
    """The part of their prior sd that variables are held to."""

    @property
    def best(self) -> float:
        """The recency that scored best."""
        return min(self.scores, key=self.scores.__getitem__)[0] if self.scores else FOREVER


def tune_profile(
    design: ProfileDesign,
    data: ProfileData,
    actual: BySlot,
    back: Back,
    outset: Outset,
    search: ProfileSearch,
) -> ProfileChoice:
    """Score recency by smoothing at rolling origins; average the best."""
    noise = profile_noise(data)
    steady = winsorised(design, data, noise)
    keys = list(
        product(_recencies(data, search), search.smoothings if data.minutes <= FINE_MINUTES else (0.0,))
    )
    origins = profile_origins(data, outset)
    ends = [*origins, data.periods]
    pasts = {
        r: normals_of_lengths(design, steady, r, ends)
        for r in dict.fromkeys((FOREVER, *(r for r, _ in keys)))
    }
    trial = _Trial(actual, back, origins, _ahead(data, outset), steady, noise, pasts)
    shrinkage = _freest(design, trial, search)
    design = design.shrunk(shrinkage)
    scores = _scores(design, keys, trial) if origins else {}
    weights = _weights(scores, design) if scores else {(FOREVER, 15.0 if data.minutes == 1 else 0.0): 1.0}
    return ProfileChoice(_average(design, trial, weights), scores, weights, steady, noise, shrinkage)


def _freest(design: ProfileDesign, trial: _Trial, search: ProfileSearch) -> float:
    """How free variables are to bend the day: as they prove worth at the origins.

    Why: a few weeks of noise fit dozens of splines a slot at ease, and years of weather need them all.
    """
    if len(search.shrinkages) == 1 or not trial.origins or not design.has_variables:
        return search.shrinkages[0]
    key = (FOREVER, 0.0)
    scores = {
        shrinkage: _scores(design.shrunk(shrinkage), [key], trial)[key] for shrinkage in search.shrinkages
    }
    return next(shrinkage for shrinkage, score in scores.items() if score <= CLEARLY * min(scores.values()))


def _average(design: ProfileDesign, trial: _Trial, weights: dict[tuple[float, float], float]) -> ProfileFit:
    """One profile whose coefficients are the weighted mean of the chosen ones."""
    beta, extra = np.zeros(()), np.zeros(())
    for recency in sorted({key[0] for key in weights}):
        own = solved(design, trial.pasts[recency][trial.steady.periods], trial.noise)
        for (half_life, width), weight in weights.items():
            if half_life == recency:
                smooth = smoothed(own, trial.steady, width)
                beta, extra = beta + weight * smooth.beta, extra + weight * smooth.extra
    return ProfileFit(design, beta, extra)


def profile_origins(data: ProfileData, outset: Outset) -> list[int]:
    """Training lengths of the backtest."""
    ahead = _ahead(data, outset)
    step = rounded(max(1, ahead // 2), outset.unit)
    last = standing(data.periods - ahead, step, outset.unit, outset.first)
    starts = [last - k * step for k in range(ORIGINS)]
    good = [o for o in starts if o >= max(0.4 * data.periods, 7)]
    return [o for o in good if (data.weight[o : o + ahead] > 0).any() and (data.weight[:o] > 0).sum() >= 5]


def _ahead(data: ProfileData, outset: Outset) -> int:
    return tested(outset.horizon, int(0.3 * data.periods), outset.unit)


def _recencies(data: ProfileData, search: ProfileSearch) -> tuple[float, ...]:
    return tuple(r for r in search.recencies if r == FOREVER or r < 2 * data.periods) or (FOREVER,)


def _scores(
    design: ProfileDesign, keys: list[tuple[float, float]], trial: _Trial
) -> dict[tuple[float, float], float]:
    """Mean WAPE of each candidate over the origins."""
    total, steady = dict.fromkeys(keys, 0.0), trial.steady
    for origin in trial.origins:
        stop = min(steady.periods, origin + trial.ahead)
        truth = trial.actual[origin:stop]
        known = ~np.isnan(truth) & (steady.weight[origin:stop] > 0)[:, None]
        size = max(float(np.abs(truth[known]).sum()), 1e-300)
        for recency in dict.fromkeys(key[0] for key in keys):
            own = solved(design, trial.pasts[recency][origin], trial.noise)
            for width in dict.fromkeys(key[1] for key in keys):
                path = trial.back(origin, stop, smoothed(own, steady, width).path(origin, stop))
                total[recency, width] += float(np.abs(path - truth)[known].sum()) / size / len(trial.origins)
    return total


def _weights(
    scores: dict[tuple[float, float], float], design: ProfileDesign
) -> dict[tuple[float, float], float]:
    count = 1 if design.slot_columns.shape[2] else BEST
    ranked = sorted(scores.items(), key=lambda item: (item[1], -item[0][0]))[:count]
    best = max(ranked[0][1], 1e-12)
    weights = {key: float(np.exp(-SHARPNESS * (score / best - 1))) for key, score in ranked}
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}
