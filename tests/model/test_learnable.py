from __future__ import annotations

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.model.learnable import Learnable, open_slots
from cloudtune.timegrid import STEPS
from tests.model.settings import setting

MONDAY = np.datetime64("2025-01-06T00:00:00", "s")


def business(days: int) -> tuple[Grid, np.ndarray]:
    grid = Grid.of(Timeline(MONDAY, days * 24, STEPS["1h"], "UTC"))
    weekday, hour = grid.weekday[grid.period], grid.slot
    return grid, np.where((weekday < 5) & (hour >= 9) & (hour < 17), 5.0, np.nan)


def test_nights_and_weekends_of_business_hours_are_closed():
    grid, values = business(60)
    hours = open_slots(grid, values)
    assert hours[:5, 9:17].all()
    assert hours.sum() == 5 * 8


def test_a_fortnight_is_too_short_to_tell():
    grid, values = business(14)
    assert open_slots(grid, values).all()


def test_a_series_with_gaps_now_and_then_is_always_open():
    grid, _ = business(60)
    values = np.ones(60 * 24)
    values[100:400] = np.nan
    assert open_slots(grid, values).all()


def plan_of_days(days: int):
    return setting(days).plan


def test_a_weekday_of_zeros_is_closed_and_not_learned_from():
    values = np.where(np.arange(70) % 7 == 6, 0.0, 5.0)
    found = Learnable.of(plan_of_days(70), values)
    assert found.open[:, 0].tolist() == [True] * 6 + [False]
    assert np.isnan(found.values[6::7]).all()


def test_zeros_of_a_quiet_series_close_nothing():
    values = np.where(np.arange(70) % 10 == 0, 5.0, 0.0)
    assert Learnable.of(plan_of_days(70), values).open.all()


def test_a_fortnight_of_nothing_before_a_busy_series_is_left_out():
    values = np.concatenate([np.zeros(20), np.full(40, 9.0)])
    assert Learnable.of(plan_of_days(60), values).begins == 20


def test_a_few_negative_values_are_odd_and_many_are_not():
    values = np.full(1000, 5.0)
    values[:3] = -1.0
    assert Learnable.of(plan_of_days(1000), values).odd == 3
    values[:30] = -1.0
    assert Learnable.of(plan_of_days(1000), values).odd == 0
