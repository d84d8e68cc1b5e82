"""Demand of windows: highest steps of paths, read chunk by chunk."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cloudtune.plan.demand import Windows, burst_of, demand, highest, joined

PATHS = np.array([[1.0, 5.0, 2.0, 2.0], [3.0, 1.0, 1.0, 9.0]])


def chunks(paths, width):
    for begin in range(0, paths.shape[1], width):
        yield begin, paths[:, begin : begin + width]


def test_the_highest_step_is_taken_on_each_path_before_any_quantile():
    peaks = highest(chunks(PATHS, 4), Windows.between(np.array([0, 2, 4])))
    assert peaks.tolist() == [[5.0, 2.0], [3.0, 9.0]]
    assert demand(peaks, 0.5).tolist() == [4.0, 5.5]
    assert demand(peaks, None).tolist() == [4.0, 5.5]


def test_windows_may_overlap():
    peaks = highest(chunks(PATHS, 3), Windows(np.array([0, 1]), np.array([4, 3])))
    assert peaks.tolist() == [[5.0, 5.0], [9.0, 1.0]]


@given(
    hnp.arrays("float64", st.tuples(st.integers(1, 5), st.integers(1, 30)), elements=st.floats(-1e6, 1e6)),
    st.integers(1, 30),
    st.data(),
)
def test_the_width_of_a_chunk_changes_nothing(paths, width, data):
    cuts = data.draw(st.lists(st.integers(1, paths.shape[1]), unique=True).map(sorted))
    edges = np.unique([0, *cuts, paths.shape[1]])
    windows = Windows.between(edges)
    assert (highest(chunks(paths, width), windows) == np.maximum.reduceat(paths, edges[:-1], axis=1)).all()


@given(hnp.arrays("float64", (6, 12), elements=st.floats(0, 1e6)), st.floats(0, 1))
def test_a_longer_window_never_demands_less_than_its_parts(paths, level):
    weeks = demand(joined(paths, np.array([0, 4, 12])), level)
    days = demand(paths, level)
    assert weeks[0] >= days[:4].max() - 1e-6
    assert weeks[1] >= days[4:].max() - 1e-6


def test_the_demand_of_a_window_lies_above_the_highest_of_its_quantiles():
    rng = np.random.default_rng(0)
    paths = rng.lognormal(0, 0.2, (1000, 60))
    of_window = demand(paths.max(axis=1, keepdims=True), 0.99)[0]
    assert of_window > np.quantile(paths, 0.99, axis=0).max()


@pytest.mark.parametrize(("rate", "burst"), [(17, 1.56), (167, 1.18), (1667, 1.06)])
def test_the_busiest_second_is_what_simulation_says(rate, burst):
    assert burst_of(rate * 60, 60.0) == pytest.approx(burst, abs=0.01)
