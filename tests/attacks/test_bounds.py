"""Small input asks for no huge memory: each bound is a code with both figures, before anything is made."""

from __future__ import annotations

import math
import random
import tracemalloc
from datetime import date, timedelta

import pytest

from cloudtune.errors import Refusal
from tests.spec.builders import codes, spec, store


def days(count):
    first = date(2020, 1, 1)
    return [first + timedelta(days=number) for number in range(count)]


EVENTS = [
    f"  - {{name: e{n}, effect: 2x, occurrences: [{{start: {day}, duration: 1h}}]}}"
    for n, day in enumerate(days(3000))
]
REGRESSORS = [
    f"  - {{name: r{n}, source: {{kind: csv, path: data/r.csv, time: t, value: v}}}}" for n in range(300)
]
OCCURRENCES = "".join(
    f"{{start: {day}T{hour:02}:00, duration: 1min}}," for day in days(1000) for hour in range(24)
)
HUGE = {
    "events": spec("events:", *EVENTS),
    "regressors": spec("regressors:", *REGRESSORS),
    "occurrences": spec("events:", f"  - {{name: e, effect: 2x, occurrences: [{OCCURRENCES}]}}"),
    "a horizon": spec().replace("horizon: 90d", "horizon: 100y"),
    "quantiles": spec(f"quantiles: [{', '.join(f'{n / 1000:.3f}' for n in range(1, 1000))}]"),
}


@pytest.mark.parametrize("text", HUGE.values(), ids=HUGE)
def test_a_spec_that_asks_for_too_much_is_refused_with_the_figures(tmp_path, text):
    loaded = store(tmp_path, {"orders.yaml": text})
    found = [problem for problem in loaded.problems if problem.code == "CT343"]
    assert found
    assert any(sign.isdigit() for sign in found[0].message)


def test_a_calendar_of_thousands_counts_with_the_spec_that_uses_it(tmp_path):
    head = "version: cloudtune/v1\nkind: calendar\nname: all\ntimezone: UTC\nevents:\n"
    files = {"all.yaml": head + "\n".join(EVENTS) + "\n", "orders.yaml": spec("calendars: [all]")}
    assert "CT343" in codes(store(tmp_path, files))


@pytest.mark.parametrize(("rows", "years"), [(8, 12), (200, 30), (2000, 45)])
def test_rows_over_decades_at_a_minute_are_refused_before_they_are_laid_out(reading, rows, years):
    rng = random.Random(rows)
    minutes = sorted(rng.sample(range(years * 525_600), rows))
    first = f"{1975:04}-01-01T00:00Z,1"
    lines = [
        first,
        *(
            f"{date(1975, 1, 1) + timedelta(days=m // 1440)}T{m // 60 % 24:02}:{m % 60:02}Z,1"
            for m in minutes
        ),
    ]
    reading.write(*dict.fromkeys(lines))
    reading.step, reading.series = "1min", {"missing": "zero"}
    reading.source = {"duplicates": "sum"}
    tracemalloc.start()
    try:
        problem = reading.problem()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert problem.code in {"CT416", "CT419"}
    assert peak < 100_000_000


@pytest.mark.parametrize(
    "value", ["1e308", "-1e308", "1.7976931348623157e308", "1e-320", "-5e-324", "1e31", "1e-200", "9" * 200]
)
@pytest.mark.parametrize("aggregate", ["sum", "mean", "max"])
def test_a_value_that_no_double_can_reckon_with_is_refused(reading, value, aggregate):
    reading.write("2026-01-01T00:00Z,1", f"2026-01-01T01:00Z,{value}", "2026-01-01T02:00Z,2")
    reading.series = {"aggregate": aggregate}
    assert reading.problem().code == "CT406"


@pytest.mark.parametrize("value", ["1e12", "1e-12", "0", "inf", "nan", "-0.0"])
def test_a_value_that_can_be_reckoned_with_is_read(reading, value):
    reading.write("2026-01-01T00:00Z,1", f"2026-01-01T01:00Z,{value}", "2026-01-01T02:00Z,2")
    read = reading.load().series.values[1]
    assert math.isnan(read) or read == float(value)


def test_a_field_of_megabytes_is_not_repeated(reading):
    reading.write("2026-01-01T00:00Z,1", f"2026-01-01T01:00Z,{'x' * 1_500_000}", f"{'y' * 1_500_000},1")
    with pytest.raises(Refusal) as refusal:
        reading.load()
    assert len(str(refusal.value)) < 2000
