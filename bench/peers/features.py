"""What a competent user writes around a forecasting library: calendar columns, events, a slow trend."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable

DAY = pd.Timedelta(days=1)
MINUTE = pd.Timedelta(minutes=1)
YEAR = pd.Timedelta(days=365)


def frame(yhat, low=None, high=None) -> pd.DataFrame:
    """A forecast and its 80% interval; NaN where a peer gives none."""
    nothing = np.full(len(yhat), np.nan)
    return pd.DataFrame(
        {
            "yhat": np.asarray(yhat, float),
            "low": nothing if low is None else np.asarray(low, float),
            "high": nothing if high is None else np.asarray(high, float),
        }
    )


def fourier(phase, order: int):
    """Cosine and sine columns; phase in cycles."""
    angle = 2 * np.pi * np.outer(phase, np.arange(1, order + 1))
    return np.hstack([np.cos(angle), np.sin(angle)])


def day_phase(index: pd.DatetimeIndex):
    """Share of the day that has passed."""
    return ((index - index.normalize()) / DAY).to_numpy()


def year_phase(index: pd.DatetimeIndex):
    """Share of the year that has passed."""
    return (index.day_of_year.to_numpy() - 1 + day_phase(index)) / 365.25


def spans_year(index: pd.DatetimeIndex) -> bool:
    """True where a yearly season can be seen."""
    return (index[-1] - index[0]) >= pd.Timedelta(days=360)


def minutes_since_start(index, events, *, daily=False) -> dict:
    """Per event: minutes since the start of the occurrence that covers each time, else NaN."""
    out = {}
    for name, occurrences in events.groupby("name", sort=False):
        minutes = np.full(len(index), np.nan)
        for occurrence in occurrences.itertuples():
            start = occurrence.start.normalize() if daily else occurrence.start
            inside = slice(index.searchsorted(start), index.searchsorted(occurrence.end))
            minutes[inside] = (index[inside] - start) / MINUTE
        out[name] = minutes
    return out


def event_dummies(index, events, width: int, *, most=200, daily=False) -> dict:
    """One 0/1 column for each event and each bin of `width` minutes since its start."""
    columns = {}
    for name, minutes in minutes_since_start(index, events, daily=daily).items():
        bins = np.floor(minutes / width)
        top = int(np.nanmax(bins)) if np.isfinite(bins).any() else -1
        for k in range(min(top + 1, most)):
            columns[f"{name}_{k}"] = (bins == k).astype(float)
    return columns


def event_bins(events, step: pd.Timedelta, fine: int) -> int:
    """Bin width: fine for a few events, three hours for a calendar of many with few occurrences each."""
    return max(fine if events["name"].nunique() <= 5 else 180, int(step / MINUTE))


def regular(train: pd.DataFrame, step: pd.Timedelta) -> pd.Series:
    """The series on a full grid; holes are filled by interpolation."""
    values = train.set_index("time")["value"]
    return values[~values.index.duplicated()].asfreq(step).interpolate().bfill()


def offset(values) -> float:
    """What to add before taking logs: nothing for a positive series."""
    low, middle = np.nanmin(values), np.nanmedian(values)
    return 0.0 if low > 0 else float(0.05 * max(middle, 1e-9) - min(low, 0))


def slow_trend(train: pd.DataFrame, events: pd.DataFrame) -> Callable:
    """Slow part of a positive series, as a log: a line with at most one break, straight in levels
    or in logs, times the year's waves; break and scale by BIC on daily means outside events."""
    days = _quiet_days(train, events)
    values, logs, origin = days.to_numpy(), np.log(days.to_numpy()), days.index[0]
    floor, year = 0.02 * values.mean(), spans_year(pd.DatetimeIndex(train["time"]))
    waves = lambda index: fourier(year_phase(index), 3) if year else np.zeros((len(index), 0))  # noqa: E731
    weekdays = np.eye(7)[days.index.day_of_week][:, 1:] if len(days) > 14 else np.zeros((len(days), 0))
    seasons = np.hstack([waves(days.index), weekdays])
    best = min(
        (
            fit
            for at in _breaks(days)
            for fit in _fits(_line(days.index, origin, at), seasons, values, logs, at)
        ),
        key=lambda fit: fit[0],
    )
    _, at, in_levels, line, season = best
    season = season[: waves(days.index).shape[1]]

    def slow(index):
        path = _line(index, origin, at) @ line
        return (np.log(np.maximum(path, floor)) if in_levels else path) + waves(index) @ season

    return slow


def _quiet_days(train, events) -> pd.Series:
    values = train.set_index("time")["value"].astype(float)
    keep = np.ones(len(values), bool)
    for event in events.itertuples():
        keep &= ~((values.index >= event.start) & (values.index < event.end))
    kept = values[keep] if keep.sum() > len(values) / 10 else values
    days = kept.resample("1D").mean().dropna()
    return days[days > 0]


def _breaks(days) -> list:
    span = (days.index[-1] - days.index[0]) / YEAR
    return [None, *(np.linspace(0.1, 0.9, 33) * span)] if len(days) > 60 else [None]


def _line(index, origin, at):
    t = ((index - origin) / YEAR).to_numpy()
    columns = [np.ones(len(t)), t] + ([] if at is None else [np.maximum(t - at, 0)])
    return np.column_stack(columns)


def _fits(line, seasons, values, logs, at):
    """Candidate fits (BIC, break, straight in levels?, line, seasons)."""
    both = _solve(np.hstack([line, seasons]), logs)
    a, w = both[: line.shape[1]], both[line.shape[1] :]
    yield _bic(logs - line @ a - seasons @ w, a, w, at), at, False, a, w
    for _ in range(4):  # straight in levels: the line and the seasons take turns
        a = _solve(line, values / np.exp(seasons @ w))
        path = line @ a
        if path.min() <= 0.02 * values.mean():
            return
        w = _solve(np.hstack([seasons, np.ones((len(logs), 1))]), logs - np.log(path))[:-1]
    yield _bic(logs - np.log(line @ a) - seasons @ w, a, w, at), at, True, a, w


def _bic(residual, a, w, at) -> float:
    n, k = len(residual), len(a) + len(w) + (at is not None)
    return float(n * np.log((residual**2).mean() + 1e-12) + k * np.log(n))


def _solve(columns, target):
    return np.linalg.lstsq(columns, target, rcond=None)[0]
