"""Accuracy of one forecast; errors are fractions (0.05 = 5%)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bench.cases import Case

WEEK = pd.Timedelta(days=7)


@dataclass(frozen=True, eq=False)
class Prediction:
    """A forecast of a case's test part: yhat, low, high at each of its points.

    `coarser` holds, per step, a frame of start, stop (UTC), low, high of sums over buckets.
    """

    points: pd.DataFrame
    coarser: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    seconds: float | None = None
    """Fit and predict, where the function did more than that."""
    cpu_seconds: float | None = None


def score(case: Case, prediction: Prediction) -> dict[str, float]:
    """Every metric of one forecast."""
    test = case.test.reset_index(drop=True)
    # A local hour that occurs twice counts once: peers see naive time.
    kept = np.isfinite(test["value"].to_numpy(float)) & ~test["time"].duplicated().to_numpy()
    y, f = test["value"].to_numpy(float)[kept], prediction.points["yhat"].to_numpy(float)[kept]
    if not np.isfinite(f).all():
        return {"not_finite": float((~np.isfinite(f)).sum())}
    times = pd.DatetimeIndex(test["time"])[kept]
    total = np.abs(y).sum()
    out = {
        "wape": np.abs(y - f).sum() / total,
        "bias": (f - y).sum() / total,
        "mase": np.abs(y - f).mean() / _naive_error(case),
        "peak_error": (f.max() - y.max()) / y.max(),
    }
    out |= _events(case, times, y, f)
    bounds = prediction.points[["low", "high"]].to_numpy(float)[kept]
    if np.isfinite(bounds).all():
        out |= _intervals(y, f, bounds)
    for step, buckets in prediction.coarser.items():
        out[f"coverage_{step}"] = _bucket_coverage(case, buckets)
    return {name: round(float(value), 5) for name, value in out.items()}


def _naive_error(case: Case) -> float:
    values = case.train.drop_duplicates("time").set_index("time")["value"].asfreq(case.step).to_numpy(float)
    lag = max(1, round(WEEK / case.step))
    return float(np.nanmean(np.abs(values[lag:] - values[:-lag])))


def _events(case: Case, times, y, f) -> dict[str, float]:
    inside, peaks = np.zeros(len(y), bool), []
    for event in case.events.itertuples():
        start = event.start.normalize() if case.is_daily else event.start
        window = np.asarray((times >= start) & (times < event.end))
        if window.any():
            inside |= window
            peaks.append(abs(f[window].max() - y[window].max()) / y[window].max())
    if not peaks:
        return {}
    return {
        "event_wape": np.abs(y - f)[inside].sum() / np.abs(y[inside]).sum(),
        "event_peak_error": float(np.mean(peaks)),
        "events": float(len(peaks)),
    }


def _intervals(y, f, bounds) -> dict[str, float]:
    low, high = bounds.T
    losses = [
        np.maximum(q * (y - v), (q - 1) * (y - v)).mean() for q, v in ((0.1, low), (0.5, f), (0.9, high))
    ]
    return {
        "coverage": ((y >= low) & (y <= high)).mean(),
        "width": (high - low).mean() / np.abs(y).mean(),
        "pinball": np.mean(losses) / np.abs(y).mean(),
    }


def _bucket_coverage(case: Case, buckets: pd.DataFrame) -> float:
    """Share of buckets whose actual total lies inside; buckets with under 95% of their points don't count."""
    test = case.test.dropna(subset=["value"])
    stamps = test["utc"].to_numpy()
    totals = np.concatenate([[0.0], np.cumsum(test["value"].to_numpy(float))])
    first = np.searchsorted(stamps, buckets["start"].to_numpy())
    last = np.searchsorted(stamps, buckets["stop"].to_numpy())
    points = last - first
    wanted = np.round((buckets["stop"] - buckets["start"]).to_numpy() / case.step.to_timedelta64())
    whole = points >= np.maximum(0.95 * wanted, 1)
    mean = (totals[last] - totals[first])[whole] / points[whole]
    scale = 1.0 if case.facts.aggregate == "mean" else wanted[whole]
    actual = mean * scale
    hit = (actual >= buckets["low"].to_numpy()[whole]) & (actual <= buckets["high"].to_numpy()[whole])
    return float(hit.mean()) if whole.any() else float("nan")
