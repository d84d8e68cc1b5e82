from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline, WallTimes, to_local, to_utc
from cloudtune.timegrid import STEPS

BERLIN = "Europe/Berlin"


def _daily(start: str, periods: int) -> Timeline:
    return Timeline(np.datetime64(start, "s"), periods, STEPS["1d"], BERLIN)


def test_days_stand_at_local_midnight_across_a_clock_change():
    days = _daily("2026-10-23T22:00", 3)
    assert [str(stamp) for stamp in days.utc] == [
        "2026-10-23T22:00:00",
        "2026-10-24T22:00:00",
        "2026-10-25T23:00:00",
    ]
    assert days.stop == np.datetime64("2026-10-26T23:00")


def test_hours_of_the_long_day_count_25():
    hours = Timeline(np.datetime64("2026-10-24T22:00", "s"), 25, STEPS["1h"], BERLIN)
    assert len(set(hours.day.tolist())) == 1
    assert hours.slot.tolist() == [0, 1, 2, 2, *range(3, 24)]


def test_next_timeline_begins_where_this_one_stops():
    days = _daily("2024-02-27T23:00", 2)
    assert str(days.after(1).local[0]) == "2024-03-01T00:00:00"


def test_position_is_the_first_point_at_or_after():
    days = _daily("2026-10-23T22:00", 3)
    assert days.position(datetime(2026, 10, 25, tzinfo=ZoneInfo(BERLIN))) == 1
    assert days.position(datetime(2026, 10, 25, 1, tzinfo=ZoneInfo(BERLIN))) == 2
    hours = Timeline(np.datetime64("2026-01-01T00:00", "s"), 5, STEPS["1h"], "UTC")
    assert hours.position(datetime(2026, 1, 1, 2, 30, tzinfo=ZoneInfo("UTC"))) == 3
    assert hours.head(2).utc.tolist() == hours.utc[:2].tolist()


def _wall(*stamps: str) -> np.ndarray:
    return np.array(stamps, dtype="datetime64[s]")


@pytest.mark.parametrize(
    ("zone", "stamp", "first", "second"),
    [
        ("Europe/Berlin", "2026-10-25T02:30", "2026-10-25T00:30", "2026-10-25T01:30"),
        ("America/New_York", "2026-11-01T01:30", "2026-11-01T05:30", "2026-11-01T06:30"),
        ("Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-04T14:45", "2026-04-04T15:15"),
    ],
)
def test_repeated_wall_time_has_two_instants(zone, stamp, first, second):
    wall = _wall(stamp)
    assert WallTimes.of(wall, zone).is_repeated.all()
    assert to_utc(wall, zone)[0] == np.datetime64(first)
    assert to_utc(wall, zone, second=True)[0] == np.datetime64(second)


@pytest.mark.parametrize(
    ("zone", "stamp", "moved"),
    [
        ("Europe/Berlin", "2026-03-29T02:30", "2026-03-29T03:00"),
        ("America/New_York", "2026-03-08T02:30", "2026-03-08T03:00"),
        ("Australia/Lord_Howe", "2026-10-04T02:10", "2026-10-04T02:30"),
        ("Africa/Cairo", "2026-04-24T00:00", "2026-04-24T01:00"),
        ("Asia/Amman", "2022-02-25T00:13", "2022-02-25T01:00"),
        ("Pacific/Apia", "2011-12-30T12:00", "2011-12-31T00:00"),
    ],
)
def test_skipped_wall_time_moves_to_the_end_of_the_gap(zone, stamp, moved):
    wall = _wall(stamp)
    assert WallTimes.of(wall, zone).is_skipped.all()
    assert to_local(to_utc(wall, zone), zone)[0] == np.datetime64(moved)


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Asia/Kathmandu", "UTC"])
def test_zone_without_clock_changes_has_neither(zone):
    hours = np.arange(np.datetime64("2024-01-01T00:00:00"), np.datetime64("2025-01-01"), 3600)
    assert not WallTimes.of(hours, zone).is_repeated.any()
    assert not WallTimes.of(hours, zone).is_skipped.any()
    assert (to_local(to_utc(hours, zone), zone) == hours).all()


def test_kathmandu_is_a_quarter_hour_off():
    assert to_utc(_wall("2026-01-01T00:00"), "Asia/Kathmandu")[0] == np.datetime64("2025-12-31T18:15")


def test_zone_that_gives_up_a_day_counts_on_as_the_clocks_there_did():
    hours = np.arange(np.datetime64("2011-12-29T00:00:00"), np.datetime64("2012-01-02"), 3600)
    local = to_local(hours, "Pacific/Apia")
    assert np.datetime64("2011-12-30", "D") not in local.astype("datetime64[D]")
    assert (to_utc(local, "Pacific/Apia") == hours).all()
