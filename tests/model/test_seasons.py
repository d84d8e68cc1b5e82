from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.model.plan import CustomSeason, Seasons
from cloudtune.model.terms.seasons import level_seasons, profile_seasons, trend_columns
from cloudtune.timegrid import STEPS

ALL = Seasons(
    weekly=True, yearly=4, monthly=True, profile_yearly=2, custom=(CustomSeason("pay-cycle", 14.0, 3),)
)


def days(count: int) -> Grid:
    return Grid.of(Timeline(np.datetime64("2024-01-01", "s"), count, STEPS["1d"], "UTC"))


@settings(max_examples=25)
@given(short=st.integers(30, 400), long=st.integers(401, 1200))
@pytest.mark.parametrize("columns", [level_seasons, profile_seasons])
def test_the_columns_of_a_slice_are_the_slice_of_the_columns(columns, short, long):
    head, whole = columns(days(short), ALL), columns(days(long), ALL)
    assert head.labels == whole.labels
    np.testing.assert_allclose(head.values, whole.values[:short])


def test_every_column_has_a_label_and_a_prior():
    found = level_seasons(days(400), ALL)
    assert len(found.labels) == found.values.shape[1] == len(found.prior)
    assert set(found.labels) == {"season:weekly", "season:yearly", "season:monthly", "season:pay-cycle"}
    assert (found.prior > 0).all()


def test_what_the_spec_leaves_out_has_no_column():
    none = Seasons(weekly=False, yearly=0, monthly=False, profile_yearly=0)
    assert level_seasons(days(100), none).labels == ()


def test_a_pay_cycle_comes_back_after_fourteen_days():
    only = Seasons(
        weekly=False, yearly=0, monthly=False, profile_yearly=0, custom=(CustomSeason("pay", 14.0, 2),)
    )
    values = level_seasons(days(100), only).values
    np.testing.assert_allclose(values[:86], values[14:], atol=1e-9)


def test_a_hinge_is_flat_before_its_knot():
    found = trend_columns(days(100), np.array([40.0]), 99.0)
    hinge = found.values[:, 2]
    assert (hinge[:41] == 0).all()
    assert (np.diff(hinge[40:]) > 0).all()
