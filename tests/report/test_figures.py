from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.engine.result import Interval
from cloudtune.report.figures import day_stamp, decimals_of, figure, figure_range, fraction, stamp


@pytest.mark.parametrize(
    ("median", "decimals"),
    [(1_340_432.0, 0), (123_456.0, 0), (41.7, 4), (1.0, 5), (0.004, 8), (1e-15, 12), (0.0, 0), (math.nan, 0)],
)
def test_the_median_keeps_six_significant_digits(median, decimals):
    assert decimals_of(np.array([median] * 3)) == decimals


def test_decimals_ignore_what_is_not_a_number():
    assert decimals_of(np.array([np.nan, np.inf, 41.7, 0.0])) == 4


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
def test_what_is_not_finite_is_absent(value):
    assert figure(value, 2) is None


def test_a_negative_zero_is_a_zero():
    assert str(figure(-0.0001, 2)) == "0.0"


@given(st.floats(-1e9, 1e9), st.integers(0, 8))
def test_rounding_twice_is_rounding_once(value, decimals):
    once = figure(value, decimals)
    assert figure(once, decimals) == once


def test_an_interval_is_rounded_alike():
    assert figure_range(Interval(1.26, 1.04, math.nan), 1) == {"value": 1.3, "low": 1.0, "high": None}


def test_fractions_go_to_a_hundredth_of_a_percent():
    assert fraction(0.061234) == 0.0612


def test_stamps_are_wall_clock_times():
    when = np.datetime64("2026-07-14T00:01:59")
    assert (stamp(when), day_stamp(when)) == ("2026-07-14T00:01", "2026-07-14")
