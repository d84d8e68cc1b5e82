"""A stamp is understood in full or refused by name; a hint that is obeyed gives the right series."""

# ruff: noqa: DTZ001  # naive on purpose: times as a wall clock shows them

from __future__ import annotations

import re
from datetime import datetime, timedelta

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml

START = datetime(2025, 1, 20)
HOURS = [START + timedelta(hours=n) for n in range(40)]
DAYS = [START + timedelta(days=n) for n in range(40)]


def obey(reading, hint, choice=0):
    """Add the line that a hint holds to the source, as a user would."""
    keys = re.findall(r"\b(time_format|decimal|thousands|where|encoding|week_ends): ", hint)
    assert keys, hint
    lines = re.findall(r'\b(?:time_format|where|encoding|week_ends): (?:"(?:[^"\\]|\\.)*"|[a-z_0-9-]+)', hint)
    reading.source = reading.source | yaml.safe_load(lines[choice])
    return reading


def write(reading, pattern, times=HOURS):
    return reading.write(*(f'"{at.strftime(pattern)}",{n}' for n, at in enumerate(times, 1)))


def started(reading):
    cleaned = reading.load()
    assert cleaned.series.values.tolist() == list(range(1, 41))
    return cleaned.series.timeline.local[0].item()


@pytest.mark.parametrize(
    "suffix", [" UTC", " GMT", "Z", " Z", "z", "+00", " +0000", " Etc/UTC", "[UTC]", "Z[UTC]", " UTC  "]
)
def test_every_way_to_say_utc_is_utc(reading, suffix):
    reading.zone = "America/New_York"
    assert started(write(reading, f"%Y-%m-%d %H:%M:%S{suffix}")) == START - timedelta(hours=5)


@pytest.mark.parametrize("suffix", [" UTC", "Z ", "+00:00"])
def test_text_in_parquet_keeps_its_zone(reading, suffix):
    reading.zone, reading.source = "America/New_York", {"kind": "parquet", "path": "in.parquet"}
    times = [at.strftime(f"%Y-%m-%dT%H:%M:%S{suffix}") for at in HOURS]
    pq.write_table(pa.table({"time": times, "value": range(1, 41)}), reading.root / "in.parquet")
    assert started(reading) == START - timedelta(hours=5)


def test_a_named_zone_is_the_clock_of_that_zone(reading):
    assert started(write(reading, "%Y-%m-%d %H:%M:%S America/New_York")) == START + timedelta(hours=5)


@pytest.mark.parametrize("name", ["EST", "CST", "IST", "BST", "CET", "PST"])
def test_initials_of_a_zone_are_refused_by_name_and_the_hint_reads_them(reading, name):
    reading.zone = "America/New_York"
    problem = write(reading, f"%Y-%m-%d %H:%M:%S {name}").problem()
    assert problem.code == "CT405"
    assert name in problem.message
    assert started(obey(reading, problem.hint)) == START


def test_several_named_zones_are_refused(reading):
    rows = [f"{at:%Y-%m-%d %H:%M:%S} {('EST', 'EDT')[n % 2]},{n}" for n, at in enumerate(HOURS)]
    problem = reading.write(*rows).problem()
    assert "EDT, EST" in problem.message
    assert "time_format" not in problem.hint


@pytest.mark.parametrize("factor", [1, 10**3, 10**6, 10**9])
@pytest.mark.parametrize("kind", ["csv", "integer", "double"])
def test_epochs_are_told_by_their_size(reading, factor, kind):
    stamps = [int((at - datetime(1970, 1, 1)).total_seconds()) * factor for at in HOURS]
    if kind == "csv":
        reading.write(*(f"{stamp},{n}" for n, stamp in enumerate(stamps, 1)))
    else:
        reading.source = {"kind": "parquet", "path": "in.parquet"}
        column = pa.array(stamps, pa.int64()) if kind == "integer" else pa.array(map(float, stamps))
        pq.write_table(pa.table({"time": column, "value": range(1, 41)}), reading.root / "in.parquet")
    assert started(reading) == START


def test_a_unit_that_does_not_fit_is_told_the_one_that_does(reading):
    for factor, unit, wrong in ((1000, "epoch_ms", "epoch_s"), (10**6, "epoch_us", "epoch_ms")):
        stamps = [int((at - datetime(1970, 1, 1)).total_seconds()) * factor for at in HOURS]
        reading.source = {"time_format": wrong}
        problem = reading.write(*(f"{stamp},{n}" for n, stamp in enumerate(stamps, 1))).problem()
        assert problem.hint == f"set time_format: {unit}"
        assert started(obey(reading, problem.hint)) == START


def serial(at):
    return (at - datetime(1899, 12, 30)).total_seconds() / 86_400


@pytest.mark.parametrize("digits", [5, 10, 15])
@pytest.mark.parametrize(("step", "width"), [("15min", 15), ("1h", 60), ("1d", 1440)])
def test_serial_days_are_refused_and_the_hint_reads_them(reading, digits, step, width):
    reading.step = step
    times = [START + timedelta(minutes=width * n) for n in range(40)]
    rows = [f"{serial(at):.{digits}f},{n}" for n, at in enumerate(times, 1)]
    problem = reading.write(*rows).problem()
    assert (problem.code, problem.path[-1]) == ("CT405", "time")
    assert "are no epochs" in problem.message
    assert started(obey(reading, problem.hint)) == START


