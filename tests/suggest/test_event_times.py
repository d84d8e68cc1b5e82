from __future__ import annotations

from datetime import timedelta

import numpy as np

from cloudtune.suggest.detectors.event_times import find
from tests.suggest.builders import event, residuals, resolved, timeline

STARTS = ("2023-02-07T14:00", "2023-04-11T14:00", "2023-06-13T14:00", "2023-08-15T14:00")


def planted(late_hours, which=2):
    line = timeline(300)
    sale = event("flash", *STARTS, hours=4)
    given, real = np.zeros(line.periods), np.zeros(line.periods)
    for number, occurrence in enumerate(sale.occurrences):
        first = line.position(occurrence.start)
        given[first : first + 4] = 0.6
        moved = line.position(occurrence.start + timedelta(hours=late_hours if number == which else 0))
        real[moved : moved + 4] = 0.8
    spec = resolved([sale])
    return residuals(line, real - given, spec=spec, parts={"event:flash": given}), spec


def test_edition_that_came_hours_earlier_is_found():
    found = find(*planted(-5))
    assert [(str(one.start)[:16], one.path) for one in found] == [
        ("2023-06-13T09:00", ("events", 0, "occurrences", 2, "start")),
    ]
    assert found[0].edits[0].value == "2023-06-13T09:00"
    assert "5 hours earlier" in found[0].reason


def test_editions_on_time_are_left_alone():
    assert find(*planted(0)) == []


def test_whole_days_have_no_hour_to_be_off_by():
    line = timeline(300)
    days = event("fair", "2023-02-07", "2023-04-11", "2023-06-13", hours=24)
    spec = resolved([days])
    off = np.where(line.day == np.datetime64("2023-06-14"), 0.8, 0.0)
    part = np.where(
        np.isin(line.day, np.array(["2023-02-07", "2023-04-11"], dtype="datetime64[D]")), 0.8, 0.0
    )
    assert find(residuals(line, off, spec=spec, parts={"event:fair": part}), spec) == []
