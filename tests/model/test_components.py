from __future__ import annotations

import numpy as np
import pytest

from cloudtune.model.components import levels_given_profile, period_levels
from cloudtune.model.links import LogLink, RatioLink

LOG = LogLink(1.0, 0.0)
RATIO = RatioLink(1.0)
WEEKDAY = np.arange(21) % 7


def test_the_level_is_what_the_shape_leaves():
    shape = np.broadcast_to(np.array([0.5, -0.5, 0.0]), (21, 3))
    level, weight = levels_given_profile(shape + np.arange(21.0)[:, None], shape, LOG, WEEKDAY)
    np.testing.assert_allclose(level, np.arange(21.0))
    assert (weight == 1).all()


def test_half_a_day_is_enough_and_a_sliver_is_not():
    by_slot = np.ones((21, 10))
    by_slot[20, 5:] = np.nan
    by_slot[19, 1:] = np.nan
    level, weight = levels_given_profile(by_slot, np.zeros((21, 10)), LOG, WEEKDAY)
    assert level[20] == 1.0
    assert 0 < weight[20] < 1
    assert np.isnan(level[19])
    assert weight[19] == 0


def test_a_closed_day_is_low_and_finite():
    by_slot = np.ones((21, 4))
    by_slot[6] = 0.0
    level, _ = levels_given_profile(by_slot, np.ones((21, 4)), RATIO, WEEKDAY)
    assert level[6] == pytest.approx(np.log(0.01))


def test_a_day_under_an_event_takes_its_level_from_its_neighbours():
    by_slot = np.full((21, 4), 2.0)
    by_slot[10] = 5.0  # a sale all day
    hidden = np.zeros((21, 4), dtype=bool)
    hidden[10] = True
    level, weight = period_levels(by_slot, np.zeros((21, 4)), LOG, hidden, WEEKDAY)
    assert level[10] == pytest.approx(2.0)
    assert weight[10] == 0


def test_a_weekend_under_an_event_keeps_its_own_weekday():
    by_slot = np.where(WEEKDAY[:, None] >= 5, 1.0, 2.0) * np.ones((21, 4))
    hidden = np.zeros((21, 4), dtype=bool)
    hidden[12] = True  # a Saturday
    by_slot[12] = 9.0
    level, _ = period_levels(by_slot, np.zeros((21, 4)), LOG, hidden, WEEKDAY)
    assert level[12] == pytest.approx(1.0, abs=0.3)


def test_without_events_nothing_is_interpolated():
    by_slot = np.random.default_rng(0).normal(size=(21, 4))
    hidden = np.zeros((21, 4), dtype=bool)
    level, _ = period_levels(by_slot, np.zeros((21, 4)), LOG, hidden, WEEKDAY)
    np.testing.assert_allclose(level, by_slot.mean(axis=1))
