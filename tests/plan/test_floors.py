"""Floors: early by the startup, held after the need, few steps, never below."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.plan.floors import FloorRule, floor_of, held_for, needed_before, without_small_falls
from cloudtune.plan.thinning import Pieces

START = np.datetime64("2027-07-13T00:00:00")
MINUTE = np.timedelta64(60, "s")


def test_units_are_asked_for_a_startup_before_the_need_and_stay_for_the_hold():
    need = np.array([1] * 10 + [5] + [1] * 9)
    assert needed_before(need, 3).tolist() == [1] * 7 + [5] * 4 + [1] * 9
    assert held_for(needed_before(need, 3), 2).tolist() == [1] * 7 + [5] * 6 + [1] * 7


def test_a_rise_at_seven_is_asked_for_nine_minutes_earlier():
    need = np.array([90] * 420 + [297] * 60 + [90] * 60)
    rule = FloorRule(startup=9, hold=30, bucket=1, actions=10)
    floor = floor_of(need, START, 1, rule).floor
    assert floor.at.astype(str).tolist() == [
        "2027-07-13T00:00:00",
        "2027-07-13T06:51:00",
        "2027-07-13T08:30:00",
    ]
    assert floor.units.tolist() == [90, 297, 90]


@given(
    st.lists(st.integers(0, 300), min_size=1, max_size=150),
    st.sampled_from([1, 5, 15, 60]),
    st.integers(0, 40),
    st.integers(0, 40),
    st.sampled_from([1, 5, 15]),
    st.integers(1, 12),
    st.floats(0, 0.2),
    st.integers(0, 59),
)
def test_a_floor_is_never_below_the_need_from_a_startup_before_to_a_hold_after(
    need, minutes, startup, hold, bucket, actions, min_step, offset
):
    start = START + offset // minutes * minutes * MINUTE
    rule = FloorRule(startup, hold, bucket, actions, gap=5, min_step=min_step)
    floor = floor_of(np.array(need), start, minutes, rule).floor
    assert len(floor) <= actions
    assert floor.until == start + len(need) * minutes * MINUTE
    for k, units in enumerate(need):
        begin = start + k * minutes * MINUTE
        around = begin + np.arange(-startup, minutes + hold) * MINUTE
        inside = around[(around >= start) & (around < floor.until)]
        assert (floor.value(inside) >= units).all()


def test_steps_begin_on_whole_buckets_of_the_clock():
    start = START + 7 * MINUTE
    floor = floor_of(np.array([1] * 20 + [9] * 20), start, 1, FloorRule(bucket=15)).floor
    assert floor.at.astype("datetime64[m]").astype(str).tolist() == ["2027-07-13T00:07", "2027-07-13T00:15"]


def test_a_small_fall_is_passed_over_and_a_small_rise_is_not():
    pieces = Pieces(np.arange(5), np.array([100, 97, 101, 80, 100]))
    kept = without_small_falls(pieces, 0.05)
    assert (kept.first.tolist(), kept.values.tolist()) == ([0, 2, 3, 4], [100, 101, 80, 100])


def test_the_cost_of_thinning_is_told():
    thinned = floor_of(np.array([4, 5, 9, 10, 6, 4]), START, 60, FloorRule(bucket=15, actions=3))
    assert thinned.needed_hours == 38.0
    assert thinned.above == pytest.approx(42 / 38 - 1)
