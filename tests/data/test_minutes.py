from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import duckdb
import numpy as np
import pytest

from cloudtune.data.minutes import by_minute
from cloudtune.data.opening import Scan, SpecPlace
from tests.data.reading import Reading

BERLIN = "Europe/Berlin"
REAL = Path(os.environ.get("CLOUDTUNE_REAL_DATA", Path(__file__).parents[3] / "shared" / "data"))
needs_real_data = pytest.mark.skipif(not REAL.is_dir(), reason="the real series are not here")
SELECT = """
SELECT 1767225600000000 + i * {gap} * 1000 AS us,
       false AS zoned, false AS dated, false AS bad,
       CASE WHEN i % 7 = 0 THEN NULL WHEN i % 11 = 0 THEN 'inf'::DOUBLE ELSE sin(i) END AS value
FROM range({rows}) t(i)
"""


def scan_of(connection: duckdb.DuckDBPyConnection, rows: str) -> Scan:
    return Scan(connection, rows, "true", SpecPlace())


@pytest.mark.parametrize("gap", [500, 1000, 20_000, 60_000, 3_600_000])
def test_numpy_and_duckdb_group_alike(gap):
    with duckdb.connect() as connection:
        scan = scan_of(connection, SELECT.format(gap=gap, rows=1000))
        small, large = by_minute(scan, scan.totals()), by_minute(scan, scan.totals(), 0)
    for each in fields(small):
        ours, theirs = getattr(small, each.name), getattr(large, each.name)
        assert ours.dtype == theirs.dtype
        assert np.allclose(ours, theirs, rtol=1e-11, atol=1e-11), each.name


def test_large_sums_do_not_show_the_order_of_rows():
    rows = SELECT.format(gap=10, rows=20_000)
    with duckdb.connect() as connection:
        one = scan_of(connection, rows)
        other = scan_of(connection, f"FROM ({rows}) ORDER BY hash(us)")
        tables = [by_minute(scan, one.totals(), 0) for scan in (one, other)]
    assert tables[0].total.tobytes() == tables[1].total.tobytes()


def _local_hours(day: str, *hours: int) -> list[str]:
    return [f"{day}T{hour:02}:00,{10 * hour}" for hour in hours]


def test_two_rows_of_the_repeated_hour_share_their_sum(reading):
    reading.zone = BERLIN
    rows = _local_hours("2026-10-25", 0, 1, 2, 3, 4)
    reading.write(*rows[:3], "2026-10-25T02:00,40", *rows[3:])
    assert reading.values() == [0, 10, 30, 30, 30, 40]
    assert reading.repairs() == {"repeated_hour": 2}


def test_lone_row_that_holds_both_hours_is_split(reading):
    reading.zone = BERLIN
    days = [f"2026-10-25T{hour:02}:00,100" for hour in (0, 1, 3, 4)]
    reading.write(*days, "2026-10-25T02:00,196")
    assert reading.values() == [100, 100, 98, 98, 100, 100]
    assert reading.repairs() == {"repeated_hour": 1}


def test_lone_row_like_its_neighbours_stands_for_both_hours(reading):
    reading.zone = BERLIN
    reading.write(*(f"2026-10-25T{hour:02}:00,100" for hour in range(5)))
    assert reading.values() == [100] * 6


def test_neighbour_without_a_value_says_nothing_about_the_repeated_hour(reading):
    reading.zone = BERLIN
    days = [f"2026-10-25T{hour:02}:00,100" for hour in (0, 1, 2, 4)]
    reading.write(*days, "2026-10-25T03:00,")
    assert reading.values() == [100, 100, 100, 100, None, 100]


def test_lone_gauge_is_never_split(reading):
    reading.zone, reading.series = BERLIN, {"aggregate": "mean"}
    days = [f"2026-10-25T{hour:02}:00,100" for hour in (0, 1, 3, 4)]
    reading.write(*days, "2026-10-25T02:00,196")
    assert reading.values() == [100, 100, 196, 196, 100, 100]


def test_skipped_hour_is_left_out_and_counted(reading):
    reading.zone = BERLIN
    reading.write(*_local_hours("2026-03-29", 0, 1, 2, 3, 4))
    assert reading.values() == [0, 10, 30, 40]
    assert reading.repairs() == {"skipped_hour": 1}


