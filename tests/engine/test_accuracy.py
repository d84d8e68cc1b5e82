from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.engine.accuracy import needed_factor

NEEDED = st.lists(st.floats(0.05, 20), min_size=1, max_size=6)


def test_folds_that_agree_are_believed():
    assert needed_factor([3.0, 3.1, 2.9]) > 2.0
    assert needed_factor([0.5, 0.5, 0.52]) < 0.65


def test_folds_that_contradict_each_other_change_little():
    assert needed_factor([4.0, 0.5, 1.5]) == pytest.approx(1.0, abs=0.1)


def test_one_fold_changes_little():
    assert needed_factor([3.0]) < 1.2


def test_folds_that_hold_change_nothing():
    assert needed_factor([1.0, 1.0, 1.0]) == 1.0


@given(NEEDED)
def test_the_width_lies_between_none_and_what_folds_need(needed):
    assert min(1.0, *needed) - 1e-9 <= needed_factor(needed) <= max(1.0, *needed) + 1e-9


@given(NEEDED)
def test_the_order_of_folds_does_not_matter(needed):
    assert needed_factor(needed) == pytest.approx(needed_factor(needed[::-1]))
