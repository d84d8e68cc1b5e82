from __future__ import annotations

import warnings

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cloudtune.model import linalg
from cloudtune.model.linalg import row_medians

RNG = np.random.default_rng(5)
ROWS = RNG.normal(size=(80, 3))
BETA = np.array([2.0, -1.0, 0.5])
ONES = np.full(3, 1e6)  # a prior that hardly says anything


def gram() -> np.ndarray:
    return ROWS.T @ ROWS


def test_without_noise_or_prior_the_coefficients_come_back():
    found = linalg.solve(gram(), ROWS.T @ (ROWS @ BETA), linalg.penalties(1e-6, ONES))
    np.testing.assert_allclose(found, BETA, rtol=1e-6)


def test_many_responses_are_solved_as_one_by_one():
    targets = ROWS.T @ RNG.normal(size=(80, 4))
    penalty = linalg.penalties(0.1, np.array([1.0, 0.5, 0.2]))
    together = linalg.solve(gram(), targets, penalty)
    alone = np.stack([linalg.solve(gram(), targets[:, k], penalty) for k in range(4)], axis=1)
    np.testing.assert_allclose(together, alone)


def test_a_prior_of_nought_shuts_a_column_out():
    prior = np.array([1e6, 0.0, 1e6])
    found = linalg.solve(gram(), ROWS.T @ (ROWS @ BETA), linalg.penalties(1.0, prior))
    assert abs(found[1]) < 1e-9


def test_more_noise_means_wider_coefficients():
    narrow = linalg.covariance(gram(), linalg.penalties(0.1, ONES), 0.1)
    wide = linalg.covariance(gram(), linalg.penalties(0.4, ONES), 0.4)
    np.testing.assert_allclose(np.diag(wide), 4 * np.diag(narrow), rtol=1e-6)


def test_one_wild_value_does_not_move_the_robust_spread():
    shrinkage = RNG.normal(0, 2.0, 2001)
    assert abs(linalg.robust_sd(np.append(shrinkage, 1e9)) / linalg.robust_sd(shrinkage) - 1) < 0.01
    assert linalg.robust_sd(np.array([np.nan])) == 0.0


VALUES = st.one_of(st.floats(-1e6, 1e6), st.just(np.nan))


@given(arrays("float64", st.tuples(st.integers(1, 5), st.integers(1, 30)), elements=VALUES))
def test_medians_are_those_of_numpy_and_counts_those_of_what_is_there(periods):
    middle, known = row_medians(periods)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns of rows of gaps alone
        expected = np.nanmedian(periods, axis=1)
    np.testing.assert_allclose(middle, expected, rtol=1e-15)
    np.testing.assert_array_equal(known, (~np.isnan(periods)).sum(axis=1))
