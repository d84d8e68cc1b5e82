"""The choice of level models by backtest on day levels."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.level import DRIFTS, KEPT, Candidate, Drift, LevelFit
from cloudtune.model.level_average import averaged
from cloudtune.model.level_design import LONG_ENOUGH, LevelData, LevelDesign, robust_fit
from cloudtune.model.level_trials import Search, Trials

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.level_trials import Key
    from cloudtune.model.plan import Growth

KNOT_TAUS = (0.0, 0.05, 0.2, 0.6)
RECENCIES = (KEPT, 365.0, 120.0, 45.0, 20.0)
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
    search = Search(KNOT_TAUS, recencies(horizon * data.unit), tuple(growths), DRIFTS)
    trials = Trials.of(design, steady, noise, search, origins)
    stops = {o: min(o + max(1, min(horizon, int(0.4 * data.rows))), data.rows) for o in origins}
    forecasts = {origin: trials.forecasts(origin, stop) for origin, stop in stops.items()}
    losses = _losses(design, forecasts, data)
    chooser = _Chooser(search.keys, YOUNG_HEDGE if is_young(design, data.rows, horizon) else HEDGE)
    candidates = chooser.average(losses) if len(losses) else _default(growths)
    fit = averaged(trials, candidates, data)
    scores = dict(zip(search.keys, losses.mean(axis=0).tolist(), strict=True)) if len(losses) else {}
    return LevelChoice(fit, scores, _fold_errors(design, chooser, losses, forecasts, data))


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


def _losses(design: LevelDesign, forecasts: dict[int, Floats], data: LevelData) -> Floats:
    """WAPE of every candidate from every origin: (origin, candidate)."""
    found = []
    for origin, made in forecasts.items():
        actual, weight = _test(data, origin, known_rows(design, origin, made.shape[1]))
        size = (np.abs(actual) * weight).sum()
        found.append((np.abs(_plain(made, data) - actual) * weight).sum(axis=1) / max(size, 1e-300))
    return np.array(found)


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


def is_young(design: LevelDesign, rows: int, horizon: int) -> bool:
    """True where a slope may well be a season's: no whole year behind, more than weeks ahead."""
    days = design.grid.unit * horizon
    return days > FAR and float(design.grid.age[rows - 1]) < LONG_ENOUGH


@dataclass(frozen=True, slots=True)
class _Chooser:
    """How losses become an average of candidates."""

    keys: list[Key]
    flat: float
    """Least share of a flat trend."""

    def average(self, losses: Floats) -> tuple[Candidate, ...]:
        """The candidates that have a weight."""
        chosen = zip(self.keys, self.weights(losses).tolist(), strict=True)
        return tuple(Candidate(*key, weight) for key, weight in chosen if weight > 0)

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


def _default(growths: Sequence[Growth]) -> tuple[Candidate, ...]:
    """Where no origin can be had: a stiff trend that fades or stays, and the last residuals."""
    kinds: list[Growth] = [g for g in growths if g != "linear"] or list(growths)
    drifts = (Drift(7, 15.0), Drift(7, 60.0))
    weight = 1 / (len(kinds) * len(drifts))
    return tuple(Candidate(0.05, KEPT, g, d, weight) for g, d in product(kinds, drifts))


def _fold_errors(
    design: LevelDesign, chooser: _Chooser, losses: Floats, forecasts: dict[int, Floats], data: LevelData
) -> tuple[tuple[Floats, Floats], ...]:
    """Errors at each origin of the average that the other origins would have chosen, on the level's scale.

    Why the others: an average chosen on an origin says too little of how wrong the next one will be.
    """
    found: list[tuple[Floats, Floats]] = []
    for place, (origin, made) in enumerate(forecasts.items()):
        others = np.delete(losses, place, axis=0) if len(losses) > 1 else losses
        path: Floats = chooser.weights(others) @ made
        stop = origin + len(path)
        used = (data.weight[origin:stop] > 0) & known_rows(design, origin, len(path))
        ahead: Floats = np.arange(1.0, len(path) + 1) * data.unit
        found.append((ahead[used], (data.values[origin:stop] - path)[used]))
    return tuple(found)
