"""The choice of level models by backtest: all candidates tried at once, the best ones averaged."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import linalg
from cloudtune.model.level import (
    DRIFTS,
    FOREVER,
    Drift,
    LevelCandidate,
    LevelData,
    LevelDesign,
    LevelFit,
    decay_path,
    drift_values,
    end_slope,
    growth_path,
    recency_weight,
    robust_fit,
)
from cloudtune.model.origins import number_of, rounded, standing, tested
from cloudtune.model.terms.term import LONG_ENOUGH

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from cloudtune.model.arrays import Bools, Floats, Ints
    from cloudtune.model.links import Link
    from cloudtune.model.plan import Growth


KNOT_PRIORS = (0.0, 0.05, 0.2, 0.6)
RECENCIES = (FOREVER, 365.0, 120.0, 45.0, 20.0)
BEST = 30
SHARPNESS = 12.0
ORIGINS = 8
ORIGINS_OF_WEEKS = 4
LEAST_TRAINING = 0.4
SHORTEST_PART, USUAL = 4.0, 120.0
"""Half-lives under this part of the horizon are left out, but for the usual ones."""
HEDGE = 0.15
"""Least share of a damped and of a flat trend in every average."""
YOUNG_HEDGE, FAR = 0.5, 28.0
"""Least share of a flat trend beyond so many days where no whole year has been seen."""


@dataclass(frozen=True, eq=False)
class LevelFold:
    """What the average that the other origins chose says from one origin, on the level's scale."""

    ahead: Floats
    """Days after the origin."""
    actual: Floats
    forecast: Floats

    @property
    def error(self) -> Floats:
        """Actual less forecast."""
        return self.actual - self.forecast

    def wape(self, link: Link) -> float:
        """Of the values that these levels stand for in periods of one slot."""
        flat = np.full(len(self.actual), link.flat)
        actual = link.back(self.actual, flat)
        return float(
            np.abs(link.back(self.forecast, flat) - actual).sum() / max(np.abs(actual).sum(), 1e-300)
        )


@dataclass(frozen=True, eq=False)
class LevelChoice:
    """A tuned level and what the choice was based on."""

    fit: LevelFit
    scores: dict[Key, float]
    folds: tuple[LevelFold, ...]

    def error(self, link: Link) -> float:
        """Mean WAPE over the origins of values of one slot, whatever the link; NaN without origins."""
        found = [fold.wape(link) for fold in self.folds if len(fold.actual)]
        return float(np.mean(found)) if found else float("nan")


def tune_level(design: LevelDesign, data: LevelData, horizon: int, growths: Sequence[Growth]) -> LevelChoice:
    """Score all candidates at rolling origins and average the best."""
    pulled, noise = robust_fit(design, data)
    steady = LevelData(pulled, data.weight, data.exempt, data.unit, data.link)
    origins = level_origins(design, data, horizon)
    search = LevelSearch(KNOT_PRIORS, recencies(horizon * data.unit), tuple(growths), DRIFTS)
    trials = LevelTrials.of(design, steady, noise, search, origins)
    stops = {o: min(o + _tested(design, horizon), data.periods) for o in origins}
    forecasts = {origin: trials.forecasts(origin, stop) for origin, stop in stops.items()}
    losses = _losses(design, forecasts, data)
    chooser = _Chooser(search.keys, YOUNG_HEDGE if is_young(design, data.periods, horizon) else HEDGE)
    candidates = chooser.average(losses) if len(losses) else _default(growths)
    fit = averaged(trials, candidates, data)
    scores = dict(zip(search.keys, losses.mean(axis=0).tolist(), strict=True)) if len(losses) else {}
    return LevelChoice(fit, scores, _folds(design, chooser, losses, forecasts, data))


def recencies(days: float) -> tuple[float, ...]:
    """Half-lives for a horizon of so many days: what only the last weeks say is no outlook on years."""
    return tuple(r for r in RECENCIES if r >= min(days / SHORTEST_PART, USUAL))


