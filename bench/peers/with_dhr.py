"""Dynamic harmonic regression: statsmodels OLS on the log scale around a slow trend."""

from __future__ import annotations

import numpy as np
import pandas as pd
import statsmodels.api as sm

from bench.peers.features import (
    DAY,
    day_phase,
    event_bins,
    event_dummies,
    fourier,
    frame,
    offset,
    slow_trend,
)


def forecast(case) -> pd.DataFrame:
    """Weekday and weekend daily waves, day of week, event bins, cubic variables by time of day."""
    train, index = case.train.dropna(subset=["value"]), pd.DatetimeIndex(case.test["time"])
    past, values = pd.DatetimeIndex(train["time"]), train["value"].to_numpy(float)
    c = offset(values)
    slow = slow_trend(train.assign(value=values + c), case.events)
    design = _Design(case, past)
    result = sm.OLS(np.log(values + c) - slow(past), design.columns(past, train)).fit(
        method="qr" if len(past) > 100_000 else "pinv"
    )
    ahead = result.get_prediction(design.columns(index, case.test))
    mean = ahead.predicted_mean + slow(index)
    error = 1.2816 * np.sqrt(np.maximum(ahead.var_pred_mean, 0) + result.scale)
    return frame(np.exp(mean) - c, np.exp(mean - error) - c, np.exp(mean + error) - c)


class _Design:
    """Columns that training and forecast share."""

    def __init__(self, case, past) -> None:
        self.case = case
        self.width = 1440 if case.is_daily else event_bins(case.events, case.step, 30)
        seen = event_dummies(past, case.events, self.width, daily=case.is_daily)
        self.names = [name for name, column in seen.items() if column.any()]
        x = case.train[list(case.facts.variables)].interpolate().bfill()
        self.mean, self.sd = x.mean(), x.std().replace(0, 1)
        self.curved = {name: x[name].nunique() > 2 for name in x}
        self.low, self.high = x.quantile(0.001), x.quantile(0.999)

    def columns(self, index, rows):
        """The matrix at `index`."""
        parts = [np.ones((len(index), 1)), np.eye(7)[index.day_of_week.to_numpy()][:, 1:]]
        if not self.case.is_daily:
            waves = fourier(day_phase(index), int(min(15, DAY / self.case.step / 2 - 1)))
            weekday = (index.day_of_week.to_numpy() < 5)[:, None]
            parts += [waves * weekday, waves * ~weekday]
        events = event_dummies(index, self.case.events, self.width, daily=self.case.is_daily)
        nothing = np.zeros(len(index))
        parts += [np.column_stack([events.get(name, nothing) for name in self.names])] if self.names else []
        return np.hstack([*parts, *self._variables(index, rows)])

    def _variables(self, index, rows):
        for name in self.case.facts.variables:
            x = rows[name].interpolate().bfill().to_numpy(float)
            u = (np.clip(x, self.low[name], self.high[name]) - self.mean[name]) / self.sd[name]
            base = np.column_stack([u, u**2, u**3]) if self.curved[name] else u[:, None]
            yield base
            if not self.case.is_daily:
                waves = fourier(day_phase(index), 2)
                yield np.hstack([base[:, [k]] * waves for k in range(min(2, base.shape[1]))])
