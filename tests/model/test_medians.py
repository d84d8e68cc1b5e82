from __future__ import annotations

import warnings

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cloudtune.model.linalg import row_medians

VALUES = st.one_of(st.floats(-1e6, 1e6), st.just(np.nan))


@given(arrays("float64", st.tuples(st.integers(1, 5), st.integers(1, 30)), elements=VALUES))
def test_medians_are_those_of_numpy_and_counts_those_of_what_is_there(periods):
    middle, known = row_medians(periods)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy warns of rows of gaps alone
        expected = np.nanmedian(periods, axis=1)
    np.testing.assert_allclose(middle, expected, rtol=1e-15)
    np.testing.assert_array_equal(known, (~np.isnan(periods)).sum(axis=1))
