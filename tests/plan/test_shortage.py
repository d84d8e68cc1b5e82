"""Shortage: minutes of one path err together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.plan.demand import demand
from cloudtune.plan.fleet import Fleet, Member, ZoneRule
from cloudtune.plan.shortage import chance_of, shortage

PATHS = np.array([[5.0, 9.0, 2.0], [1.0, 1.0, 1.0], [7.0, 7.0, 1.0], [2.0, 2.0, 2.0]])


def test_the_figures_by_hand():
    found = shortage([(0, PATHS[:, :2]), (2, PATHS[:, 2:])], 6.0)
    assert found.by_step.tolist() == [0.25, 0.5, 0.0]
    assert found.any == 0.5
    assert found.steps == 0.75
    assert found.worst == 1
    assert found.unserved == pytest.approx((3 + 1 + 1) / PATHS.sum())


def test_the_chance_of_a_window_is_not_that_of_independent_minutes():
    rng = np.random.default_rng(1)
    level = rng.normal(0, 0.2, (4000, 1))
    paths = np.exp(level + rng.normal(0, 0.01, (4000, 60)))
    found = shortage([(0, paths)], 1.3)
    assert found.any < 0.15
    assert 1 - np.prod(1 - found.by_step) > 0.95
    assert found.any == chance_of(paths.max(axis=1), 1.3)


@given(st.floats(0.5, 0.999), st.integers(1, 4), st.floats(0, 0.3), st.integers(0, 100))
def test_units_sized_at_a_quantile_are_short_no_more_often_than_it_allows(level, zones, headroom, seed):
    rng = np.random.default_rng(seed)
    peaks = rng.lognormal(8, 0.3, (1000, 1))
    fleet = Fleet((Member("m", throughput=17.0),), 0.6, headroom, zones=ZoneRule(zones, min(1, zones - 1)))
    units = fleet.needed(demand(peaks, level)).units[:, 0]
    assert chance_of(peaks[:, 0], fleet.rated(units)) <= 1 - level + 1 / len(peaks)
