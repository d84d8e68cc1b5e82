from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.model.lift_design import LiftDesign

COLUMNS = 6
OCCURRENCE = st.lists(st.tuples(st.integers(0, 20), st.integers(0, COLUMNS - 1)), max_size=30)


def of(occurrences) -> tuple[LiftDesign, np.ndarray]:
    """A footprint, and the dense design that it stands for."""
    entries, dense = [], np.zeros((21, COLUMNS))
    for occurrence in occurrences:
        points, columns = np.array(occurrence, dtype="int64").reshape(-1, 2).T
        entries.append((points, columns))
        dense[points, columns] = 1.0
    return LiftDesign.of(entries, COLUMNS), dense


@given(st.lists(OCCURRENCE, max_size=4))
def test_editions_laid_over_each_other_count_once(occurrences):
    found, dense = of(occurrences)
    beta = np.arange(1.0, COLUMNS + 1)
    path = np.zeros(21)
    path[found.points] = found.path(beta)
    np.testing.assert_allclose(path, dense @ beta)
    np.testing.assert_allclose(found.counts, dense.sum(axis=0))


@given(st.lists(OCCURRENCE, max_size=4))
def test_normal_equations_are_those_of_the_dense_design(occurrences):
    found, dense = of(occurrences)
    values = np.random.default_rng(1).normal(size=21)
    np.testing.assert_allclose(found.gram, dense.T @ dense)
    np.testing.assert_allclose(found.sums(values[found.points]), dense.T @ values, atol=1e-12)


@given(st.lists(OCCURRENCE, min_size=1, max_size=3), st.integers(0, 21))
def test_only_the_wanted_points_are_left(occurrences, end):
    found, dense = of(occurrences)
    head = found.only(found.points < end)
    np.testing.assert_array_equal(head.points, found.points[found.points < end])
    np.testing.assert_allclose(head.gram, dense[:end].T @ dense[:end])


def test_first_columns_keep_their_points():
    found, dense = of([[(3, 0), (3, 4), (5, 1)]])
    first = found.first_columns(2)
    np.testing.assert_array_equal(first.points, found.points)
    np.testing.assert_allclose(first.counts, dense[:, :2].sum(axis=0))
