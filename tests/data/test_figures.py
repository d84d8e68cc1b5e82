"""Values as people write them: read where the spec says how, else refused with the line that says it."""

from __future__ import annotations

import pytest

from tests.data.test_stamps import obey

HOURS = [f"2026-01-01T{hour:02}:00Z" for hour in range(24)]


def write(reading, texts):
    return reading.write(
        *(f'{hour};"{text}"' for hour, text in zip(HOURS, texts, strict=False)), head="time;value"
    )


@pytest.mark.parametrize(
    ("texts", "values", "keys"),
    [
        (["12,5", "7,25", "100"], [12.5, 7.25, 100], {"decimal"}),
        (["1.234,5", "7,25", "1.000.000,0"], [1234.5, 7.25, 1e6], {"decimal", "thousands"}),
        (["1,234.5", "7.25", "12"], [1234.5, 7.25, 12], {"thousands"}),
        (["1 234,5", "7,25", "12"], [1234.5, 7.25, 12], {"decimal", "thousands"}),
        (["1\u00a0234", "1\u00a0000", "12"], [1234, 1000, 12], {"thousands"}),
        (["-1.234,5", "-7,25", "0,001"], [-1234.5, -7.25, 0.001], {"decimal", "thousands"}),
    ],
)
def test_marks_of_numbers_are_refused_and_the_hint_reads_them(reading, texts, values, keys):
    import re

    import yaml

    problem = write(reading, texts).problem()
    assert problem.code == "CT406"
    found = re.findall(r'\b(?:decimal|thousands): "[^"]*"', problem.hint)
    reading.source = {key: value for line in found for key, value in yaml.safe_load(line).items()}
    assert set(reading.source) == keys
    assert reading.values() == values


def test_a_comma_before_three_digits_alone_is_left_to_the_user(reading):
    problem = write(reading, ["1,234", "5,678", "12"]).problem()
    assert 'decimal: ","' in problem.hint
    assert 'thousands: ","' in problem.hint


def test_points_that_may_divide_thousands_are_refused(reading):
    texts = ["987", "1.024", "998", "1.100", "1.003", "950"]
    problem = write(reading, texts).problem()
    assert (problem.code, problem.path[-1]) == ("CT406", "value")
    reading.source = {"thousands": "."}
    assert reading.values() == [987, 1024, 998, 1100, 1003, 950]
    reading.source = {"decimal": "."}
    assert reading.values() == [987, 1.024, 998, 1.1, 1.003, 950]


@pytest.mark.parametrize(
    "texts", [["1.024", "2.048", "3.5"], ["0.125", "0.250", "7"], ["1.024", "2.048", "1.5", "12"]]
)
def test_points_that_are_no_thousands_are_decimals(reading, texts):
    assert write(reading, texts).values() == [float(text) for text in texts]


@pytest.mark.parametrize("text", ["1.5", "12.34", "1.2345", "1.234.5"])
def test_a_group_that_is_none_is_no_number(reading, text):
    reading.source = {"thousands": ".", "decimal": ","}
    assert write(reading, ["1.234,5", text, "3"]).problem().code == "CT406"


def test_empty_values_stay_gaps_beside_decimal_commas(reading):
    reading.source = {"decimal": ","}
    assert write(reading, ["1,5", "", "NaN", "2,5"]).values() == [1.5, None, None, 2.5]


@pytest.mark.parametrize("rows", [["Total,30"], ["Gesamt,30", ",12"], [",30"]])
def test_totals_at_the_end_are_refused_with_the_condition_that_leaves_them_out(reading, rows):
    problem = reading.write(*(f"{hour},{n}" for n, hour in enumerate(HOURS)), *rows).problem()
    assert problem.code == "CT405"
    if len(rows) > 1:
        return
    assert obey(reading, problem.hint).values() == list(range(24))


def test_a_column_with_blanks_in_its_name_is_quoted_in_the_hint(reading):
    reading.source = {"time": "Hour of day"}
    reading.write(
        *(f"{hour},{n}" for n, hour in enumerate(HOURS)), "Grand total,276", head="Hour of day,value"
    )
    assert obey(reading, reading.problem().hint).values() == list(range(24))