def test_half_hour_clock_change_of_lord_howe(reading):
    reading.zone, reading.step = "Australia/Lord_Howe", "30min"
    stamps = ["01:00", "01:30", "01:30", "02:00", "02:30"]
    reading.write(*(f"2026-04-05T{stamp},{i}" for i, stamp in enumerate(stamps)))
    assert reading.values() == [0, 1.5, 1.5, 3, 4]


@pytest.mark.parametrize(("zone", "points"), [(BERLIN, 25), ("America/New_York", 24), ("Asia/Kathmandu", 24)])
def test_utc_rows_need_no_repair_on_a_change_day(reading, zone, points):
    reading.zone = zone
    start = np.datetime64("2026-10-25T00:00") - np.timedelta64(345 if "Kath" in zone else 120, "m")
    stamps = start + np.arange(points) * np.timedelta64(60, "m")
    reading.write(*(f"{stamp}Z,{i}" for i, stamp in enumerate(stamps)))
    assert reading.values() == list(range(points))
    assert reading.repairs() == {}


def test_daily_rows_cross_both_change_days(reading):
    reading.zone, reading.step = BERLIN, "1d"
    days = np.arange(np.datetime64("2026-03-01"), np.datetime64("2026-11-30"))
    reading.write(*(f"{day},{i}" for i, day in enumerate(days)))
    timeline = reading.load().series.timeline
    assert reading.values() == list(range(len(days)))
    assert (timeline.day == days).all()
    assert reading.repairs() == {}


def test_days_whose_midnight_is_skipped_are_kept(reading):
    reading.zone, reading.step = "Africa/Cairo", "1d"
    reading.write(*(f"2026-04-{day},{day}" for day in range(20, 30)))
    assert reading.values() == list(range(20, 30))
    assert [str(day) for day in reading.load().series.timeline.day[4:6]] == ["2026-04-24", "2026-04-25"]


def test_days_with_an_offset_belong_to_their_local_day(reading):
    reading.zone, reading.step = "America/Los_Angeles", "1d"
    days = np.arange(np.datetime64("2026-10-30"), np.datetime64("2026-11-05"))
    offsets = ["-07:00"] * 3 + ["-08:00"] * 3
    reading.write(*(f"{days[i]}T00:00{offset},{i}" for i, offset in enumerate(offsets)))
    assert (reading.load().series.timeline.day == days).all()
    assert reading.repairs() == {}


def test_leap_day_is_a_day(reading):
    reading.zone, reading.step = BERLIN, "1d"
    reading.write("2028-02-28,1", "2028-02-29,2", "2028-03-01,3")
    assert reading.values() == [1, 2, 3]
    reading.write("2027-02-28,1", "2027-03-01,3")
    assert reading.values() == [1, 3]


def test_hours_of_a_change_day_add_up_to_its_day(reading):
    reading.zone, reading.step = BERLIN, "1d"
    stamps = np.arange(np.datetime64("2026-10-23T22:00"), np.datetime64("2026-10-26T23:00"), 60)
    reading.write(*(f"{stamp}Z,1" for stamp in stamps))
    assert reading.values() == [24, 25, 24]
    assert reading.repairs() == {}


def _real(name, step):
    source = {"kind": "parquet", "path": f"{name}/series.parquet"}
    return Reading(REAL, step=step, zone="America/New_York", source=source).load()


def _at(cleaned, stamp):
    return cleaned.series.values[np.flatnonzero(cleaned.series.timeline.local == np.datetime64(stamp))]


@needs_real_data
def test_row_that_holds_both_hours_is_split():
    cleaned = _real("nyc_taxi", "30min")
    first, second = _at(cleaned, "2014-11-02T01:00")
    before = _at(cleaned, "2014-11-02T00:30")[0]
    assert first == second < before


@needs_real_data
def test_row_that_holds_one_hour_stands_for_both():
    cleaned = _real("bike_dc", "1h")
    first, second = _at(cleaned, "2012-11-04T01:00")
    before = _at(cleaned, "2012-11-04T00:00")[0]
    assert first == second > 0.8 * before