@pytest.mark.parametrize(
    ("pattern", "times", "step"),
    [
        ("%Y%m%d", DAYS, "1d"),
        ("%Y%m%d%H", HOURS, "1h"),
        ("%Y%m%d%H%M", HOURS, "1h"),
        ("%Y%m%d%H%M%S", HOURS, "1h"),
    ],
)
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_dates_written_as_one_number_are_refused_and_the_hint_reads_them(reading, pattern, times, step, kind):
    reading.step = step
    if kind == "csv":
        write(reading, pattern, times)
    else:
        reading.source = {"kind": "parquet", "path": "in.parquet"}
        column = [int(at.strftime(pattern)) for at in times]
        pq.write_table(pa.table({"time": column, "value": range(1, 41)}), reading.root / "in.parquet")
    problem = reading.problem()
    assert problem.code == "CT405"
    assert "are dates" in problem.message
    assert started(obey(reading, problem.hint)) == START


@pytest.mark.parametrize("number", [1, 41.5, 2025, 99_999_999, 0, -5])
def test_small_numbers_are_no_epochs(reading, number):
    problem = reading.write(*(f"{number + n / 100},{n}" for n in range(20))).problem()
    assert problem.code == "CT405"


def test_seconds_of_the_first_years_are_read_where_they_are_declared(reading):
    reading.source = {"time_format": "epoch_s"}
    stamps = [int((at.replace(year=1971) - datetime(1970, 1, 1)).total_seconds()) for at in HOURS]
    reading.write(*(f"{stamp},{n}" for n, stamp in enumerate(stamps, 1)))
    assert started(reading).year == 1971


def test_numbers_that_a_spreadsheet_rounded_are_refused(reading):
    problem = reading.write(*(f"1.73612E+{9 + n % 2},{n}" for n in range(20))).problem()
    assert "rounded" in problem.message


def test_numbers_with_an_exponent_and_all_their_digits_are_read(reading):
    stamps = [int((at - datetime(1970, 1, 1)).total_seconds()) for at in HOURS]
    reading.write(*(f"{str(s)[0]}.{str(s)[1:]}E9,{n}" for n, s in enumerate(stamps, 1)))
    assert started(reading) == START


EXPORTED = [
    "%d.%m.%Y %H:%M",
    "%m/%d/%Y %H:%M",
    "%d/%m/%Y %H:%M:%S",
    "%m/%d/%Y %I:%M %p",
    "%d-%b-%Y %H:%M",
    "%B %d, %Y %I:%M %p",
    "%d %B %Y %H:%M",
    "%Y%m%dT%H%M%SZ",
    "%d/%b/%Y:%H:%M:%S +0000",
    "%a, %d %b %Y %H:%M:%S GMT",
    "%d.%m.%y %H:%M",
    "%Y-%m-%d %I:%M:%S %p",
]


@pytest.mark.parametrize("pattern", EXPORTED)
def test_what_people_export_is_refused_with_the_line_that_reads_it(reading, pattern):
    problem = write(reading, pattern).problem()
    assert problem.code == "CT405"
    assert "or time_format" not in problem.hint
    assert started(obey(reading, problem.hint)) == START


def test_hours_without_leading_zeros_are_read(reading):
    rows = [
        f"{at.month}/{at.day}/{at.year} {(at.hour % 12) or 12}:{at:%M %p},{n}"
        for n, at in enumerate(HOURS, 1)
    ]
    assert started(obey(reading, reading.write(*rows).problem().hint)) == START


def test_a_day_that_could_be_a_month_is_left_to_the_user(reading):
    times = [datetime(2025, 3, 3, 7) + timedelta(hours=n) for n in range(30)]
    hint = write(reading, "%m/%d/%Y %H:%M", times).problem().hint
    assert 'time_format: "%d/%m/%Y %H:%M" or time_format: "%m/%d/%Y %H:%M"' in hint
    reading.source = {"time_format": "%m/%d/%Y %H:%M"}
    assert reading.load().series.timeline.local[0] == np.datetime64(times[0])


def test_a_utc_at_the_end_of_a_pattern_is_utc(reading):
    reading.zone = "Asia/Tokyo"
    for tail in ("Z", " UTC", " GMT"):
        reading.source = {"time_format": f"%d.%m.%Y %H:%M{tail}"}
        assert started(write(reading, f"%d.%m.%Y %H:%M{tail}")) == START + timedelta(hours=9)


def test_a_column_of_something_else_is_refused_by_its_type(reading):
    reading.source = {"kind": "parquet", "path": "in.parquet"}
    pq.write_table(pa.table({"time": [True, False], "value": [1, 2]}), reading.root / "in.parquet")
    assert reading.problem().message == "the time column holds BOOLEAN"


def test_stamps_that_end_their_step_are_told_so(reading):
    reading.source = {"stamps": "end"}
    assert started(write(reading, "%Y-%m-%d %H:%M")) == START - timedelta(hours=1)
    reading.step, reading.zone = "1d", "Europe/Berlin"
    times = [datetime(2025, 3, 20) + timedelta(days=n) for n in range(40)]
    assert started(write(reading, "%Y-%m-%d %H:%M", times)) == times[0] - timedelta(days=1)
    assert started(write(reading, "%Y-%m-%d", times)) == times[0]
