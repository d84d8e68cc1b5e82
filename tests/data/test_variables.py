from __future__ import annotations

import numpy as np
import pytest

HOURS = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(24)]
DAYS = ["2026-01-01,5", "2026-01-02,7"]


@pytest.fixture
def spending(reading):
    def with_rows(*rows, **more):
        reading.write(*HOURS).write(*rows, name="data/x.csv", head="day,usd")
        source = {"kind": "csv", "path": "data/x.csv", "time": "day", "value": "usd"}
        reading.top = {"regressors": [{"name": "spend", "source": source} | more]}
        return reading

    return with_rows


def test_daily_variable_repeats_over_series_and_horizon(spending):
    (variable,) = spending(*DAYS).load().variables
    assert variable.values.tolist() == [5] * 24 + [7] * 24
    assert variable.is_daily
    assert variable.effect == "auto"


def test_variable_without_future_values_is_refused_with_the_span(spending):
    problem = spending(*DAYS[:1]).problem()
    assert (problem.code, problem.path) == ("CT412", ("regressors", 0))
    assert "2026-01-02T00:00 to 2026-01-02T23:00" in problem.message


def test_variable_that_starts_late_is_refused(spending):
    problem = spending("2026-01-02,7", "2026-01-03,8").problem()
    assert problem.code == "CT415"


def test_gap_in_a_variable_holds_the_value_before(spending):
    rows = [f"2026-01-01T{hour:02}:00Z,{hour}" for hour in range(48) if hour < 24 and hour != 5]
    rows += [f"2026-01-02T{hour:02}:00Z,1" for hour in range(24)]
    reading = spending(*rows)
    (variable,) = reading.load().variables
    assert variable.values[4:7].tolist() == [4, 4, 6]
    assert not variable.is_daily
    assert reading.repairs() == {"regressor_filled": 1}


def test_finer_variable_is_averaged(spending):
    stamps = np.arange(np.datetime64("2026-01-01T00:00"), np.datetime64("2026-01-03T00:00"), 30)
    rows = [f"{stamp}Z,{index % 2}" for index, stamp in enumerate(stamps)]
    (variable,) = spending(*rows).load().variables
    assert variable.values.tolist() == [0.5] * 48


def test_regressor_outside_its_series_is_no_part_of_the_hash(spending):
    plain = spending(*DAYS).load().data_hash
    assert spending(*DAYS, "2026-01-03,9").load().data_hash == plain
    assert spending(DAYS[0], "2026-01-02,8").load().data_hash != plain