def level_origins(design: LevelDesign, data: LevelData, horizon: int) -> list[int]:
    """Training lengths of the backtest: the last dates of a grid that leave a horizon of actuals."""
    ahead, first = _tested(design, horizon), design.first
    most, part = (ORIGINS, 4) if data.unit == 1 else (ORIGINS_OF_WEEKS, 2)
    step = rounded(max(1, ahead // part), data.unit)
    last = standing(data.periods - ahead, step, data.unit, number_of(design.grid.days[0], data.unit))
    found: list[int] = []
    for k in range(3 * most):
        origin = last - k * step
        if origin < first + max(LEAST_TRAINING * (data.periods - first), 3) or len(found) == most:
            break
        test = (data.weight[origin : origin + ahead] > 0) & known_rows(design, origin, ahead)
        if test.mean() > 0.3 and (data.weight[:origin] > 0).sum() >= 3:
            found.append(origin)
    return found


def _tested(design: LevelDesign, horizon: int) -> int:
    """Periods that each origin forecasts: the horizon, of a short past less."""
    return tested(horizon, int(0.4 * (design.periods - design.first)), design.grid.unit)


def _losses(design: LevelDesign, forecasts: dict[int, Floats], data: LevelData) -> Floats:
    """WAPE of every candidate from every origin: (origin, candidate)."""
    found = []
    for origin, made in forecasts.items():
        actual, weight = _test(data, origin, known_rows(design, origin, made.shape[1]))
        size = (np.abs(actual) * weight).sum()
        found.append((np.abs(data.link.size(made) - actual) * weight).sum(axis=1) / max(size, 1e-300))
    return np.array(found)


def known_rows(design: LevelDesign, origin: int, count: int) -> Bools:
    """Periods after an origin that hold nothing new to it: an event's first occurrence can't be tested."""
    events = design.static.of_kind("event")
    values = design.static.values[:, events]
    novel = ~(values[:origin] != 0).any(axis=0)
    known: Bools = ~(values[origin : origin + count][:, novel] != 0).any(axis=1)
    return known


def _test(data: LevelData, origin: int, known: Bools) -> tuple[Floats, Floats]:
    stop = origin + len(known)
    used = (data.weight[origin:stop] > 0) & known
    return np.where(used, data.link.size(np.where(used, data.values[origin:stop], 0.0)), 0.0), used.astype(
        "float64"
    )


def is_young(design: LevelDesign, periods: int, horizon: int) -> bool:
    """True where a slope may well be a season's: no whole year behind, more than weeks ahead."""
    days = design.grid.unit * horizon
    return days > FAR and float(design.grid.age[periods - 1]) - design.start < LONG_ENOUGH


@dataclass(frozen=True, slots=True)
class _Chooser:
    """How losses become an average of candidates."""

    keys: list[Key]
    flat: float
    """Least share of a flat trend."""

    def average(self, losses: Floats) -> tuple[LevelCandidate, ...]:
        """The candidates that have a weight."""
        chosen = zip(self.keys, self.weights(losses).tolist(), strict=True)
        return tuple(LevelCandidate(*key, weight) for key, weight in chosen if weight > 0)

    def weights(self, losses: Floats) -> Floats:
        """A weight for every candidate: the best ones share, growth is hedged, all sum to 1."""
        scores = losses.mean(axis=0)
        best = np.argsort(scores, kind="stable")[:BEST]
        weights = np.zeros(len(scores))
        weights[best] = np.exp(-SHARPNESS * (scores[best] / max(scores[best[0]], 1e-12) - 1))
        weights /= weights.sum()
        growths = np.array([growth for _, _, growth, _ in self.keys])
        for kind, least in (("damped", HEDGE), ("flat", self.flat)):
            of_kind = np.flatnonzero(growths == kind)
            missing = least - weights[of_kind].sum()
            if len(of_kind) and missing > 0:
                weights *= 1 - missing
                weights[of_kind[np.argmin(scores[of_kind])]] += missing
        return weights


def _default(growths: Sequence[Growth]) -> tuple[LevelCandidate, ...]:
    """Where no origin can be had: a stiff trend that fades or stays, and the last residuals."""
    kinds: list[Growth] = [g for g in growths if g != "linear"] or list(growths)
    drifts = (Drift(7, 15.0), Drift(7, 60.0))
    weight = 1 / (len(kinds) * len(drifts))
    return tuple(LevelCandidate(0.05, FOREVER, g, d, weight) for g, d in product(kinds, drifts))


def _folds(
    design: LevelDesign, chooser: _Chooser, losses: Floats, forecasts: dict[int, Floats], data: LevelData
) -> tuple[LevelFold, ...]:
    """Each origin with the average that the others would have chosen.

    Why the others: an average chosen on an origin says too little of how wrong the next one will be.
    """
    found: list[LevelFold] = []
    for place, (origin, made) in enumerate(forecasts.items()):
        others = np.delete(losses, place, axis=0) if len(losses) > 1 else losses
        path: Floats = chooser.weights(others) @ made
        stop = origin + len(path)
        used = (data.weight[origin:stop] > 0) & known_rows(design, origin, len(path))
        ahead: Floats = np.arange(1.0, len(path) + 1) * data.unit
        found.append(LevelFold(ahead[used], data.values[origin:stop][used], path[used]))
    return tuple(found)


def averaged(trials: LevelTrials, candidates: Sequence[LevelCandidate], data: LevelData) -> LevelFit:
    """Fit the candidates to all periods, average what they say; `data` is what was seen, outliers and all."""
    design, periods = trials.design, data.periods
    places = [_place(trials, c) for c in candidates]
    used = sorted(set(places))
    solved = trials.solved(periods)
    betas = np.stack([solved[place] for place in used])
    weights = np.array([c.weight for c in candidates])
    mine = np.array([used.index(place) for place in places])
    shares = np.bincount(mine, weights=weights, minlength=len(used))
    beta: Floats = shares @ betas
    residuals = np.where(data.weight > 0, data.values - design.all[:periods] @ beta, np.nan)
    variance = _variance(trials, periods, dict(zip(used, shares, strict=True)))
    return LevelFit(
        design,
        periods,
        beta,
        _slopes(trials, candidates, betas[mine]),
        tuple(_drifts(trials, candidates, betas, mine).items()),
        trials.noise,
        np.sqrt(variance),
        residuals,
        tuple(candidates),
    )


def _place(trials: LevelTrials, candidate: LevelCandidate) -> tuple[int, int]:
    """Where the candidate's coefficients stand: looseness, half-life."""
    search = trials.search
    return search.knot_priors.index(candidate.knot_prior), search.recencies.index(candidate.recency)


def _slopes(trials: LevelTrials, candidates: Sequence[LevelCandidate], betas: Floats) -> dict[Growth, float]:
    """Slope a year at the end of the data times weight, by kind of growth."""
    slopes: dict[Growth, float] = {"linear": 0.0, "damped": 0.0, "flat": 0.0}
    end = float(trials.design.grid.age[trials.data.periods - 1])
    for candidate, beta in zip(candidates, betas, strict=True):
        slopes[candidate.growth] += candidate.weight * end_slope(beta, trials.design.knots, end)
    return slopes


def _drifts(
    trials: LevelTrials, candidates: Sequence[LevelCandidate], betas: Floats, mine: Ints
) -> dict[Drift, float]:
    """Last residual times weight, by drift."""
    data, periods = trials.data, trials.data.periods
    residuals = data.values - (trials.design.all[:periods] @ betas.T).T
    windows = dict.fromkeys(c.drift.window for c in candidates)
    values = drift_values(residuals, data.weight, trials.design.grid.age[:periods], windows)
    found: dict[Drift, float] = {}
    for c, place in zip(candidates, mine, strict=True):
        found[c.drift] = found.get(c.drift, 0.0) + c.weight * float(values[c.drift.window][place])
    return found


def _variance(trials: LevelTrials, periods: int, shares: dict[tuple[int, int], float]) -> Floats:
    """Posterior variance of what sets each period apart from a usual one (the trend has its own pricing)."""
    design, penalties = trials.design, trials.penalties(periods)
    spread = np.zeros((design.all.shape[1], design.all.shape[1]))
    for (looseness, half_life), share in shares.items():
        gram, _ = trials.normals[trials.search.recencies[half_life], periods]
        spread += share * linalg.covariance(gram, penalties[looseness], trials.noise)
    own = spread[design.split :, design.split :]
    values = design.static.values - design.static.values[:periods].mean(axis=0)
    return np.maximum(((values @ own) * values).sum(axis=1), 0.0)


if TYPE_CHECKING:
    Key = tuple[float, float, Growth, Drift]
    Normal = tuple[Floats, Floats]

SHORT = 100.0
"""Half-lives under this many days start from what the whole past has taught."""


@dataclass(frozen=True, slots=True)
class LevelSearch:
    """Candidates: every combination of these."""

    knot_priors: tuple[float, ...]
    recencies: tuple[float, ...]
    """The longest first: it has no end."""
    growths: tuple[Growth, ...]
    drifts: tuple[Drift, ...]

    @property
    def keys(self) -> list[Key]:
        """All candidates, in the order of every array of them."""
        return list(product(self.knot_priors, self.recencies, self.growths, self.drifts))


@dataclass(frozen=True, eq=False)
class LevelTrials:
    """Normal equations of all half-lives and training lengths of one series."""

    design: LevelDesign
    data: LevelData
    noise: float
    search: LevelSearch
    normals: Mapping[tuple[float, int], Normal]
    """By half-life and training periods."""

    @classmethod
    def of(
        cls, design: LevelDesign, data: LevelData, noise: float, search: LevelSearch, origins: Iterable[int]
    ) -> LevelTrials:
        """Add up the normal equations of every origin, and of all periods."""
        ends = sorted({*origins, data.periods})
        found = {
            (recency, end): normal
            for recency in search.recencies
            for end, normal in zip(ends, _normals(design, data, ends, recency), strict=True)
        }
        return cls(design, data, noise, search, found)

    def penalties(self, periods: int) -> Floats:
        """Penalties of a fit to the first periods, for every looseness of the trend."""
        priors = [self.design.prior(knot_prior, periods) for knot_prior in self.search.knot_priors]
        return np.stack([linalg.penalties(self.noise, prior) for prior in priors])

    def solved(self, periods: int) -> Floats:
        """Coefficients of the first periods: (looseness, half-life, column).

        A short half-life only moves what all of the past has taught. Why: a month knows the level and
        the week, but nothing of the year or of its events; under 400 periods there is no year to forget.
        """
        penalty = self.penalties(periods)
        whole, target = self.normals[FOREVER, periods]
        taught = linalg.solve_each(whole, target + 0 * penalty, penalty)
        has_year = whole[0, 0] >= LONG_ENOUGH
        found = [taught]
        for recency in self.search.recencies[1:]:
            gram, target = self.normals[recency, periods]
            start = penalty * taught if recency < SHORT and has_year else 0 * penalty
            found.append(linalg.solve_each(gram, target + start, penalty))
        return np.stack(found, axis=1)

    def forecasts(self, origin: int, stop: int) -> Floats:
        """Periods origin to stop as every candidate would have seen them: (candidate, period)."""
        design, search, age = self.design, self.search, self.design.grid.age
        betas = self.solved(origin).reshape(-1, design.all.shape[1])
        base, slopes, residuals = self._bases(betas, origin, stop)
        ahead = age[origin:stop] - age[origin - 1]
        growths = np.stack([growth_path(growth, ahead) for growth in search.growths])
        drifts = self._drifts(residuals, origin, ahead)
        grown = base[:, None, :] + slopes[:, None, None] * growths
        paths: Floats = grown[:, :, None, :] + drifts[:, None, :, :]
        return paths.reshape(-1, stop - origin)

    def _bases(self, betas: Floats, periods: int, stop: int) -> tuple[Floats, Floats, Floats]:
        """For each fit: trend held at its end plus static parts ahead; slope a year; residuals behind."""
        design, split = self.design, self.design.split
        static = (design.static.values[:stop] @ betas[:, split:].T).T
        trend = (design.trend.values[:periods] @ betas[:, :split].T).T
        end = float(design.grid.age[periods - 1])
        slopes = np.array([end_slope(beta, design.knots, end) for beta in betas])
        return (
            trend[:, -1:] + static[:, periods:],
            slopes,
            self.data.values[:periods] - trend - static[:, :periods],
        )

    def _drifts(self, residuals: Floats, periods: int, ahead: Floats) -> Floats:
        """What each drift adds to each fit: (fit, drift, period)."""
        weight, age = self.data.weight[:periods], self.design.grid.age[:periods]
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
        kept = 1.0 if recency == FOREVER or not first else 0.5 ** ((age[end - 1] - age[first - 1]) / recency)
        periods = design.all[first:end]
        weighted = periods * recency_weight(new, age[first:end], recency)[:, None]
        gram = kept * gram + weighted.T @ periods
        target = kept * target + weighted.T @ np.where(new.weight > 0, new.values, 0.0)
        found.append((gram, target))
        first = end
    return found
