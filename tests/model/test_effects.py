from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.model.effects import Factors, Summands

KINDS = pytest.mark.parametrize("effects", [Factors(), Summands()], ids=["factors", "summands"])
SIZES = st.floats(0.01, 1e6)


@KINDS
@given(value=SIZES, effect=SIZES)
def test_what_is_undone_was_never_applied(effects, value, effect):
    after = effects.apply(np.array([value]), np.array([effect]))
    assert effects.undo(after, np.array([effect])) == pytest.approx(value, rel=1e-6, abs=1e-6)


@KINDS
@given(before=SIZES, after=SIZES)
def test_the_effect_between_two_paths_leads_from_one_to_the_other(effects, before, after):
    first, last = np.array([before]), np.array([after])
    for between in (effects.between(first, last), effects.exact(first, last)):
        assert effects.apply(first, between) == pytest.approx(after, rel=1e-6, abs=1e-6)


@KINDS
def test_the_neutral_effect_changes_nothing(effects):
    value = np.array([0.0, 3.0, 250.0])
    np.testing.assert_array_equal(effects.apply(value, np.full(3, effects.neutral)), value)
    np.testing.assert_array_equal(
        effects.with_noise(value, np.full(3, effects.neutral), effects.neutral, 24), value
    )


@KINDS
def test_quantiles_are_moved_to_the_point_and_keep_their_order(effects):
    quantiles, point = np.array([[8.0], [10.0], [13.0]]), np.array([11.0])
    moved = effects.recentred(quantiles, quantiles[1], point)
    assert moved[1] == pytest.approx(11.0, rel=0.01)
    assert (np.diff(moved, axis=0) > 0).all()
