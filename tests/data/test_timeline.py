from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.data.timeline import Timeline
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
