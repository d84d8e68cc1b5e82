from __future__ import annotations

import numpy as np
import pytest

HOURS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(6)]


def test_missing_rows_are_gaps(reading):
    assert reading.write(*HOURS[:2], *HOURS[4:]).values() == [0, 1, None, None, 4, 5]
    assert reading.repairs() == {"missing": 2}


def test_missing_rows_are_zero_where_declared(reading):
    reading.series = {"missing": "zero"}
    assert reading.write(*HOURS[:2], *HOURS[4:]).values() == [0, 1, 0, 0, 4, 5]
    assert reading.repairs() == {"zero_filled": 2}


@pytest.mark.parametrize("text", ["", "NaN", "NA", "null", "inf", "-inf", "None"])
def test_value_that_is_not_finite_is_a_gap(reading, text):
    reading.write(*HOURS[:2], f"2026-01-01T02:00Z,{text}", *HOURS[3:])
    assert reading.values() == [0, 1, None, 3, 4, 5]
    assert reading.repairs() == {"not_finite": 1}


def test_empty_values_at_the_ends_do_not_stretch_the_series(reading):
    reading.write("2026-01-01T00:00Z,", *HOURS[1:4], "2026-01-01T04:00Z,", "2026-01-01T05:00Z,")
    cleaned = reading.load()
    assert cleaned.series.values.tolist() == [1, 2, 3]
    assert cleaned.series.timeline.start == np.datetime64("2026-01-01T01:00")


@pytest.mark.parametrize(("aggregate", "value"), [("sum", 6.0), ("mean", 1.5), ("max", 3.0)])
def test_finer_rows_are_joined_by_the_aggregate(reading, aggregate, value):
    reading.series = {"aggregate": aggregate}
    rows = [f"2026-01-01T{h:02}:{m:02}Z,{m // 15}" for h in range(4) for m in (0, 15, 30, 45)]
    assert reading.write(*rows).values() == [value] * 4
    assert reading.repairs() == {}


def test_seconds_become_minutes(reading):
    reading.step = "1min"
    stamps = np.arange(np.datetime64("2026-01-01T00:00:00"), np.datetime64("2026-01-01T00:03:00"))
    assert reading.write(*(f"{stamp}Z,2" for stamp in stamps)).values() == [120] * 3


def test_step_seen_in_part_is_made_whole(reading):
    rows = [f"2026-01-01T{h:02}:{m:02}Z,10" for h in range(5) for m in (0, 15, 30, 45)]
    del rows[9]
    assert reading.write(*rows).values() == [40] * 5
    assert reading.repairs() == {"partial": 1}


def test_step_hardly_seen_is_a_gap(reading):
    rows = [f"2026-01-01T{h:02}:{m:02}Z,10" for h in range(5) for m in (0, 15, 30, 45)]
    assert reading.write(*rows[:9], *rows[12:]).values() == [40, 40, None, 40, 40]


def test_step_cut_off_by_the_end_is_left_out(reading):
    rows = [f"2026-01-01T{h:02}:{m:02}Z,10" for h in range(5) for m in (0, 15, 30, 45)]
    assert reading.write(*rows[1:-1]).values() == [40] * 3
    assert reading.repairs() == {"partial": 2}


def test_rows_beside_the_step_move_to_its_start(reading):
    rows = [f"2026-01-01T{hour:02}:07Z,{hour}" for hour in range(4)]
    cleaned = reading.write(*rows).load()
    assert cleaned.series.timeline.start == np.datetime64("2026-01-01T00:00")
    assert reading.repairs() == {"misaligned": 4}


def test_days_with_a_time_of_day_are_days(reading):
    reading.step, reading.zone = "1d", "America/New_York"
    reading.write(*(f"2026-01-0{day}T09:30,{day}" for day in range(1, 6)))
    assert reading.values() == [1, 2, 3, 4, 5]
    assert reading.repairs() == {"misaligned": 5}


@pytest.mark.parametrize("first", ["2026-01-02", "2026-01-05", "2026-01-07"])
def test_weeks_start_on_the_weekday_of_the_rows(reading, first):
    reading.step, reading.zone = "1w", "America/Chicago"
    days = np.datetime64(first) + 7 * np.arange(6)
    reading.write(*(f"{day},{i}" for i, day in enumerate(days)))
    assert (reading.load().series.timeline.day == days).all()


def test_days_become_weeks_from_monday_on(reading):
    reading.step = "1w"
    days = np.arange(np.datetime64("2026-01-05"), np.datetime64("2026-02-02"))
    reading.write(*(f"{day},1" for day in days))
    cleaned = reading.load()
    assert cleaned.series.values.tolist() == [7] * 4
    assert str(cleaned.series.timeline.day[0]) == "2026-01-05"


def test_hours_of_kolkata_start_on_the_half_hour_of_utc(reading):
    reading.zone = "Asia/Kolkata"
    rows = [f"2026-01-01T{h:02}:{m}Z,1" for h in range(4) for m in ("00", "15", "30", "45")]
    cleaned = reading.write(*rows).load()
    assert cleaned.series.timeline.start == np.datetime64("2026-01-01T00:30")
    assert cleaned.series.values.tolist() == [4, 4, 4]


def test_rows_without_a_common_step_are_refused_and_shown(reading):
    stamps = ("00:00", "01:05", "02:10", "02:55", "04:00", "05:05")
    problem = reading.write(*(f"2026-01-01T{stamp}Z,1" for stamp in stamps)).problem()
    assert problem.code == "CT408"
    assert "2026-01-01T02:55" in problem.message


