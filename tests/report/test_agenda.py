from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from cloudtune.report.agenda import agenda, as_json, text
from cloudtune.spec.resolved import Event, Occurrence
from tests.run.test_scenario import resolved

FIRST, UNTIL = datetime(2026, 1, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC)
LAUNCH_AT = datetime(2026, 3, 5, 17, tzinfo=UTC)
LAUNCH = Event(
    "launch", (Occurrence(LAUNCH_AT, LAUNCH_AT + timedelta(hours=2), note="new"),), file="specs/launches.yaml"
)


def forecasts():
    orders = replace(resolved(region="US"), folder="store")
    named = orders.spec.model_copy(update={"name": "traffic"})
    return [orders, replace(orders, spec=named, events=(*orders.events, LAUNCH)), resolved(region="IN")]


def test_each_edition_names_all_that_it_moves():
    entries = agenda(forecasts(), FIRST, UNTIL)
    assert [(one.name, one.forecasts) for one in entries] == [
        ("launch", ("store/traffic",)),
        ("prime-day", ("orders", "store/orders", "store/traffic")),
    ]


def test_region_narrows_it_down():
    entries = agenda(forecasts(), FIRST, UNTIL, region="in")
    assert [(one.name, one.forecasts) for one in entries] == [("prime-day", ("orders",))]


def test_time_outside_of_all_events_is_empty():
    assert agenda(forecasts(), FIRST, FIRST + timedelta(days=1)) == []
    assert text([]) == "No event in that time.\n"


def test_text_has_a_line_and_json_a_record_an_edition():
    entries = agenda(forecasts(), FIRST, UNTIL)
    assert text(entries).splitlines()[0] == "2026-03-05 17:00     2h  launch     store/traffic"
    assert json.loads(as_json(entries))[0]["note"] == "new"
