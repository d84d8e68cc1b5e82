from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from cloudtune.model.plan import CustomSeason
from cloudtune.model.terms import LEVEL_TERMS, PROFILE_TERMS, columns_of
from tests.model.settings import setting

PAY = CustomSeason("pay-cycle", 14.0, 3)


@examples(max_examples=25)
@given(short=st.integers(410, 600), long=st.integers(601, 1200))
@pytest.mark.parametrize("terms", [LEVEL_TERMS, PROFILE_TERMS], ids=["level", "profile"])
def test_the_columns_of_a_slice_are_the_slice_of_the_columns(terms, short, long):
    head, whole = (columns_of(terms, setting(days, custom=(PAY,))) for days in (short, long))
    assert head.labels == whole.labels
    np.testing.assert_allclose(head.values, whole.values[:short], atol=1e-12)


def test_every_column_has_a_label_and_a_prior():
    found = columns_of(LEVEL_TERMS, setting(420, custom=(PAY,)))
    assert len(found.labels) == found.values.shape[1] == len(found.prior)
    assert {str(label) for label in found.labels} == {
        "season:weekly",
        "season:yearly",
        "season:monthly",
        "season:pay-cycle",
    }
    assert (found.prior > 0).all()


def test_what_the_spec_leaves_out_has_no_column():
    assert columns_of(LEVEL_TERMS, setting(500, seasons=())).labels == ()


@pytest.mark.parametrize(("days", "carried"), [(7, []), (30, ["weekly"]), (200, ["monthly", "weekly"])])
def test_a_season_waits_until_the_data_carries_it(days, carried):
    labels = columns_of(LEVEL_TERMS, setting(days)).labels
    assert sorted({label.name for label in labels}) == carried


def test_a_pay_cycle_comes_back_after_fourteen_days():
    values = columns_of(LEVEL_TERMS, setting(100, seasons=(), custom=(CustomSeason("pay", 14.0, 2),))).values
    np.testing.assert_allclose(values[:86], values[14:], atol=1e-9)
