"""Clock changes as two real series have them; skipped where the data is absent."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from tests.data.reading import Reading

DATA = Path(os.environ.get("CLOUDTUNE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason="the real series are not here")


def _load(name, step):
    source = {"kind": "parquet", "path": f"{name}/series.parquet"}
    return Reading(DATA, step=step, zone="America/New_York", source=source).load()


def _at(cleaned, stamp):
    return cleaned.series.values[np.flatnonzero(cleaned.series.timeline.local == np.datetime64(stamp))]


def test_row_that_holds_both_hours_is_split():
    cleaned = _load("nyc_taxi", "30min")
    first, second = _at(cleaned, "2014-11-02T01:00")
    before = _at(cleaned, "2014-11-02T00:30")[0]
    assert first == second < before


def test_row_that_holds_one_hour_stands_for_both():
    cleaned = _load("bike_dc", "1h")
    first, second = _at(cleaned, "2012-11-04T01:00")
    before = _at(cleaned, "2012-11-04T00:00")[0]
    assert first == second > 0.8 * before
