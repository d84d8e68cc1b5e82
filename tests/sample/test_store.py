from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pytest

from cloudtune.data.load import load
from cloudtune.sample.catalog import MARKETS
from cloudtune.sample.store import write_sample
from cloudtune.spec import load_store

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 1)
IDS = {
    "us-orders": "store/us-orders",
    "us-traffic": "store/us-traffic",
    "in-orders": "store/in-orders",
    "eu-daily": "region/eu-daily",
    "eu-weekly": "region/eu-weekly",
}


@pytest.fixture(scope="module")
def store():
    return load_store(ROOT, today=TODAY)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("sample")
    write_sample(root / "data", days=42)
    return root


@pytest.fixture(scope="module")
def truth(folder):
    return json.loads((folder / "data/truth.json").read_text())


def _bytes(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_same_seed_gives_the_same_bytes(tmp_path):
    for name, seed in (("one", 3), ("two", 3), ("other", 4)):
        write_sample(tmp_path / name, seed=seed, days=2)
    assert _bytes(tmp_path / "one") == _bytes(tmp_path / "two")
    assert _bytes(tmp_path / "one")["us-orders.parquet"] != _bytes(tmp_path / "other")["us-orders.parquet"]


def test_the_stores_specs_are_valid(store):
    assert store.problems == ()
    assert set(IDS.values()) <= set(store.forecasts)


@pytest.mark.parametrize("name", IDS)
def test_every_series_loads_clean_up_to_the_stores_today(store, folder, name):
    cleaned = load(store.forecasts[IDS[name]], folder)
    assert cleaned.repairs == ()
    assert (cleaned.series.values > 0).all()
    last = cleaned.series.timeline.after(1).day[0]
    assert last in {np.datetime64("2026-11-01"), np.datetime64("2026-10-26")}


@pytest.mark.parametrize("name", IDS)
def test_truth_and_calendars_name_the_same_editions(store, truth, name):
    resolved = store.forecasts[IDS[name]]
    first, last = date(2024, 9, 1), date(2028, 10, 31)
    told = {
        (occurrence["event"], occurrence["start"][:16])
        for occurrence in truth["series"][name]["occurrences"]
        if first <= datetime.fromisoformat(occurrence["start"]).date() < last
    }
    declared = {
        (event.name, occurrence.start.strftime("%Y-%m-%dT%H:%M"))
        for event in resolved.events
        for occurrence in event.occurrences
        if first <= occurrence.start.date() < last
    }
    assert told == declared


@pytest.mark.parametrize("name", ["us-orders", "us-traffic"])
def test_upsets_that_leave_rows_are_declared_as_outliers(store, truth, name):
    spec = store.forecasts[IDS[name]].spec
    told = {upset["start"][:16] for upset in truth["series"][name]["upsets"] if upset["factor"] > 0}
    assert told == {outlier.start.stamp.strftime("%Y-%m-%dT%H:%M") for outlier in spec.outliers}


def test_prime_day_has_had_three_lengths_and_is_to_come(truth):
    occurrences = [
        occurrence
        for occurrence in truth["series"]["us-orders"]["occurrences"]
        if occurrence["event"] == "prime-day"
    ]
    assert {occurrence["hours"] for occurrence in occurrences if occurrence["is_past"]} == {24, 48, 96}
    assert any(not occurrence["is_past"] for occurrence in occurrences)


def test_a_launch_peaks_in_its_first_minute(truth):
    launches = [
        occurrence
        for occurrence in truth["series"]["us-orders"]["occurrences"]
        if occurrence["event"].endswith("launch")
    ]
    assert len(launches) == 5
    for occurrence in launches:
        assert occurrence["peak_minute"] == occurrence["start"][:16]
        assert occurrence["peak_lift"] > 7


def test_data_says_that_it_is_synthetic(folder):
    import pyarrow.parquet as pq

    assert b"Synthetic" in pq.read_schema(folder / "data/us-orders.parquet").metadata[b"note"]
    assert "Synthetic" in json.loads((folder / "data/truth.json").read_text())["note"]


def test_markets_have_one_name_each():
    assert len({market.name for market in MARKETS}) == len(MARKETS) == 5