def test_duplicates_policy_joins_rows_without_a_common_step(reading):
    reading.source = {"duplicates": "sum"}
    stamps = ("00:00", "01:05", "02:10", "02:55", "04:00", "05:05")
    reading.write(*(f"2026-01-01T{stamp}Z,1" for stamp in stamps))
    assert reading.values() == [1, 1, 2, None, 1, 1]


def test_event_log_with_zeros_between_needs_no_step(reading):
    reading.series = {"missing": "zero"}
    stamps = ("00:01", "00:40", "03:10", "05:59")
    reading.write(*(f"2026-01-01T{stamp}Z,1" for stamp in stamps))
    assert reading.values() == [2, 0, 0, 1, 0, 1]


@pytest.mark.parametrize(
    ("minutes", "step"),
    [(60, "1h"), (1440, "1d"), (360, "1d"), (120, "1d"), (20, "1h"), (2, "10min"), (90, "1d"), (2880, "1w")],
)
def test_the_hint_of_coarse_data_names_a_step_that_works(reading, minutes, step):
    reading.step = "1min"
    stamps = np.datetime64("2026-01-05T00:00") + np.arange(0, 56 * 1440, minutes) * np.timedelta64(1, "m")
    hint = reading.write(*(f"{stamp}Z,{minutes}" for stamp in stamps)).problem().hint
    if minutes == 2880:
        assert "set step" not in hint
        return
    assert f"set step: {step}, and granularities no finer" in hint
    reading.step = step
    assert sum(reading.values()) == pytest.approx(56 * 1440)


def test_months_are_no_step_and_the_hint_names_none(reading):
    reading.step = "1w"
    reading.top = {"granularities": [{"step": "1w", "horizon": "4w"}]}
    months = np.arange(np.datetime64("2019-01"), np.datetime64("2025-01")).astype("datetime64[D]")
    problem = reading.write(*(f"{month},5" for month in months)).problem()
    assert problem.code == "CT409"
    assert "every month" in problem.message
    assert "set step" not in problem.hint


@pytest.mark.parametrize(
    ("zone", "step"),
    [
        ("Asia/Kolkata", "1h"),
        ("Asia/Kathmandu", "1h"),
        ("Asia/Kathmandu", "30min"),
        ("Australia/Lord_Howe", "1h"),
        ("Pacific/Chatham", "1h"),
        ("Australia/Adelaide", "1h"),
    ],
)
def test_whole_hours_of_utc_stay_where_they_are(reading, zone, step):
    reading.zone, reading.step = zone, step
    width = {"1h": 60, "30min": 30}[step]
    stamps = np.datetime64("2025-03-30T00:00") + np.arange(300) * np.timedelta64(width, "m")
    cleaned = reading.write(*(f"{stamp}Z,{n}" for n, stamp in enumerate(stamps))).load()
    assert (cleaned.series.timeline.utc == stamps).all()
    assert cleaned.series.values.tolist() == list(range(300))
    assert (cleaned.repairs, cleaned.findings) == ((), ())


def test_rows_a_little_late_throughout_are_told(reading):
    cleaned = reading.write(*(f"2026-01-01T{hour:02}:07Z,{hour}" for hour in range(5))).load()
    (finding,) = cleaned.findings
    assert finding.code == "CT431"
    assert "7 minutes after the start" in finding.message


def test_data_coarser_than_the_step_is_refused(reading):
    reading.step = "5min"
    problem = reading.write(*HOURS).problem()
    assert problem.code == "CT409"
    assert "every 1h" in problem.message


def test_stray_time_that_stretches_the_series_is_refused(reading):
    reading.step = "1min"
    rows = [f"2026-01-01T00:{minute:02}Z,1" for minute in range(30)]
    problem = reading.write("1999-01-01T00:00Z,1", *rows).problem()
    assert problem.code == "CT416"
    assert "1999-01-01T00:00" in problem.message


def test_stray_time_in_the_future_is_refused(reading):
    rows = [f"2026-01-{day:02}T{hour:02}:00Z,1" for day in range(1, 29) for hour in range(24)]
    problem = reading.write(*rows, "2031-01-01T00:00Z,1").problem()
    assert problem.code == "CT416"
    assert "2031-01-01T00:00" in problem.message


def test_rare_rows_that_mean_zero_are_no_stray_times(reading):
    reading.step, reading.series = "1min", {"missing": "zero"}
    reading.write(*(f"2026-01-{day:02}T{hour:02}:00Z,1" for day in range(1, 29) for hour in (3, 17)))
    assert sum(reading.values()) == 56


def test_business_hours_leave_gaps_at_night(reading):
    days = ("2026-01-05", "2026-01-06")
    reading.write(*(f"{day}T{hour:02}:00Z,1" for day in days for hour in range(9, 17)))
    values = reading.values()
    assert len(values) == 32
    assert values.count(None) == 16


def test_days_of_a_shop_that_shuts_at_night_are_whole(reading):
    reading.step = "1d"
    days = [f"2026-01-{day:02}" for day in range(5, 12)]
    reading.write(*(f"{day}T{hour:02}:00Z,1" for day in days for hour in range(9, 17)))
    assert reading.values() == [8] * 7
    assert reading.repairs() == {}


def test_steps_with_ever_other_numbers_of_rows_are_added_up_as_they_are(reading):
    minutes = [0, 1, 2, 5, 60, 61, 120, 121, 122, 180, 181, 182, 183, 240]
    stamps = np.datetime64("2026-01-01T00:00") + np.array(minutes) * np.timedelta64(1, "m")
    assert reading.write(*(f"{stamp}Z,1" for stamp in stamps)).values() == [4, 2, 3, 4, 1]
