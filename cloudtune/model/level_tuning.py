"""The choice of level models by backtest on day levels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.level import (
    DRIFTS,
    KEPT,
    Candidate,
    Drift,
    LevelFit,
    decay_path,
    drift_value,
    end_slope,
    growth_path,
    recency_weight,
)
from cloudtune.model.level_design import LONG_ENOUGH, LevelData, LevelDesign, robust_fit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.plan import Growth

    Key = tuple[float, float, Growth, Drift]

KNOT_TAUS = (0.0, 0.05, 0.2, 0.6)
RECENCIES = (KEPT, 365.0, 120.0, 45.0, 20.0)
BEST = 60
SHARPNESS = 12.0
ORIGINS = 8
ORIGINS_OF_WEEKS = 4
LEAST_TRAINING = 0.4
SHORT = 100.0
"""Half-lives under this many days start from what the whole past has taught."""
SHORTEST_PART, USUAL = 4.0, 120.0
"""Half-lives under this part of the horizon are left out, but for the usual ones."""
HEDGE = 0.1
"""Least share of a damped and of a flat trend in every average."""


@dataclass(frozen=True, eq=False)
class LevelChoice:
    """A tuned level and what the choice was based on."""

    fit: LevelFit
    scores: dict[Key, float]
    fold_errors: tuple[tuple[Floats, Floats], ...]
    """(days ahead, error) of the average at each origin."""


def tune_level(design: LevelDesign, data: LevelData, horizon: int, growths: Sequence[Growth]) -> LevelChoice:
    """Score all candidates at rolling origins and average the best."""
    pulled, noise = robust_fit(design, data)
    steady = LevelData(pulled, data.weight, data.exempt, data.unit, data.is_log)
    origins = level_origins(design, data, horizon)
    forecasts = {o: _forecasts(design, steady, o, horizon, noise, growths) for o in origins}
    keys = list(product(KNOT_TAUS, recencies(horizon * data.unit), growths, DRIFTS))
    scores = _scores(design, keys, forecasts, data)
    candidates = _hedged(_average(scores), scores) if scores else _default(growths)
    fit = _fit(design, steady, data, candidates, noise)
    return LevelChoice(fit, scores, _fold_errors(design, candidates, forecasts, data))


def recencies(days: float) -> tuple[float, ...]:
    """Half-lives for a horizon of so many days: what only the last weeks say is no outlook on years."""
    return tuple(r for r in RECENCIES if r >= min(days / SHORTEST_PART, USUAL))


def level_origins(design: LevelDesign, data: LevelData, horizon: int) -> list[int]:
    """Training lengths of the backtest: the horizon from the end, then steps of half of it."""
    ahead = max(1, min(horizon, int(0.4 * data.rows)))
    most, part = (ORIGINS, 4) if data.unit == 1 else (ORIGINS_OF_WEEKS, 2)
    step = max(1, ahead // part)
    found: list[int] = []
    for k in range(3 * most):
        origin = data.rows - ahead - k * step
        if origin < max(LEAST_TRAINING * data.rows, 3) or len(found) == most:
            break
        test = (data.weight[origin : origin + ahead] > 0) & known_rows(design, origin, ahead)
        if test.mean() > 0.3 and (data.weight[:origin] > 0).sum() >= 3:
            found.append(origin)
    return found


def _forecasts(
    design: LevelDesign, data: LevelData, origin: int, horizon: int, noise: float, growths: Sequence[Growth]
) -> dict[Key, Floats]:
    """The forecast of every candidate from one origin."""
    stop = min(origin + max(1, min(horizon, int(0.4 * data.rows))), data.rows)
    age = design.grid.age
    ahead = age[origin:stop] - age[origin - 1]
    head = LevelData(data.values[:origin], data.weight[:origin], data.exempt[:origin], data.unit, data.is_log)
    made = {}
    whole = _normal(design, head, KEPT)
    for recency in recencies(horizon * data.unit):
        normal = _normal(design, head, recency)
        for knot_tau in KNOT_TAUS:
            beta = _solved(whole, normal, ridge.penalties(noise, design.tau(knot_tau, origin)), recency)
            base, slope, residuals = _base(design, head, beta, stop)
            values = {d.window: drift_value(residuals, head.weight, age[:origin], d.window) for d in DRIFTS}
            for growth, drift in product(growths, DRIFTS):
                path = base + slope * growth_path(growth, ahead)
                made[knot_tau, recency, growth, drift] = path + values[drift.window] * decay_path(
                    drift, ahead
                )
    return made


def _normal(design: LevelDesign, data: LevelData, recency: float) -> tuple[Floats, Floats]:
    weight = recency_weight(data, design.grid.age[: data.rows], recency)
    rows = design.all[: data.rows]
    weighted = rows * weight[:, None]
    return weighted.T @ rows, weighted.T @ np.where(data.weight > 0, data.values, 0.0)


def _solved(
    whole: tuple[Floats, Floats], recent: tuple[Floats, Floats], penalty: Floats, recency: float
) -> Floats:
    """Coefficients of a half-life; a short one only moves what all of the past has taught.

    Why: a month knows the level and the week, but nothing of the year or of its events; in a
    series under 400 rows there is no year to forget.
    """
    if recency >= SHORT or whole[0][0, 0] < LONG_ENOUGH:
        return ridge.solve(*recent, penalty)
    taught = ridge.solve(*whole, penalty)
    return ridge.solve(recent[0], recent[1] + penalty * taught, penalty)


def _base(design: LevelDesign, data: LevelData, beta: Floats, stop: int) -> tuple[Floats, float, Floats]:
    """Trend held at its end plus static parts ahead; the slope a year; residuals behind."""
    rows, split = data.rows, design.split
    static = design.static.values[:stop] @ beta[split:]
    trend = design.trend.values[:rows] @ beta[:split]
    slope = end_slope(beta, design.knots, float(design.grid.age[rows - 1]))
    return trend[-1] + static[rows:], slope, data.values - trend - static[:rows]


def _scores(
    design: LevelDesign,
    keys: list[Key],
    forecasts: dict[int, dict[Key, Floats]],
    data: LevelData,
) -> dict[Key, float]:
    """Mean WAPE over origins."""
    if not forecasts:
        return {}
    total = dict.fromkeys(keys, 0.0)
    for origin, made in forecasts.items():
        actual, weight = _test(data, origin, known_rows(design, origin, len(next(iter(made.values())))))
        size = (np.abs(actual) * weight).sum()
        for key in keys:
            error = (np.abs(_plain(made[key], data) - actual) * weight).sum()
            total[key] += float(error / max(size, 1e-300))
    return {key: value / len(forecasts) for key, value in total.items()}


def known_rows(design: LevelDesign, origin: int, count: int) -> Bools:
    """Rows after an origin that hold nothing new to it: an event's first edition can't be tested."""
    events = design.static.named("event:")
    values = design.static.values[:, events]
    novel = ~(values[:origin] != 0).any(axis=0)
    known: Bools = ~(values[origin : origin + count][:, novel] != 0).any(axis=1)
    return known


def _test(data: LevelData, origin: int, known: Bools) -> tuple[Floats, Floats]:
    stop = origin + len(known)
    used = (data.weight[origin:stop] > 0) & known
    return np.where(used, _plain(np.where(used, data.values[origin:stop], 0.0), data), 0.0), used.astype(
        "float64"
    )


def _plain(values: Floats, data: LevelData) -> Floats:
    return np.exp(np.clip(values, -700, 50)) if data.is_log else values


def _average(scores: dict[Key, float]) -> dict[Key, float]:
    """Weights of the best candidates; they sum to 1."""
    ranked = sorted(scores.items(), key=lambda item: item[1])[:BEST]
    best = max(ranked[0][1], 1e-12)
    weights = {key: float(np.exp(-SHARPNESS * (score / best - 1))) for key, score in ranked}
    total = sum(weights.values())
    return {key: weight / total for key, weight in weights.items()}


def _hedged(weights: dict[Key, float], scores: dict[Key, float]) -> tuple[Candidate, ...]:
    """The average with its least share of a damped and a flat trend."""
    shares = dict(weights)
    for kind in ("damped", "flat"):
        held = sum(w for key, w in shares.items() if key[2] == kind)
        of_kind = [key for key in scores if key[2] == kind]
        if of_kind and held < HEDGE:
            shares = {key: w * (1 - (HEDGE - held)) for key, w in shares.items()}
            best = min(of_kind, key=scores.__getitem__)
            shares[best] = shares.get(best, 0.0) + HEDGE - held
    return tuple(Candidate(*key, weight) for key, weight in shares.items())


def _default(growths: Sequence[Growth]) -> tuple[Candidate, ...]:
    """Where no origin can be had: a stiff trend that fades or stays, and the last residuals."""
    kinds: list[Growth] = [g for g in growths if g != "linear"] or list(growths)
    drifts = (Drift(7, 15.0), Drift(7, 60.0))
    weight = 1 / (len(kinds) * len(drifts))
    return tuple(Candidate(0.05, KEPT, g, d, weight) for g, d in product(kinds, drifts))


def _fit(
    design: LevelDesign, steady: LevelData, data: LevelData, candidates: tuple[Candidate, ...], noise: float
) -> LevelFit:
    """One regression that is the average of all candidates."""
    rows, age = data.rows, design.grid.age[: data.rows]
    beta = np.zeros(design.all.shape[1])
    slopes: dict[Growth, float] = {"linear": 0.0, "damped": 0.0, "flat": 0.0}
    drifts: dict[Drift, float] = {}
    variance = np.zeros(design.grid.rows)
    whole = _normal(design, steady, KEPT)
    for recency in {c.recency for c in candidates}:
        gram, target = _normal(design, steady, recency)
        for knot_tau in {c.knot_tau for c in candidates if c.recency == recency}:
            penalty = ridge.penalties(noise, design.tau(knot_tau, rows))
            own = _solved(whole, (gram, target), penalty, recency)
            mine = [c for c in candidates if (c.recency, c.knot_tau) == (recency, knot_tau)]
            share = sum(c.weight for c in mine)
            beta += share * own
            slope = end_slope(own, design.knots, float(age[-1]))
            residuals = steady.values - design.all[:rows] @ own
            for c in mine:
                slopes[c.growth] += c.weight * slope
                value = drift_value(residuals, data.weight, age, c.drift.window)
                drifts[c.drift] = drifts.get(c.drift, 0.0) + c.weight * value
            variance += share * _variance(design, rows, gram, penalty, noise)
    residuals = np.where(data.weight > 0, data.values - design.all[:rows] @ beta, np.nan)
    return LevelFit(
        design, rows, beta, slopes, tuple(drifts.items()), noise, np.sqrt(variance), residuals, candidates
    )


def _variance(design: LevelDesign, rows: int, gram: Floats, penalty: Floats, noise: float) -> Floats:
    """Posterior variance of what sets each row apart from a usual one (the trend has its own pricing)."""
    spread = ridge.covariance(gram, penalty, noise)[design.split :, design.split :]
    values = design.static.values - design.static.values[:rows].mean(axis=0)
    return np.maximum(((values @ spread) * values).sum(axis=1), 0.0)


def _fold_errors(
    design: LevelDesign,
    candidates: tuple[Candidate, ...],
    forecasts: dict[int, dict[Key, Floats]],
    data: LevelData,
) -> tuple[tuple[Floats, Floats], ...]:
    """Errors of the average at each origin, on the scale of the level."""
    found: list[tuple[Floats, Floats]] = []
    for origin, made in forecasts.items():
        parts = [c.weight * made[c.knot_tau, c.recency, c.growth, c.drift] for c in candidates]
        path: Floats = np.sum(parts, axis=0)
        stop = origin + len(path)
        used = (data.weight[origin:stop] > 0) & known_rows(design, origin, len(path))
        ahead: Floats = np.arange(1.0, len(path) + 1) * data.unit
        found.append((ahead[used], (data.values[origin:stop] - path)[used]))
    return tuple(found)
