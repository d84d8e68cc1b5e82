from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.timegrid import STEPS, UNIT_MINUTES, Duration, Moment, Step, add_wall, resolve_wall


def test_the_steps_from_fine_to_coarse():
    assert list(STEPS) == ["1min", "5min", "10min", "15min", "30min", "1h", "1d", "1w"]
    assert sorted(STEPS.values()) == list(STEPS.values())


@pytest.mark.parametrize(
    ("name", "slots", "days", "is_calendar"),
    [
        ("1min", 1440, 0, False),
        ("30min", 48, 0, False),
        ("1h", 24, 0, False),
        ("1d", 1, 1, True),
        ("1w", 1, 7, True),
    ],
)
def test_a_step_knows_its_place_in_the_day(name, slots, days, is_calendar):
    step = Step.parse(name)
    assert (step.slots, step.days, step.is_calendar) == (slots, days, is_calendar)
    assert str(step) == name


def test_every_step_below_a_day_divides_the_day():
    assert all(1440 % step.minutes == 0 for step in STEPS.values() if not step.is_calendar)


def test_an_unknown_step_is_a_key_error():
    with pytest.raises(KeyError):
        Step.parse("2min")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("8min", 8), ("2h", 120), ("48h", 2880), ("7d", 10080), ("4w", 40320), ("3mo", 129600), ("1y", 525600)],
)
def test_a_length_counts_minutes(text, minutes):
    assert Duration.parse(text).minutes == minutes


@pytest.mark.parametrize("text", ["", "7", "7 d", "-1d", "1.5h", "1m", "1q", "2D", "1d12h", "99999999min"])
def test_what_is_no_length_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="write it like 8min"):
        Duration.parse(text)


@given(st.integers(0, 9_999_999), st.sampled_from(sorted(UNIT_MINUTES)))
def test_a_length_reads_as_it_is_written(count, unit):
    assert Duration.parse(str(Duration(count, unit))) == Duration(count, unit)


def test_days_and_delta_agree():
    length = Duration.parse("36h")
    assert (length.days, length.delta.total_seconds()) == (1.5, 36 * 3600)


BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-07-14", "2026-07-14T00:00:00+02:00"),
        ("2026-07-14T09:00", "2026-07-14T09:00:00+02:00"),
        ("2026-07-14 09:00:30", "2026-07-14T09:00:30+02:00"),
        ("2026-07-14T09:00Z", "2026-07-14T11:00:00+02:00"),
        ("2026-01-14T09:00-05:00", "2026-01-14T15:00:00+01:00"),
    ],
)
def test_a_moment_becomes_an_instant_in_its_zone(text, instant):
    assert Moment.parse(text).at(BERLIN).isoformat() == instant


@pytest.mark.parametrize(
    "text", ["", "14.07.2026", "2026-7-14", "2026-07-14T9:00", "20260714", "2026-W29", "now"]
)
def test_what_is_no_moment_says_how_to_write_one(text):
    with pytest.raises(ValueError, match="write 2026-07-14"):
        Moment.parse(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "2026-07-14T25:00", "0000-01-01"])
def test_what_is_not_in_the_calendar_is_refused(text):
    with pytest.raises(ValueError, match="not in the calendar"):
        Moment.parse(text)


def test_a_skipped_time_moves_by_the_gap_and_a_repeated_one_is_the_first():
    assert Moment.parse("2026-03-29T02:30").at(BERLIN).isoformat() == "2026-03-29T03:30:00+02:00"
    assert Moment.parse("2026-10-25T02:30").at(BERLIN).isoformat() == "2026-10-25T02:30:00+02:00"


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        ("2026-03-29T00:00", timedelta(days=1), "2026-03-30T00:00:00+02:00"),
        ("2026-10-25T00:00", timedelta(days=1), "2026-10-26T00:00:00+01:00"),
        ("2026-03-29T00:00", timedelta(hours=12), "2026-03-29T13:00:00+02:00"),
        ("2026-10-24T12:00", timedelta(days=1, hours=2), "2026-10-25T14:00:00+01:00"),
    ],
    ids=["spring day", "autumn day", "twelve hours in spring", "a day and two hours in autumn"],
)
def test_whole_days_follow_the_wall_clock_and_the_rest_elapses(start, length, end):
    assert add_wall(Moment.parse(start).at(BERLIN), length).isoformat() == end


def test_without_a_zone_of_the_calendar_everything_elapses():
    start = datetime(2026, 3, 29, tzinfo=UTC)
    assert add_wall(start, timedelta(days=1)) == datetime(2026, 3, 30, tzinfo=UTC)


@given(st.datetimes(datetime.fromisoformat("1970-01-02"), datetime.fromisoformat("2060-01-01")))
def test_a_resolved_time_stands_on_the_wall_or_right_after_a_gap(stamp):
    resolved = resolve_wall(stamp, BERLIN)
    moved = resolved.replace(tzinfo=None) - stamp
    assert moved in {timedelta(0), timedelta(hours=1)}


@given(st.datetimes(datetime.fromisoformat("1900-01-01"), datetime.fromisoformat("2200-01-01")))
def test_a_moment_reads_as_it_is_written(stamp):
    moment = Moment(stamp.replace(microsecond=0), is_date=False)
    assert Moment.parse(str(moment)) == moment
