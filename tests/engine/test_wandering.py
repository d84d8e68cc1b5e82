from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cloudtune.engine.noise import by_lead, level_variance, stretch_means
from cloudtune.engine.projection import project
from tests.engine import worlds

LEADS = np.arange(1.0, 91.0)
AHEAD = np.array([1.0, 7.0, 28.0])


def errors_of(make, origins=200):
    random = np.random.default_rng(7)
    return [(LEADS, make(random)) for _ in range(origins)]


def variance_of(steps, growth=0.0):
    timeline = worlds.line(200)
    wander = np.repeat(np.cumsum(np.random.default_rng(5).normal(0, steps, 200)), 24)
    values = worlds.demand(timeline, growth=growth) * np.exp(wander)
    resolved = worlds.spec()
    model = project(worlds.cleaned(timeline, values), resolved, 14 * 24, 0).model
    return level_variance(model, AHEAD)


def test_noise_of_days_is_no_error_of_the_level():
    random = np.random.default_rng(1)
    _, squares = by_lead(errors_of(lambda r: r.normal(0, 0.1, 90)), random.normal(0, 0.1, 5000), 7)
    assert squares.max() < 0.1 * 0.1**2 / 7


def test_an_error_that_is_there_from_the_first_day_is_seen_at_every_lead():
    _, squares = by_lead(errors_of(lambda r: np.full(90, r.normal(0, 0.2))), np.zeros(500), 7)
    assert squares == pytest.approx(np.full(len(squares), 0.04), rel=0.3)


def test_errors_that_grow_are_seen_to_grow():
    leads, squares = by_lead(errors_of(lambda r: r.normal() * LEADS / 90), np.zeros(500), 7)
    assert (np.diff(squares) > 0).all()
    assert squares[-1] == pytest.approx((leads[-1] / 90) ** 2, rel=0.5)


@given(arrays("float64", 90, elements=st.floats(-3, 3)), st.integers(1, 90))
def test_squares_are_never_negative(error, known):
    leads, squares = by_lead([(LEADS[:known], error[:known])], error, 7)
    assert (squares >= 0).all()
    assert len(leads) == len(squares)
    assert leads.max() <= known


def test_a_stretch_counts_where_half_of_it_is_known():
    values = np.array([1.0, 1, 1, 1, np.nan, np.nan, np.nan, np.nan, np.nan, 5])
    means, seen = stretch_means(values, 3)
    assert means[:4] == pytest.approx(np.ones(4))
    assert np.isnan(means[4:8]).all()
    assert seen[0] == 2


def test_a_horizon_of_a_day_is_tested_too():
    leads, squares = by_lead([(LEADS[:1], np.array([0.3]))], np.zeros(50), 7)
    assert list(leads) == [1.0]
    assert squares == pytest.approx([0.09])


def test_a_level_that_wanders_is_less_certain_the_farther():
    steady, wandering = variance_of(0.001), variance_of(0.03)
    assert (wandering > 4 * steady).all()
    assert wandering[0] < wandering[-1]


def test_steady_growth_is_not_taken_for_wandering():
    growing = variance_of(0.001, growth=1.0)[-1]
    assert growing < 0.5 * (28 / 365) ** 2
