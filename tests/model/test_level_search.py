from __future__ import annotations

import numpy as np
import pytest

from cloudtune.model import linalg
from cloudtune.model.level import DRIFTS, FOREVER, LevelDesign, recency_weight
from cloudtune.model.level_search import (
    YOUNG_HEDGE,
    LevelSearch,
    LevelTrials,
    is_young,
    level_origins,
    tune_level,
)
from cloudtune.model.plan import GROWTHS
from tests.model.settings import levels, setting

PERIODS, AHEAD, ORIGINS = 500, 30, (300, 360, 420)
RECENCIES = (FOREVER, 120.0, 20.0)


@pytest.fixture(scope="module")
def trials() -> LevelTrials:
    design = LevelDesign.of(setting(PERIODS, AHEAD))
    random = np.random.default_rng(2)
    values = 5 + 0.3 * np.sin(np.arange(PERIODS) / 7) + random.normal(0, 0.05, PERIODS)
    weight = (random.random(PERIODS) > 0.1).astype("float64")
    data = levels(np.where(weight > 0, values, 0.0), weight)
    return LevelTrials.of(design, data, 0.003, LevelSearch((0.0, 0.2), RECENCIES, GROWTHS, DRIFTS), ORIGINS)


@pytest.mark.parametrize("recency", RECENCIES)
@pytest.mark.parametrize("end", [*ORIGINS, PERIODS])
def test_normal_equations_of_a_longer_past_are_those_of_all_its_periods(trials, recency, end):
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
    data = levels(changed, trials.data.weight)
    other = LevelTrials.of(trials.design, data, trials.noise, trials.search, ORIGINS)
    np.testing.assert_array_equal(other.forecasts(300, 330), trials.forecasts(300, 330))


def test_each_row_of_targets_is_solved_with_its_own_penalty(trials):
    gram, target = trials.normals[FOREVER, PERIODS]
    penalties = trials.penalties(PERIODS)
    together = linalg.solve_each(gram, np.stack([target, 2 * target]), penalties)
    for k, times in enumerate((1.0, 2.0)):
        np.testing.assert_allclose(together[k], linalg.solve(gram, times * target, penalties[k]), rtol=1e-9)


def designed(periods: int, ahead: int) -> LevelDesign:
    return LevelDesign.of(setting(periods, ahead))


@pytest.mark.parametrize(("periods", "ahead", "young"), [(200, 90, True), (200, 14, False), (800, 90, False)])
def test_an_outlook_of_months_from_less_than_a_year_is_young(periods, ahead, young):
    assert is_young(designed(periods, ahead), periods, ahead) is young


def test_half_of_a_young_outlook_is_flat_even_where_the_past_has_only_risen():
    risen = np.linspace(0, 1, 200) + np.random.default_rng(1).normal(0, 0.01, 200)
    choice = tune_level(designed(200, 90), levels(risen), 90, GROWTHS)
    flat = sum(c.weight for c in choice.fit.candidates if c.growth == "flat")
    assert flat == pytest.approx(YOUNG_HEDGE, abs=0.1)
    assert sum(c.weight for c in choice.fit.candidates) == pytest.approx(1.0)


def test_a_level_that_wanders_is_carried_on_from_its_last_periods():
    steps = np.random.default_rng(4).normal(0, 0.05, 300)
    walk = 5 + np.cumsum(steps)
    fit = tune_level(designed(300, 14), levels(walk), 14, GROWTHS).fit
    assert fit.path()[300] == pytest.approx(walk[-3:].mean(), abs=0.1)


def test_errors_of_an_origin_are_those_of_an_average_that_it_had_no_say_in():
    values = 5 + np.cumsum(np.random.default_rng(9).normal(0, 0.05, 300))
    design = designed(300, 14)
    changed = values.copy()
    origins = level_origins(design, levels(values), 14)
    seen = origins[1] + 14 - origins[0]
    changed[origins[0] + seen :] += 0.5  # only the last origin looks so far
    before = tune_level(design, levels(values), 14, GROWTHS)
    after = tune_level(design, levels(changed), 14, GROWTHS)
    assert before.fit.candidates != after.fit.candidates
    plain, moved = before.folds[0].error, after.folds[0].error
    np.testing.assert_allclose(moved[:seen], plain[:seen], atol=0.005)
    np.testing.assert_allclose(moved[seen:] - plain[seen:], 0.5, atol=0.005)
