"""statsforecast: MSTL on the log scale with an AutoETS trend, the same on recent weeks, last week again."""

from __future__ import annotations

import numpy as np
import pandas as pd
from statsforecast import StatsForecast
from statsforecast.models import MSTL, AutoETS, SeasonalNaive

from bench.peers.features import DAY, frame, offset, regular


def mstl(case) -> pd.DataFrame:
    """Seasons of a day and a week, of the year too for daily data; no events, no variables."""
    seasons = _seasons(case)
    if seasons == [1]:
        return _run(AutoETS(model="ZZN"), case, log=True)
    # STL costs points x window; a jump evaluates the slow smoothers at every k-th point only.
    jump = {"trend_jump": seasons[0] // 10, "low_pass_jump": seasons[0] // 10} if seasons[0] > 100 else {}
    return _run(
        MSTL(season_length=seasons, trend_forecaster=AutoETS(model="ZZN"), stl_kwargs=jump), case, log=True
    )


def naive(case) -> pd.DataFrame:
    """Last week again; last year again for daily data."""
    return _run(SeasonalNaive(_season(case)), case, log=False)


def _seasons(case) -> list[int]:
    day = round(DAY / case.step)
    wanted = [day, 7 * day] if day > 1 else [7, 365] if day == 1 else [52]
    known = [k for k in wanted if len(case.train) >= 2 * k]
    return known or [1 if day < 1 else wanted[0]]


def _season(case) -> int:
    weekly_year = case.step > DAY and len(case.train) >= 52
    return 52 if weekly_year else max(_seasons(case))


def _run(model, case, *, log: bool) -> pd.DataFrame:
    values = regular(case.train, case.step)
    c = offset(values.to_numpy()) if log else 0.0
    y = np.log(values.to_numpy() + c) if log else values.to_numpy()
    index = pd.DatetimeIndex(case.test["time"])
    ahead = round((index[-1] - values.index[-1]) / case.step)
    engine = StatsForecast(models=[model], freq=pd.tseries.frequencies.to_offset(case.step), n_jobs=1)
    rows = pd.DataFrame({"unique_id": "s", "ds": values.index, "y": y})
    path = engine.forecast(df=rows, h=ahead, level=[80]).set_index("ds").reindex(index)
    name = next(
        column for column in path if column != "unique_id" and "-lo-" not in column and "-hi-" not in column
    )
    columns = [path[column].to_numpy(float) for column in (name, f"{name}-lo-80", f"{name}-hi-80")]
    return frame(*[np.exp(column) - c if log else column for column in columns])
