from __future__ import annotations

from datetime import date, timedelta

import pytest

from cloudtune.spec.events import Like
from tests.spec.builders import calendar, spec, store


@pytest.fixture
def events(tmp_path):
    """The events that lines of a calendar give a forecast, by name."""

    def resolved(*lines: str, first: str = "2024-01-01", until: str = "2027-01-01"):
        files = {"orders.yaml": spec("calendars: [us-retail]"), "us-retail.yaml": calendar(*lines)}
        loaded = store(tmp_path, files)
        assert loaded.problems == ()
        span = date.fromisoformat(first), date.fromisoformat(until)
        return {event.name: event for event in loaded.resolve("orders", *span).events}

    return resolved


def starts(event) -> list[str]:
    return [occurrence.start.isoformat() for occurrence in event.occurrences]


def test_a_date_without_length_lasts_its_day(events):
    (occurrence,) = events("{name: sale, occurrences: [{start: 2026-04-02}]}")["sale"].occurrences
    assert (occurrence.start.isoformat(), occurrence.end.isoformat()) == (
        "2026-04-02T00:00:00-07:00",
        "2026-04-03T00:00:00-07:00",
    )


def test_a_day_of_a_clock_change_ends_at_midnight_all_the_same(events):
    (occurrence,) = events("{name: sale, occurrences: [{start: 2026-11-01}]}")["sale"].occurrences
    assert occurrence.end.isoformat() == "2026-11-02T00:00:00-08:00"
    assert (occurrence.end.astimezone() - occurrence.start.astimezone()) == timedelta(hours=25)


def test_a_start_in_the_skipped_hour_moves_by_the_gap(events):
    (occurrence,) = events("{name: sale, occurrences: [{start: 2026-03-08T02:30, duration: 1h}]}")[
        "sale"
    ].occurrences
    assert occurrence.start.isoformat() == "2026-03-08T03:30:00-07:00"


def test_an_offset_wins_over_the_zone_of_the_calendar(events):
    (occurrence,) = events("{name: match, occurrences: [{start: 2026-06-11T15:00-04:00, duration: 2h}]}")[
        "match"
    ].occurrences
    assert occurrence.start.isoformat() == "2026-06-11T12:00:00-07:00"


def test_occurrences_are_sorted_and_remember_where_they_are_written(events):
    lines = "{name: sale, occurrences: [{start: 2026-04-02, note: b}, {start: 2025-04-02, note: a}]}"
    event = events(lines)["sale"]
    assert [occurrence.note for occurrence in event.occurrences] == ["a", "b"]
    assert [occurrence.path for occurrence in event.occurrences] == [
        ("events", 1, "occurrences", 1),
        ("events", 1, "occurrences", 0),
    ]
    assert event.file == "specs/us-retail.yaml"


def test_occurrences_without_a_length_take_that_of_the_event(events):
    dates = "[{start: 2026-06-11T15:00}, {start: 2026-06-12, duration: 3h}]"
    event = events(f"{{name: match, duration: 2h, occurrences: {dates}}}")["match"]
    assert [occurrence.end - occurrence.start for occurrence in event.occurrences] == [
        timedelta(hours=2),
        timedelta(hours=3),
    ]


def test_a_rule_gives_an_occurrence_a_year_of_the_span(events):
    assert starts(events()["mothers-day"]) == [
        "2024-05-12T00:00:00-07:00",
        "2025-05-11T00:00:00-07:00",
        "2026-05-10T00:00:00-07:00",
    ]


def test_an_offset_may_cross_into_the_span(events):
    event = events("{name: eve, rule: 1 january -1}", first="2025-06-01", until="2026-01-01")["eve"]
    assert starts(event) == ["2025-12-31T00:00:00-08:00"]


def test_an_occurrence_that_began_before_the_span_counts(events):
    event = events("{name: turn, rule: 30 december, duration: 4d}", first="2026-01-01", until="2026-06-01")[
        "turn"
    ]
    assert starts(event) == ["2025-12-30T00:00:00-08:00"]


def test_a_holiday_takes_its_dates_from_the_package(events):
    event = events("{name: thanksgiving, holiday: US/Thanksgiving Day}")["thanksgiving"]
    assert [occurrence.start.date().isoformat() for occurrence in event.occurrences] == [
        "2024-11-28",
        "2025-11-27",
        "2026-11-26",
    ]
    assert event.is_holiday


def test_days_of_a_festival_in_a_row_are_one_occurrence(events):
    event = events("{name: golden, holiday: CN/National Day}", first="2026-01-01")["golden"]
    (occurrence,) = event.occurrences
    assert occurrence.duration > timedelta(days=1)


def test_everything_declared_reaches_the_event(events):
    found = events(
        "{name: small, occurrences: [{start: 2025-06-05T09:00, duration: 2h}]}",
        "{name: big, shape: launch, before: 12h, after: 1d, like: {event: small, times: 1.5x},"
        " occurrences: [{start: 2026-06-05T09:00, duration: 2h, sells_out_after: 8min, with: {a: b}}]}",
    )["big"]
    assert (found.shape, found.like) == ("launch", Like(event="small", times=1.5))
    assert (found.before, found.after) == (timedelta(hours=12), timedelta(days=1))
    assert found.occurrences[0].sells_out_after == timedelta(minutes=8)
    assert dict(found.occurrences[0].attributes) == {"a": "b"}
