from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloudtune.timegrid import add_wall
from tests.spec.builders import calendar, spec, store

BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize("start", ["2026-10-25T02:00", "2026-10-25T02:15", "2026-10-25T02:30+01:00"])
def test_an_event_of_an_hour_inside_the_repeated_hour_is_an_hour(tmp_path, start):
    lines = f"{{name: drill, duration: 1h, occurrences: [{{start: '{start}'}}], effect: 2x}}"
    berlin = calendar(lines).replace("America/Los_Angeles", "Europe/Berlin")
    loaded = store(tmp_path, {"orders.yaml": spec("calendars: [us-retail]"), "us-retail.yaml": berlin})
    assert loaded.problems == ()
    (drill,) = [event for event in loaded.resolve("orders").events if event.name == "drill"]
    (occurrence,) = drill.occurrences
    assert occurrence.end.astimezone(UTC) - occurrence.start.astimezone(UTC) == timedelta(hours=1)
    assert occurrence.duration == timedelta(hours=1)


@pytest.mark.parametrize("fold", [0, 1])
def test_hours_elapse_from_the_very_instant_that_repeats(fold):
    start = datetime(2026, 10, 25, 2, 30, tzinfo=BERLIN, fold=fold)
    later = add_wall(start, timedelta(hours=1))
    assert later.astimezone(UTC) - start.astimezone(UTC) == timedelta(hours=1)
