"""Prophet: multiplicative, weekday and weekend daily shapes, events as holidays or as hours since start."""

from __future__ import annotations

import numpy as np
import pandas as pd
from prophet import Prophet

from bench.peers.features import DAY, event_bins, event_dummies, frame, spans_year


def forecast(case, *, by_hour=False) -> pd.DataFrame:
    """Fit and predict; `by_hour` makes a column of each hour since an event's start."""
    past = case.train.rename(columns={"time": "ds", "value": "y"})
    ahead = case.test.rename(columns={"time": "ds"}).drop(columns="value")
    fine = not case.is_daily
    columns = by_hour and fine
    yearly = (6 if fine else 10) if spans_year(pd.DatetimeIndex(past["ds"])) else False
    model = Prophet(
        seasonality_mode="multiplicative", changepoint_range=0.9, interval_width=0.8,
        weekly_seasonality=6 if fine else 3, daily_seasonality=False, yearly_seasonality=yearly,
        holidays=None if columns else _holidays(case.events), uncertainty_samples=300,
    )  # fmt: skip
    if fine:
        _add_day(model, case, past, ahead)
    if columns:
        _add_hours(model, case, past, ahead)
    for name in case.facts.variables:
        middle = past[name].mean()
        for rows in (past, ahead):
            rows[name + "_sq"] = (rows[name] - middle) ** 2
        model.add_regressor(name)
        model.add_regressor(name + "_sq")
    np.random.seed(1)  # noqa: NPY002  (Prophet draws from the global generator)
    model.fit(past)
    path = model.predict(ahead)
    return frame(path["yhat"], path["yhat_lower"], path["yhat_upper"])


def by_hour(case) -> pd.DataFrame:
    """Prophet with a column for each hour since an event's start in place of whole-day holidays."""
    return forecast(case, by_hour=True)


def _add_day(model, case, past, ahead) -> None:
    order = int(min(12, DAY / case.step / 2 - 1))
    for rows in (past, ahead):
        rows["weekday"] = rows["ds"].dt.day_of_week < 5
        rows["weekend"] = ~rows["weekday"]
    for name in ("weekday", "weekend"):
        model.add_seasonality(f"daily_{name}", 1, order, condition_name=name)


def _add_hours(model, case, past, ahead) -> None:
    width = event_bins(case.events, case.step, 60)
    seen = event_dummies(pd.DatetimeIndex(past["ds"]), case.events, width)
    coming = event_dummies(pd.DatetimeIndex(ahead["ds"]), case.events, width)
    for name, column in seen.items():
        if column.any():
            past[name], ahead[name] = column, coming.get(name, np.zeros(len(ahead)))
            model.add_regressor(name, standardize=False)


def _holidays(events):
    rows = [
        {
            "holiday": event.name,
            "ds": event.start.normalize(),
            "lower_window": 0,
            "upper_window": ((event.end - pd.Timedelta(1, "ns")).normalize() - event.start.normalize()).days,
        }
        for event in events.itertuples(index=False)
    ]
    return pd.DataFrame(rows) if rows else None
