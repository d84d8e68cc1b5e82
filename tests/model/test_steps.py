from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline
from cloudtune.model.changepoints import find_level_shifts
from cloudtune.model.columns import Columns
from cloudtune.model.fit import level_design
from cloudtune.model.grid import Grid
from cloudtune.model.level import LevelData
from cloudtune.model.links import LogLink
from cloudtune.model.occurrences import event_roles
from cloudtune.model.plan import GROWTHS, FitPlan
from cloudtune.timegrid import STEPS


def steps_of(level: np.ndarray) -> list[float]:
    periods = len(level)
    grid = Grid.of(Timeline(np.datetime64("2025-01-06", "s"), periods + 7, STEPS["1d"], "UTC"))
    plan = FitPlan(grid, (), (), (), None, (), GROWTHS, (), seek_changepoints=True, horizon=7)
    none = Columns.join([], grid.periods)
    design = level_design(plan, event_roles((), periods), periods, none)
    data = LevelData(level, np.ones(periods), np.zeros(periods, dtype=bool), 1, LogLink(1.0, 0.0))
    return [bend.age for bend in find_level_shifts(design, data)]


def noise(periods: int, sd: float = 0.02) -> np.ndarray:
    return np.random.default_rng(3).normal(0, sd, periods)


def test_a_sudden_lasting_change_is_found_on_its_day():
    level = noise(120)
    level[80:] += 0.4
    assert steps_of(level) == [pytest.approx(80, abs=1)]


def test_up_and_down_again_are_two_steps():
    level = noise(150)
    level[60:100] -= 0.5
    assert len(steps_of(level)) == 2


def test_a_slope_is_no_step():
    assert steps_of(noise(150) + np.arange(150) * 0.004) == []


def test_noise_has_no_steps():
    assert steps_of(noise(200, sd=0.1)) == []


def test_over_a_year_of_data_steps_are_left_to_the_yearly_waves():
    level = noise(500)
    level[400:] += 0.4
    assert steps_of(level) == []
