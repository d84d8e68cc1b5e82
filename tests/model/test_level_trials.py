from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline
from cloudtune.model import linalg
from cloudtune.model.columns import Columns
from cloudtune.model.fit import level_design
from cloudtune.model.grid import Grid
from cloudtune.model.level import DRIFTS, FOREVER, LevelData, recency_weight
from cloudtune.model.level_search import LevelSearch, LevelTrials
from cloudtune.model.links import LogLink
from cloudtune.model.occurrences import event_roles
from cloudtune.model.plan import GROWTHS, FitPlan
from cloudtune.timegrid import STEPS

ROWS, AHEAD, ORIGINS = 500, 30, (300, 360, 420)
RECENCIES = (FOREVER, 120.0, 20.0)


@pytest.fixture(scope="module")
def trials() -> LevelTrials:
    grid = Grid.of(Timeline(np.datetime64("2024-01-01", "s"), ROWS + AHEAD, STEPS["1d"], "UTC"))
    plan = FitPlan(grid, (), (), (), None, (), GROWTHS, (), seek_changepoints=True, horizon=AHEAD)
    design = level_design(plan, event_roles((), ROWS), ROWS, Columns.join([], grid.periods))
    random = np.random.default_rng(2)
    values = 5 + 0.3 * np.sin(np.arange(ROWS) / 7) + random.normal(0, 0.05, ROWS)
    weight = (random.random(ROWS) > 0.1).astype("float64")
    data = LevelData(np.where(weight > 0, values, 0.0), weight, weight < 0, 1, LogLink(1.0, 0.0))
    return LevelTrials.of(design, data, 0.003, LevelSearch((0.0, 0.2), RECENCIES, GROWTHS, DRIFTS), ORIGINS)


@pytest.mark.parametrize("recency", RECENCIES)
@pytest.mark.parametrize("end", [*ORIGINS, ROWS])
def test_normal_equations_of_a_longer_past_are_those_of_all_its_rows(trials, recency, end):
    data, age = trials.data.between(0, end), trials.design.grid.age[:end]
    periods = trials.design.all[:end]
    weighted = periods * recency_weight(data, age, recency)[:, None]
    gram, target = trials.normals[recency, end]
    np.testing.assert_allclose(gram, weighted.T @ periods, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(target, weighted.T @ data.values, rtol=1e-9, atol=1e-9)


def test_every_candidate_has_a_forecast_in_the_order_of_the_keys(trials):
    made = trials.forecasts(300, 330)
    keys = trials.search.keys
    assert made.shape == (len(keys), 30)
    still = [k for k, key in enumerate(keys) if key[2] == "flat" and key[3].decay == 0]
    weekly = made[still, 7:] - made[still, :-7]
    # Weekdays, days of the month and no trend: a week later all but the month is the same.
    assert np.abs(weekly).max() < np.abs(made[:, 7:] - made[:, :-7]).max()


def test_what_comes_after_an_origin_does_not_change_its_forecasts(trials):
    changed = trials.data.values.copy()
    changed[300:] += 3.0
    data = LevelData(changed, trials.data.weight, trials.data.exempt, 1, LogLink(1.0, 0.0))
    other = LevelTrials.of(trials.design, data, trials.noise, trials.search, ORIGINS)
    np.testing.assert_array_equal(other.forecasts(300, 330), trials.forecasts(300, 330))


def test_each_row_of_targets_is_solved_with_its_own_penalty(trials):
    gram, target = trials.normals[FOREVER, ROWS]
    penalties = trials.penalties(ROWS)
    together = linalg.solve_each(gram, np.stack([target, 2 * target]), penalties)
    for k, times in enumerate((1.0, 2.0)):
        np.testing.assert_allclose(together[k], linalg.solve(gram, times * target, penalties[k]), rtol=1e-9)
