"""Rows a day apart belong to the day that they mean, and a warning says so where all of them needed help."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

DATES = [date(2025, 2, 10) + timedelta(days=n) for n in range(300)]
WEST = (
    "America/Los_Angeles",
    "America/New_York",
    "Pacific/Honolulu",
    "America/Sao_Paulo",
    "America/St_Johns",
)
EAST = ("Asia/Tokyo", "Asia/Kolkata", "Pacific/Auckland", "Europe/Berlin", "Pacific/Kiritimati")
FORMS = {
    "Z": (lambda at: at.strftime("%Y-%m-%dT%H:%M:%SZ"), {}),
    "seconds": (lambda at: str(int(at.timestamp())), {}),
    "milliseconds": (lambda at: str(int(at.timestamp()) * 1000), {}),
    "declared": (lambda at: at.strftime("%Y-%m-%d %H:%M"), {"time_zone": "utc"}),
}


def days_of(reading, stamps):
    reading.step = "1d"
    cleaned = reading.write(*(f"{stamp},{n}" for n, stamp in enumerate(stamps))).load()
    assert cleaned.series.values.tolist() == list(range(len(stamps)))
    return cleaned.series.timeline.day.tolist(), cleaned


def midnights(offset):
    start = datetime(2025, 2, 10, tzinfo=UTC) - timedelta(hours=offset)
    return [start + timedelta(days=n) for n in range(len(DATES))]


@pytest.mark.parametrize("zone", [*WEST, *EAST])
@pytest.mark.parametrize("form", FORMS)
def test_days_of_utc_are_the_dates_that_they_name(reading, zone, form):
    write, source = FORMS[form]
    reading.zone, reading.source = zone, source
    days, cleaned = days_of(reading, [write(at) for at in midnights(0)])
    assert days == DATES
    (finding,) = cleaned.findings
    assert (finding.code, finding.severity) == ("CT431", "warning")
    assert "time_format: date" in finding.hint
    reading.source = source | {"time_format": "date"}
    days, cleaned = days_of(reading, [write(at) for at in midnights(0)])
    assert (days, cleaned.findings, cleaned.repairs) == (DATES, (), ())


@pytest.mark.parametrize(
    ("zone", "offsets"),
    [
        ("Europe/Berlin", (1, 2)),
        ("America/Los_Angeles", (-8, -7)),
        ("Pacific/Auckland", (12, 13)),
        ("Australia/Lord_Howe", (10.5, 11)),
        ("Pacific/Chatham", (12.75, 13.75)),
    ],
)
@pytest.mark.parametrize("form", FORMS)
def test_days_counted_by_one_offset_all_year_are_days_by_their_order(reading, zone, offsets, form):
    write, source = FORMS[form]
    for offset in offsets:
        reading.zone, reading.source = zone, source
        days, cleaned = days_of(reading, [write(at) for at in midnights(offset)])
        assert days == DATES
        assert len(cleaned.findings) <= 1
        assert "date to the source" not in "".join(each.hint for each in cleaned.findings)


def test_midnights_of_a_neighbour_are_the_days_that_begin(reading):
    reading.zone, there = "Europe/London", ZoneInfo("Europe/Berlin")
    stamps = [datetime(day.year, day.month, day.day, tzinfo=there).isoformat() for day in DATES]
    days, cleaned = days_of(reading, stamps)
    assert days == DATES
    assert "23:00 in Europe/London" in cleaned.findings[0].message


@pytest.mark.parametrize("clock", ["09:30", "18:00", "23:59:59"])
def test_a_time_of_day_on_the_wall_lies_in_its_day(reading, clock):
    reading.zone = "America/New_York"
    days, cleaned = days_of(reading, [f"{day} {clock}" for day in DATES])
    assert days == DATES
    (finding,) = cleaned.findings
    assert "lies in" in finding.message
    reading.source = {"time_format": "date"}
    days, cleaned = days_of(reading, [f"{day} {clock}" for day in DATES])
    assert (days, cleaned.findings) == (DATES, ())


def test_local_midnights_and_dates_need_nothing(reading):
    for zone in (*WEST, *EAST):
        reading.zone = zone
        local = [datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)) for day in DATES]
        for stamps in ([at.isoformat() for at in local], [str(day) for day in DATES]):
            days, cleaned = days_of(reading, stamps)
            assert (days, cleaned.findings, cleaned.repairs) == (DATES, (), ())


def test_one_odd_row_is_counted_and_no_finding(reading):
    stamps = [f"{day}T00:00:00" for day in DATES]
    stamps[7] = stamps[7].replace("T00", "T05")
    _, cleaned = days_of(reading, stamps)
    assert cleaned.findings == ()
    assert [(repair.kind, repair.count) for repair in cleaned.repairs] == [("misaligned", 1)]
