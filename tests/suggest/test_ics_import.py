from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cloudtune.errors import Refusal
from cloudtune.report.agenda import ics
from cloudtune.spec.loader import load_store
from cloudtune.spec.resolved import Event, Occurrence
from cloudtune.suggest.ics_import import calendar_yaml

PACIFIC = ZoneInfo("America/Los_Angeles")
START = datetime(2026, 7, 14, tzinfo=PACIFIC)
PRIME = Event(
    "prime-day",
    (Occurrence(START, START + timedelta(days=4), note="four days"),),
    file="specs/calendars/us.yaml",
)
LAUNCH_AT = datetime(2026, 11, 12, 9, tzinfo=PACIFIC)
LAUNCH = Event("console-launch", (Occurrence(LAUNCH_AT, LAUNCH_AT + timedelta(hours=2)),))
FAR = datetime(2030, 1, 1, tzinfo=UTC)


def invite(*lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


def test_exported_calendar_comes_back_the_same():
    text = ics("us-retail", [LAUNCH, PRIME], datetime(2026, 1, 1, tzinfo=UTC), FAR)
    assert calendar_yaml(text, "us-retail", "America/Los_Angeles", date(2030, 1, 1)) == (
        "version: cloudtune/v1\n"
        "kind: calendar\n"
        "name: us-retail\n"
        "timezone: America/Los_Angeles\n"
        "events:\n"
        "  - name: console-launch\n"
        "    occurrences:\n"
        "      - {start: 2026-11-12T09:00, duration: 2h}\n"
        "  - name: prime-day\n"
        "    occurrences:\n"
        "      - {start: 2026-07-14, duration: 96h, note: four days}\n"
    )


def test_export_is_the_same_bytes_twice_and_leaves_out_what_lies_outside():
    first, until = datetime(2026, 8, 1, tzinfo=UTC), FAR
    text = ics("us", [PRIME, LAUNCH], first, until)
    assert text == ics("us", [PRIME, LAUNCH], first, until)
    assert "console-launch" in text
    assert "prime-day" not in text


def test_imported_calendar_is_valid(tmp_path):
    text = calendar_yaml(
        invite("SUMMARY:Sale: day 1 & 2", "DTSTART;VALUE=DATE:20260714"), "sales", "UTC", date(2030, 1, 1)
    )
    (tmp_path / "specs").mkdir()
    (tmp_path / "specs" / "sales.yaml").write_text(text)
    store = load_store(tmp_path)
    assert store.problems == ()
    assert list(store.calendars) == ["sales"]


@pytest.mark.parametrize(
    ("lines", "occurrences"),
    [
        (
            ["SUMMARY:Show", "DTSTART:20260714T160000Z", "DURATION:PT90M"],
            ["{start: 2026-07-14T18:00, duration: 90min}"],
        ),
        (["SUMMARY:Show", "DTSTART:20260714T160000"], ["{start: 2026-07-14T16:00, duration: 1h}"]),
        (
            ["SUMMARY:Show", "DTSTART;VALUE=DATE:20260714", "DTEND;VALUE=DATE:20260716"],
            ["{start: 2026-07-14, duration: 48h}"],
        ),
        (
            ["SUMMARY:Show", "DTSTART;VALUE=DATE:20260714", "RRULE:FREQ=YEARLY"],
            ["{start: 2026-07-14, duration: 24h}", "{start: 2027-07-14, duration: 24h}"],
        ),
        (
            ["SUMMARY:Show", "DTSTART;VALUE=DATE:20260714", "RRULE:FREQ=WEEKLY;UNTIL=20260721"],
            ["{start: 2026-07-14, duration: 24h}", "{start: 2026-07-21, duration: 24h}"],
        ),
    ],
    ids=["utc with a length", "floating time", "whole days", "every year", "weekly up to a date"],
)
def test_entry_is_read(lines, occurrences):
    text = calendar_yaml(invite(*lines), "x", "Europe/Berlin", date(2028, 1, 1))
    assert [line.strip(" -") for line in text.splitlines() if "start:" in line] == occurrences


def test_cancelled_entry_is_left_out_and_nothing_is_refused():
    with pytest.raises(Refusal, match="CT792"):
        calendar_yaml(
            invite("SUMMARY:Show", "DTSTART:20260714T160000Z", "STATUS:CANCELLED"),
            "x",
            "UTC",
            date(2028, 1, 1),
        )


@pytest.mark.parametrize(
    "text", ["", "no calendar", "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n"], ids=["empty", "prose", "cut off"]
)
def test_unreadable_file_is_refused(text):
    with pytest.raises(Refusal, match="CT792"):
        calendar_yaml(text, "x", "UTC", date(2028, 1, 1))
