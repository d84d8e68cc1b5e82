"""Weeks start where the spec says, else where the column's name says, else on the weekday of the rows."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from cloudtune.spec.stamps import WEEKDAYS

MONDAY = date(2025, 1, 6)


def weeks(reading, stamped, name="time", **source):
    first = MONDAY + timedelta(days=stamped)
    reading.step, reading.zone, reading.source = "1w", "America/New_York", {"time": name, **source}
    reading.top = {"granularities": [{"step": "1w", "horizon": "4w"}]}
    return reading.write(*(f"{first + timedelta(weeks=n)},{n}" for n in range(30)), head=f"{name},value")


@pytest.mark.parametrize("stamped", range(7))
@pytest.mark.parametrize("ends", range(7))
def test_a_row_stands_for_the_week_that_its_date_lies_in(reading, stamped, ends):
    cleaned = weeks(reading, stamped, week_ends=WEEKDAYS[ends]).load()
    first = cleaned.series.timeline.day[0].item()
    assert first <= MONDAY + timedelta(days=stamped) < first + timedelta(days=7)
    assert (first + timedelta(days=6)).weekday() == ends
    assert (cleaned.findings, cleaned.repairs) == ((), ())


@pytest.mark.parametrize(
    "name", ["week_ending", "Week Ending", "weekEnding", "week_end", "WE", "end_date", "w/e"]
)
@pytest.mark.parametrize("stamped", [4, 5, 6])
def test_a_column_that_speaks_of_an_end_is_believed_and_told(reading, name, stamped):
    cleaned = weeks(reading, stamped, name).load()
    assert cleaned.series.timeline.day[0].item() == MONDAY + timedelta(days=stamped - 6)
    (finding,) = cleaned.findings
    assert "last day" in finding.message
    assert f"week_ends: {WEEKDAYS[stamped]} where it is the last day" in finding.hint


@pytest.mark.parametrize("name", ["week", "date", "weekly_trend", "vendor_date", "legend", "wednesday"])
def test_another_column_is_not(reading, name):
    cleaned = weeks(reading, 6, name).load()
    assert cleaned.series.timeline.day[0].item() == MONDAY + timedelta(days=6)
    (finding,) = cleaned.findings
    assert "first day" in finding.message


@pytest.mark.parametrize("stamped", [1, 4, 5, 6])
def test_both_ways_to_settle_it_do_what_they_say(reading, stamped):
    hint = weeks(reading, stamped).load().findings[0].hint
    last, first = (part.split("week_ends: ")[1].split(" ")[0] for part in hint.split(", ")[:2])
    asleep = weeks(reading, stamped, week_ends=last).load()
    assert asleep.series.timeline.day[0].item() == MONDAY + timedelta(days=stamped - 6)
    begun = weeks(reading, stamped, week_ends=first).load()
    assert begun.series.timeline.day[0].item() == MONDAY + timedelta(days=stamped)
    assert asleep.findings == begun.findings == ()


def test_weeks_from_monday_need_no_word(reading):
    assert weeks(reading, 0).load().findings == ()


def test_days_are_joined_to_weeks_that_end_as_the_spec_says(reading):
    reading.step, reading.source = "1w", {"week_ends": "saturday"}
    reading.top = {"granularities": [{"step": "1w", "horizon": "4w"}]}
    reading.write(*(f"{MONDAY + timedelta(days=n)},1" for n in range(-1, 27)))
    cleaned = reading.load()
    assert cleaned.series.values.tolist() == [7] * 4
    assert cleaned.series.timeline.day[0].item() == MONDAY - timedelta(days=1)
