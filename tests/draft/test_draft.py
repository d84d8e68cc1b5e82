from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
import pytest
import yaml

from cloudtune.draft.draft import Wish, draft
from cloudtune.draft.table import open_table
from cloudtune.draft.times import find_times
from cloudtune.draft.values import find_values
from cloudtune.draft.zones import find_zone
from cloudtune.errors import Refusal
from cloudtune.spec.loader import load_store
from tests.draft.messy import EXPORTS, daily, hourly

TODAY = date(2026, 1, 1)
each_export = pytest.mark.parametrize("export", EXPORTS, ids=lambda export: export.name)


@each_export
@pytest.mark.parametrize("seed", [1, 2])
def test_a_messy_export_is_understood(export, seed, tmp_path):
    export.write(seed, tmp_path / export.file)
    table = open_table(str(tmp_path / export.file), tmp_path)
    times = find_times(table)
    values = find_values(table, times)

    keys = {key: value for key, value, _ in (*times.keys, *values.keys)}
    keys |= table.source | {"time": times.column, "value": values.column}
    if export.step == "1w":
        assert "where" in keys
    assert export.keys.items() - {("week_ends", "friday")} <= keys.items()
    assert times.step == export.step


@each_export
@pytest.mark.slow
def test_a_draft_of_a_messy_export_is_valid_and_says_what_it_assumed(export, tmp_path):
    export.write(3, tmp_path / export.file)
    drafted = draft(str(tmp_path / export.file), tmp_path, Wish(region="DE"), TODAY)

    text = (tmp_path / drafted.files[0]).read_text("utf-8")
    assert load_store(tmp_path, today=TODAY).problems == ()
    written = yaml.safe_load(text)["series"]
    assert {key: written["source"][key] for key in export.keys} == export.keys
    assert written["step"] == export.step
    assert drafted.assumed
    assert all(line.startswith(f"{drafted.files[0]}:") for line in drafted.assumed)


def test_a_file_from_elsewhere_is_copied_and_never_over_another(tmp_path):
    root, outside = tmp_path / "repo", tmp_path / "orders.csv"
    root.mkdir()
    daily(1).rename_axis("day").rename("orders").to_csv(outside)
    assert open_table(str(outside), root).source["path"] == "data/orders.csv"
    daily(2).rename_axis("day").rename("orders").to_csv(outside)
    with pytest.raises(Refusal, match="another file"):
        open_table(str(outside), root)


@pytest.mark.parametrize("seed", range(3))
def test_a_query_is_a_source(seed, tmp_path):
    hourly(seed).tz_localize(None).rename_axis("hour").rename("orders").to_csv(tmp_path / "orders.csv")
    table = open_table("SELECT hour, orders FROM 'orders.csv'", tmp_path)
    assert table.source["kind"] == "duckdb"
    assert find_values(table, find_times(table)).column == "orders"


def test_the_spring_hour_that_is_left_out_tells_the_zone(tmp_path):
    series = hourly(1, days=500).tz_localize(None)
    series[~series.index.duplicated()].rename_axis("time").rename("n").to_csv(tmp_path / "x.csv")
    times = find_times(open_table(str(tmp_path / "x.csv"), tmp_path))
    assert find_zone(times, "x").name == "Europe/Berlin"


def test_offsets_tell_the_zone(tmp_path):
    series = hourly(1, days=90, zone="America/New_York")
    pd.DataFrame({"t": [t.isoformat() for t in series.index], "v": series.to_numpy()}).to_csv(
        tmp_path / "x.csv"
    )
    times = find_times(open_table(str(tmp_path / "x.csv"), tmp_path))
    assert find_zone(times, "x").name == "America/New_York"


@pytest.mark.parametrize(("first", "last"), [(7, 19), (9, 17)])
def test_closed_hours_are_found(first, last, tmp_path):
    series = hourly(1).tz_localize(None)
    series = series[(series.index.hour >= first) & (series.index.hour < last)]
    series.rename_axis("time").rename("orders").to_csv(tmp_path / "x.csv")
    table = open_table(str(tmp_path / "x.csv"), tmp_path)
    found = find_values(table, find_times(table))
    assert found.missing == "zero"
    assert f"from {last:02d}:00 to {first:02d}:00" in found.why_missing


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b\nx,y\nz,w\n", "no column of times"),
        ("time,word\n2024-01-01,x\n2024-01-02,y\n", "no column of numbers"),
        ("2024-01-01,5\n2024-01-02,6\n", "no line of column names"),
        ("time\n2024-01-01\n", "no table of two columns"),
        ("time,value\n2024-01-31,5\n2024-02-29,6\n2024-03-31,6\n2024-04-30,7\n", "days apart"),
    ],
)
def test_what_holds_no_series_is_refused_with_its_reason(text, words, tmp_path):
    (tmp_path / "x.csv").write_text(text)
    with pytest.raises(Refusal, match=words):
        draft(str(tmp_path / "x.csv"), tmp_path, Wish(), TODAY)
    assert not (tmp_path / "specs").exists()


@pytest.mark.parametrize(
    ("mark", "style"), [(",", {"thousands": ","}), (".", {"decimal": ",", "thousands": "."})]
)
@pytest.mark.parametrize("seed", range(3))
def test_marks_before_three_digits_divide_thousands(mark, style, seed, tmp_path):
    series = hourly(seed).tz_localize(None)
    texts = series.map(lambda value: f"{value:,.0f}".replace(",", mark))
    frame = pd.DataFrame({"time": series.index, "orders": texts})
    frame.to_csv(tmp_path / "x.csv", index=False, sep=";")
    table = open_table(str(tmp_path / "x.csv"), tmp_path)
    found = find_values(table, find_times(table))
    assert {key: value for key, value, _ in found.keys if key != "duplicates"} == style
    assert found.numbers.max() == series.max()


def test_days_and_months_are_told_apart_by_even_steps(tmp_path):
    days = pd.date_range("2024-03-01", periods=12, freq="D")
    frame = pd.DataFrame({"d": days.strftime("%d/%m/%Y"), "orders": np.arange(12.0) ** 2})
    frame.to_csv(tmp_path / "x.csv", index=False)
    times = find_times(open_table(str(tmp_path / "x.csv"), tmp_path))
    assert {key: value for key, value, _ in times.keys}["time_format"] == "%d/%m/%Y"
