from __future__ import annotations

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.model.learnable import open_slots
from cloudtune.timegrid import STEPS

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
