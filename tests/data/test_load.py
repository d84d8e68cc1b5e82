from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.load import load

HOURS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(5)]


def test_clean_hours_come_out_as_they_are(reading):
    cleaned = reading.write(*HOURS).load()
    assert cleaned.series.values.tolist() == [0, 1, 2, 3, 4]
    assert cleaned.series.timeline.start == np.datetime64("2026-01-01T00:00")
    assert cleaned.repairs == ()
    assert cleaned.rows == 5


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([f"2026-01-01T{h + 5:02}:00+05:00,{h}" for h in range(5)], id="an offset"),
        pytest.param([f"{1767225600 + 3600 * h},{h}" for h in range(5)], id="epoch seconds"),
        pytest.param([f"{1767225600000 + 3600000 * h},{h}" for h in range(5)], id="epoch ms"),
        pytest.param([f"2026-01-01 {h:02}:00:00,{h}" for h in range(5)], id="naive in UTC"),
        pytest.param([f"2026-01-01T{h:02}:00:00.000Z,{h}" for h in range(5)], id="milliseconds"),
        pytest.param(HOURS[::-1], id="backwards"),
    ],
)
def test_every_way_to_write_a_time_gives_the_same_series(reading, rows):
    plain = reading.write(*HOURS).load()
    other = reading.write(*rows).load()
    assert other.data_hash == plain.data_hash
    assert other.series.values.tolist() == plain.series.values.tolist()


def test_naive_times_are_on_the_clock_of_the_series(reading):
    reading.zone = "Asia/Kolkata"
    rows = [f"2026-01-01T{hour:02}:00,{hour}" for hour in range(5)]
    timeline = reading.write(*rows).load().series.timeline
    assert timeline.start == np.datetime64("2025-12-31T18:30")
    assert timeline.slot.tolist() == [0, 1, 2, 3, 4]


def test_naive_times_are_utc_where_the_source_says_so(reading):
    reading.zone, reading.source = "Asia/Kolkata", {"time_zone": "utc"}
    rows = [f"2026-01-01T{hour:02}:30,{hour}" for hour in range(5)]
    timeline = reading.write(*rows).load().series.timeline
    assert timeline.start == np.datetime64("2026-01-01T00:30")


def test_window_keeps_start_and_leaves_out_end(reading):
    reading.series = {"start": "2026-01-01T01:00", "end": "2026-01-01T03:00"}
    assert reading.write(*HOURS).values() == [1, 2]


def test_outlier_window_is_masked_and_its_values_stay(reading):
    reading.top = {"outliers": [{"start": "2026-01-01T01:00", "end": "2026-01-01T03:00"}]}
    cleaned = reading.write(*HOURS).load()
    assert cleaned.masked.tolist() == [False, True, True, False, False]
    assert cleaned.series.values.tolist() == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("start", "end", "touched"),
    [
        ("00:10", "00:50", [0]),
        ("00:10", "01:20", [0, 1]),
        ("01:00", "02:00", [1]),
        ("00:59", "01:00", [0]),
        ("04:30", "09:00", [4]),
    ],
)
def test_a_window_masks_each_step_that_it_touches(reading, start, end, touched):
    reading.top = {"outliers": [{"start": f"2026-01-01T{start}", "end": f"2026-01-01T{end}"}]}
    cleaned = reading.write(*HOURS).load()
    assert np.flatnonzero(cleaned.masked).tolist() == touched
    assert cleaned.findings == ()


@pytest.mark.parametrize(
    ("step", "start", "end", "touched"),
    [
        ("1d", "2026-03-03T04:00", "2026-03-03T09:30", [1]),
        ("1d", "2026-03-03T23:00", "2026-03-04T01:00", [1, 2]),
        ("1d", "2026-03-03", "2026-03-04", [1]),
        ("1w", "2026-03-12", "2026-03-14", [1]),
        ("1w", "2026-03-08T23:00", "2026-03-09T01:00", [0, 1]),
    ],
)
def test_days_and_weeks_are_masked_as_wholes(reading, step, start, end, touched):
    reading.step, reading.zone = step, "America/Los_Angeles"
    reading.top = {
        "outliers": [{"start": start, "end": end}],
        "granularities": [{"step": step, "horizon": "28d"}],
    }
    first = np.datetime64("2026-03-02")
    days = [str(first + np.timedelta64(n * (7 if step == "1w" else 1), "D")) for n in range(4)]
    cleaned = reading.write(*[f"{day},{n}" for n, day in enumerate(days)]).load()
    assert np.flatnonzero(cleaned.masked).tolist() == touched


def test_window_outside_the_data_masks_nothing_and_is_told(reading):
    reading.top = {"outliers": [{"start": "2020-01-01", "end": "2020-02-01"}]}
    cleaned = reading.write(*HOURS).load()
    assert not cleaned.masked.any()
    (finding,) = cleaned.findings
    assert (finding.code, finding.severity) == ("CT417", "warning")
    assert finding.path == ("outliers", 0, "start")


def test_a_masked_negative_value_is_no_reason_to_refuse_a_multiplicative_scale(reading):
    reading.top = {
        "scale": "multiplicative",
        "outliers": [{"start": "2026-01-01T05:00", "end": "2026-01-01T06:00"}],
    }
    assert reading.write(*HOURS, "2026-01-01T05:00Z,-2").load().masked[-1]


def test_negative_value_is_refused_on_a_multiplicative_scale_alone(reading):
    reading.write(*HOURS, "2026-01-01T05:00Z,-2")
    assert reading.values()[-1] == -2
    reading.top = {"scale": "multiplicative"}
    problem = reading.problem()
    assert (problem.code, problem.path) == ("CT411", ("scale",))
    assert "2026-01-01T05:00" in problem.message


def test_one_point_is_a_series(reading):
    assert reading.write(HOURS[3]).values() == [3]


def test_constant_and_zero_series_are_left_to_the_model(reading):
    rows = [f"2026-01-01T{hour:02}:00Z,0" for hour in range(5)]
    assert reading.write(*rows).values() == [0] * 5


def test_empty_file_is_refused(reading):
    assert reading.write().problem().code == "CT410"


def test_window_without_rows_is_refused(reading):
    reading.series = {"start": "2027-01-01"}
    assert reading.write(*HOURS).problem().code == "CT410"


def test_history_has_its_own_step_and_counts_in_the_hash(reading):
    plain = reading.write(*HOURS).load()
    days = [f"2025-12-{day:02},{day}" for day in range(1, 32)]
    reading.write(*days, name="data/days.csv", head="day,total")
    history = {"kind": "csv", "path": "data/days.csv", "time": "day", "value": "total", "step": "1d"}
    reading.series = {"history": history}
    cleaned = reading.load()
    assert cleaned.history.values.tolist() == list(range(1, 32))
    assert cleaned.history.timeline.step.name == "1d"
    assert cleaned.data_hash != plain.data_hash


def test_history_reaches_back_before_the_start(reading):
    days = [f"2025-12-{day:02},{day}" for day in range(1, 32)]
    reading.write(*HOURS).write(*days, name="data/days.csv", head="day,total")
    history = {"kind": "csv", "path": "data/days.csv", "time": "day", "value": "total", "step": "1d"}
    reading.series = {"history": history, "start": "2026-01-01T02:00", "end": "2026-01-01T04:00"}
    cleaned = reading.load()
    assert cleaned.series.values.tolist() == [2, 3]
    assert cleaned.history.timeline.periods == 31


def test_a_second_load_is_the_same(reading):
    resolved = reading.write(*HOURS).resolved()
    assert load(resolved, reading.root).data_hash == load(resolved, reading.root).data_hash
