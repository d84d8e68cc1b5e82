from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cloudtune.engine.intervals import ranked

LEVELS = [0.0, 0.025, 0.1, 0.5, 0.9, 0.999, 1.0]
FINITE = st.floats(-1e9, 1e9)


@given(arrays("float64", st.tuples(st.integers(1, 40), st.integers(1, 5)), elements=FINITE))
def test_ranks_are_those_of_numpy_to_the_last_bit(paths):
    np.testing.assert_array_equal(ranked(paths, LEVELS), np.quantile(paths, LEVELS, axis=0))
