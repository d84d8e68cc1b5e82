from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from cloudtune.data.load import load
from cloudtune.engine.forecast import forecast
from cloudtune.spec.loader import load_store
from tests.real.build_specs import write_real_store
from tests.real.catalogue import REAL, RealSeries, real_data

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.data.series import Series

DATA = real_data()
pytestmark = pytest.mark.skipif(
    DATA is None, reason="the real series are not on this machine; set CLOUDTUNE_REAL_DATA to their folder"
)
each_series = pytest.mark.parametrize("series", REAL, ids=lambda series: series.name)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("real store")
    assert DATA is not None
    write_real_store(DATA, folder, folds=1)
    return folder


def test_every_real_spec_is_valid(root: Path) -> None:
    store = load_store(root)

    assert [str(problem.message) for problem in store.problems if problem.is_error] == []
    assert len(store.forecasts) == len(REAL)


ALLOWED = {"web-kpi-a": 1.03}
"""Its level jumps days before the cut; choices are made at origins up to a week old, which stand still."""


@each_series
def test_a_real_series_beats_last_week_again(series: RealSeries, root: Path) -> None:
    resolved = load_store(root).forecasts[f"real/{series.name}"]
    cleaned = load(resolved, root)
    made = forecast(cleaned, resolved).forecasts[series.step]
    coming = _actuals(series)
    coming = coming[coming.index < pd.Timestamp(made.timeline.stop)]

    path = pd.Series(made.median, pd.DatetimeIndex(made.timeline.utc)).reindex(coming.index)
    naive = pd.Series(_again(cleaned.series, made.timeline.periods), path_index(made)).reindex(coming.index)

    assert len(coming) > 20
    assert _wape(coming, path) < _wape(coming, naive) * ALLOWED.get(series.name, 1.0)


def path_index(made) -> pd.DatetimeIndex:
    return pd.DatetimeIndex(made.timeline.utc)


@cache
def _actuals(series: RealSeries) -> pd.Series:
    """What came after the cut, by UTC second."""
    assert DATA is not None
    rows = pd.read_parquet(DATA / series.folder / "series.parquet")
    local = rows["time"]
    if local.dt.tz is None:
        shifted = local + pd.Timedelta(days=series.stamp_shift_days)
        stamps = shifted.dt.tz_localize(series.timezone, ambiguous=np.ones(len(rows), bool))
    else:
        stamps, local = local, local.dt.tz_convert(series.timezone).dt.tz_localize(None)
    utc = pd.DatetimeIndex(stamps.dt.tz_convert("UTC").dt.tz_localize(None)).as_unit("s")
    values = pd.Series(rows["value"].to_numpy(), utc)[(local >= pd.Timestamp(series.cuts[0])).to_numpy()]
    return values[~values.index.duplicated()]


def _again(series: Series, periods: int) -> np.ndarray:
    """Seasonal naive: the last week (the last year of weeks) again and again, gaps from the week before."""
    step = series.timeline.step
    season = 52 if step.days == 7 else 7 * step.slots
    values = series.values
    whole = values[len(values) % season :].reshape(-1, season)
    last = pd.DataFrame(whole).ffill().bfill().iloc[-1].to_numpy()
    return np.resize(last, periods)


def _wape(actual: pd.Series, path: pd.Series) -> float:
    known = path.notna().to_numpy()
    assert known.mean() > 0.9
    return float(np.abs(actual - path)[known].sum() / np.abs(actual)[known].sum())
