"""The ten real series, exported in messy ways, are understood by `init --from`."""

from __future__ import annotations

import pandas as pd
import pytest

from cloudtune.draft.table import open_table
from cloudtune.draft.times import find_times
from cloudtune.draft.values import find_values
from tests.real.catalogue import REAL, real_data

DATA = real_data()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        DATA is None,
        reason="the real series are not on this machine; set CLOUDTUNE_REAL_DATA to their folder",
    ),
]
PATTERNS = (
    "%m/%d/%Y %I:%M %p",
    "%d.%m.%Y %H:%M",
    "%Y/%m/%d %H:%M:%S",
    "%d-%b-%Y %H:%M",
    "%Y%m%d %H%M",
    "%d/%m/%Y %H:%M",
    "%Y-%m-%dT%H:%M",
    "%b %d, %Y %H:%M",
    "%d %B %Y %H:%M",
    "%Y.%m.%d %H:%M",
)


@pytest.mark.parametrize(
    ("series", "pattern"), list(zip(REAL, PATTERNS, strict=True)), ids=lambda one: str(one)[:24]
)
def test_a_real_series_is_understood_however_it_was_exported(series, pattern, tmp_path):
    assert DATA is not None
    frame = pd.read_parquet(DATA / series.folder / "series.parquet")[-6000:].reset_index(drop=True)
    texts = pd.DataFrame(
        {"when": frame["time"].dt.strftime(pattern), "value": frame["value"].map("{:,.2f}".format)}
    )
    texts.to_csv(tmp_path / "x.csv", index=False, sep=";")

    table = open_table(str(tmp_path / "x.csv"), tmp_path)
    times = find_times(table)
    values = find_values(table, times)

    assert times.step == series.step
    assert (values.numbers - frame["value"]).abs().max() < 0.0051
    known = frame["time"].dt.tz_localize(None) if frame["time"].dt.tz is not None else frame["time"]
    assert (times.instants.dt.floor("min") == known.dt.floor("min")).all()
