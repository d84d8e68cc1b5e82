"""Demand of events on a real series: what was to be provided for was enough as often as it says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from cloudtune.data.load import load
from cloudtune.engine.forecast import forecast
from cloudtune.spec import load_store
from cloudtune.spec.capacity import Capacity
from tests.real.build_specs import write_real_store
from tests.real.catalogue import REAL, real_data

DATA = real_data()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(DATA is None, reason="the real series are not on this machine"),
]


def test_matches_of_the_world_cup_stay_below_the_99_percent_demand_from_the_group_stage_on(tmp_path):
    series = next(one for one in REAL if one.folder == "worldcup98")
    rows = pd.read_parquet(DATA / "worldcup98" / "series.parquet")
    times = rows["time"].dt.tz_convert("UTC").dt.tz_localize(None) if rows["time"].dt.tz else rows["time"]
    actual = pd.Series(rows["value"].to_numpy(), times)
    held = []
    for cut in series.cuts:
        folder = tmp_path / cut.replace(":", "")
        write_real_store(DATA, folder, cuts={"worldcup98": cut}, only={"worldcup98"}, folds=2)
        resolved = load_store(folder).resolve("real/worldcup98")
        planned = replace(resolved, spec=resolved.spec.model_copy(update={"capacity": Capacity()}))
        for event in forecast(load(planned, folder), planned).highest.events:
            came = actual[(actual.index >= event.start) & (actual.index < event.end)]
            if len(came):
                held.append(np.quantile(event.paths, 0.99) >= came.max())
    assert len(held) > 50
    assert np.mean(held) >= 0.97
