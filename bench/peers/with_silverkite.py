"""Greykite's Silverkite: ridge, automatic changepoints, day-level events, on the log scale."""

from __future__ import annotations

import numpy as np
import pandas as pd
from greykite.framework.templates.autogen.forecast_config import (
    EvaluationPeriodParam,
    ForecastConfig,
    MetadataParam,
    ModelComponentsParam,
)
from greykite.framework.templates.forecaster import Forecaster

from bench.peers.features import frame, offset, regular, spans_year

LONG = pd.Timedelta(days=60)


def forecast(case) -> pd.DataFrame:
    """Fit once, without cross-validation, and predict."""
    values = regular(case.train, case.step)
    c = offset(values.to_numpy())
    index = pd.DatetimeIndex(case.test["time"])
    ahead = round((index[-1] - values.index[-1]) / case.step)
    grid = pd.date_range(values.index[0], periods=len(values) + ahead, freq=case.step)
    rows = pd.DataFrame({"ts": grid, "y": np.append(np.log(values + c), np.full(ahead, np.nan))})
    columns = _add_variables(rows, case, grid)
    config = ForecastConfig(
        model_template="SILVERKITE",
        forecast_horizon=ahead,
        coverage=0.8,
        metadata_param=MetadataParam(
            time_col="ts",
            value_col="y",
            freq=pd.tseries.frequencies.to_offset(case.step).freqstr,
            train_end_date=values.index[-1],
        ),
        model_components_param=_components(case, values, columns),
        evaluation_period_param=EvaluationPeriodParam(test_horizon=0, cv_max_splits=0),
    )
    path = Forecaster().run_forecast_config(df=rows, config=config).forecast.df
    path = path.assign(ts=pd.to_datetime(path["ts"])).set_index("ts").reindex(index)
    names = ("forecast", "forecast_lower", "forecast_upper")
    return frame(*[np.exp(path[name].to_numpy(float)) - c for name in names])


def _add_variables(rows, case, grid) -> list[str]:
    names = list(case.facts.variables)
    if not names:
        return []
    known = pd.concat([part.set_index("time")[names] for part in (case.train, case.test)])
    known = known[~known.index.duplicated()].reindex(grid).interpolate().bfill()
    for name in names:
        x = known[name].to_numpy()
        rows[name], rows[name + "_sq"] = x, (x - x.mean()) ** 2
    return [column for name in names for column in (name, name + "_sq")]


def _components(case, values, columns) -> ModelComponentsParam:
    fine, year = not case.is_daily, spans_year(values.index)
    changes = {
        "method": "auto",
        "resample_freq": "D",
        "regularization_strength": 0.5,
        "potential_changepoint_n": 25,
        "yearly_seasonality_order": 5 if year else 0,
        "no_changepoint_proportion_from_end": 0.1,
    }
    long = len(values) * case.step > LONG
    return ModelComponentsParam(
        growth={"growth_term": "linear"},
        seasonality={
            "yearly_seasonality": (5 if fine else 10) if year else False,
            "quarterly_seasonality": False,
            "monthly_seasonality": False,
            "weekly_seasonality": 4 if fine else 3,
            "daily_seasonality": 12 if fine else False,
        },
        changepoints={"changepoints_dict": changes if long else None},
        events={
            "holidays_to_model_separately": [],
            "holiday_lookup_countries": [],
            "daily_event_df_dict": _event_days(case.events),
        },
        autoregression={"autoreg_dict": None},
        regressors={"regressor_cols": columns} if columns else None,
        uncertainty={"uncertainty_dict": _uncertainty(fine=fine)},
        custom={"fit_algorithm_dict": {"fit_algorithm": "ridge"}},
    )


def _uncertainty(*, fine: bool) -> dict:
    params = {
        "conditional_cols": ["dow_hr"] if fine else ["dow"],
        "quantiles": [0.1, 0.9],
        "quantile_estimation_method": "normal_fit",
        "sample_size_thresh": 5,
        "small_sample_size_method": "std_quantiles",
        "small_sample_size_quantile": 0.98,
    }
    return {"uncertainty_method": "simple_conditional_residuals", "params": params}


def _event_days(events):
    days: dict = {}
    for event in events.itertuples(index=False):
        last = (event.end - pd.Timedelta(1, "ns")).normalize()
        for k, day in enumerate(pd.date_range(event.start.normalize(), last)):
            days.setdefault(f"{event.name}_d{k}", []).append(day)
    found = {name: pd.DataFrame({"date": dates, "event_name": "event"}) for name, dates in days.items()}
    return found or None
