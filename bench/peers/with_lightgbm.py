"""LightGBM on calendar and event features, after a broken line and the year's waves on the log scale."""

from __future__ import annotations

import os

import lightgbm
import numpy as np
import pandas as pd

from bench.peers.features import frame, minutes_since_start, offset, slow_trend


def forecast(case) -> pd.DataFrame:
    """Three models: the median-like mean, the 10% and the 90% quantile."""
    train, index = case.train.dropna(subset=["value"]), pd.DatetimeIndex(case.test["time"])
    past, values = pd.DatetimeIndex(train["time"]), train["value"].to_numpy(float)
    c = offset(values)
    slow = slow_trend(train.assign(value=values + c), case.events)
    target = np.log(values + c) - slow(past)
    columns = [_features(ix, case, rows) for ix, rows in ((past, train), (index, case.test))]
    base, out = slow(index), []
    for quantile in (None, 0.1, 0.9):
        loss = {} if quantile is None else {"objective": "quantile", "alpha": quantile}
        model = lightgbm.LGBMRegressor(**_settings(len(target), daily=case.is_daily), **loss)
        out.append(np.exp(model.fit(columns[0], target).predict(columns[1]) + base) - c)
    return frame(*out)


def _settings(n: int, *, daily: bool) -> dict:
    big = n > 50000
    return {
        "n_estimators": 400 if big else 250, "learning_rate": 0.06, "num_leaves": 127 if big else 31,
        "min_child_samples": 40 if big else 15, "subsample": 0.8, "subsample_freq": 1,
        "max_bin": 255 if daily else 1500, "n_jobs": int(os.environ.get("OMP_NUM_THREADS", "1")),
        "verbose": -1, "random_state": 1,
    }  # fmt: skip


def _features(index, case, rows) -> pd.DataFrame:
    columns = {"dow": index.day_of_week.to_numpy(), "weekend": (index.day_of_week >= 5).astype(int)}
    if case.is_daily:
        columns |= {"doy": index.day_of_year.to_numpy(), "dom": index.day.to_numpy()}
    else:
        columns["minute"] = (index.hour * 60 + index.minute).to_numpy()
    for name, minutes in minutes_since_start(index, case.events, daily=case.is_daily).items():
        columns["since_" + name] = np.where(np.isnan(minutes), -1, minutes)
    columns |= {name: rows[name].to_numpy(float) for name in case.facts.variables}
    return pd.DataFrame(columns).astype(np.float32)
