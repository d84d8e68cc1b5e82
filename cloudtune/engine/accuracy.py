"""Backtest figures by step and lead time, and what they ask of the intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.engine import metrics
from cloudtune.engine.intervals import UNCALIBRATED, Calibration
from cloudtune.engine.result import Accuracy, Fold

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from cloudtune.engine.backtest import FoldRun, TestedStep
    from cloudtune.model.arrays import Floats

LEADS = (
    (0, 7, "1 to 7 days"),
    (7, 28, "8 to 28 days"),
    (28, 90, "29 to 90 days"),
    (90, 365, "91 to 365 days"),
    (365, 10_000, "over a year"),
)
WIDEST, NARROWEST, TINIEST = 3.0, 0.5, 0.05
SPREAD = 0.1
"""Variance of the widths that series need, on a log scale, and of a fold's error in telling it."""
UNKNOWN = 1.0
"""The same variance between folds where there is but one."""
FEWEST = 8


def calibrations(folds: Sequence[FoldRun], tested_days: float) -> dict[str, Calibration]:
    """How much wider the 80% interval of each step must be for the backtest to have held."""
    found = {}
    for name in dict.fromkeys(name for fold in folds for name in fold.steps):
        scores = [_scores(fold.steps[name]) for fold in folds if name in fold.steps]
        if sum(map(len, scores)) >= FEWEST:
            needed = [float(np.quantile(one, 0.8)) for one in scores if len(one)]
            found[name] = Calibration(needed_factor(needed), tested_days)
    return found


def needed_factor(needed: Sequence[float]) -> float:
    """The width that folds ask for together, trusted as far as they agree.

    Why: a fold is one draw of the level's error, however many points it has. What three of them ask for
    by chance says nothing of the next; a shape that is off asks for the same width in every fold.
    """
    logs = np.log(np.maximum(needed, TINIEST))
    between = float(np.var(logs, ddof=1)) if len(logs) > 1 else UNKNOWN
    trust = SPREAD / (SPREAD + (between + SPREAD) / len(logs))
    return float(np.clip(np.exp(trust * logs.mean()), NARROWEST, WIDEST))


def rows_of(folds: Sequence[FoldRun], width: Mapping[str, Calibration]) -> tuple[Accuracy, ...]:
    """One row a step and stretch of lead time, then all of it, then event windows alone."""
    rows = []
    names = list(dict.fromkeys(name for fold in folds for name in fold.steps))
    for name in names:
        tests = [fold.steps[name] for fold in folds if name in fold.steps]
        for low, high, words in LEADS:
            rows.append(_row(name, words, tests, _ahead(low, high), width.get(name, UNCALIBRATED).factor))
        rows.append(
            _row(
                name,
                "all",
                tests,
                lambda t: np.ones(len(t.actual), dtype=bool),
                width.get(name, UNCALIBRATED).factor,
            )
        )
        rows.append(
            _row(name, "event windows", tests, lambda t: t.in_event, width.get(name, UNCALIBRATED).factor)
        )
    return tuple(row for row in rows if row.points)


def folds_of(folds: Sequence[FoldRun], width: Mapping[str, Calibration]) -> tuple[Fold, ...]:
    """One line an origin, at the finest step."""
    found = []
    for fold in folds:
        name = next(iter(fold.steps))
        t = fold.steps[name]
        low, high = interval(t, width.get(name, UNCALIBRATED).factor)
        found.append(
            Fold(
                fold.cutoff,
                metrics.wape(t.actual, t.median),
                metrics.wape(t.actual, t.naive),
                metrics.coverage(t.actual, low, high),
            )
        )
    return tuple(found)


def interval(tested: TestedStep, width: float) -> tuple[Floats, Floats]:
    """The calibrated 80% interval."""
    low, high = (_stretched(tested.bands[0.5], tested.bands[q], width) for q in (0.1, 0.9))
    return low, high


def _stretched(centre: Floats, edge: Floats, width: float) -> Floats:
    return np.asarray(centre + width * (edge - centre))


def _scores(tested: TestedStep) -> Floats:
    """Distance from the median in half widths of the side it falls on."""
    centre, low, high = (tested.bands[q] for q in (0.5, 0.1, 0.9))
    gap = tested.actual - centre
    half = np.where(gap > 0, high - centre, centre - low)
    floor = 1e-6 * max(float(np.mean(np.abs(centre))), 1e-9)
    return np.asarray(np.abs(gap) / np.maximum(half, floor))[np.isfinite(gap)]


def _ahead(low: int, high: int) -> Callable[[TestedStep], np.ndarray]:
    def wanted(tested: TestedStep) -> np.ndarray:
        utc = tested.target.timeline.utc
        days = (utc - utc[0]).astype("timedelta64[s]").astype("float64") / 86_400
        return (days >= low) & (days < high)

    return wanted


def _row(
    name: str,
    words: str,
    tests: Sequence[TestedStep],
    wanted: Callable[[TestedStep], np.ndarray],
    width: float,
) -> Accuracy:
    picks = [(t, wanted(t) & np.isfinite(t.actual)) for t in tests]
    actual, median, naive = (_joined(picks, what) for what in ("actual", "median", "naive"))
    bands = {q: np.concatenate([t.bands[q][mask] for t, mask in picks]) for q in tests[0].bands}
    edges = [interval(t, width) for t, _ in picks]
    low = np.concatenate([e[0][mask] for e, (_, mask) in zip(edges, picks, strict=True)])
    high = np.concatenate([e[1][mask] for e, (_, mask) in zip(edges, picks, strict=True)])
    scale = (
        float(np.nanmean([t.naive_scale for t in tests]))
        if any(np.isfinite(t.naive_scale) for t in tests)
        else np.nan
    )
    return Accuracy(
        name,
        words,
        len(actual),
        metrics.wape(actual, median),
        metrics.wape(actual, naive),
        metrics.mase(actual, median, scale),
        metrics.bias(actual, median),
        _peak_error(picks),
        metrics.coverage(actual, low, high),
        metrics.pinball(actual, bands),
    )


def _joined(picks: Sequence[tuple[TestedStep, np.ndarray]], what: str) -> Floats:
    return np.concatenate([getattr(t, what)[mask] for t, mask in picks])


def _peak_error(picks: Sequence[tuple[TestedStep, np.ndarray]]) -> float:
    """Mean error of each fold's highest point, as a fraction of it."""
    errors = []
    for t, mask in picks:
        if mask.any() and t.actual[mask].max() > 0:
            top = t.actual[mask].max()
            errors.append(abs(t.median[mask].max() - top) / top)
    return float(np.mean(errors)) if errors else float("nan")
