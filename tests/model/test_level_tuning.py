from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline
from cloudtune.model.columns import Columns
from cloudtune.model.fit import level_design
from cloudtune.model.grid import Grid
from cloudtune.model.level import LevelData, LevelDesign
from cloudtune.model.level_search import YOUNG_HEDGE, is_young, tune_level
from cloudtune.model.links import LogLink
from cloudtune.model.occurrences import event_roles
from cloudtune.model.plan import GROWTHS, FitPlan
from cloudtune.timegrid import STEPS


def designed(periods: int, ahead: int) -> LevelDesign:
    grid = Grid.of(Timeline(np.datetime64("2022-01-03", "s"), periods + ahead, STEPS["1d"], "UTC"))
    plan = FitPlan(grid, (), (), (), None, (), GROWTHS, (), seek_changepoints=True, horizon=ahead)
    return level_design(plan, event_roles((), periods), periods, Columns.join([], grid.periods))


def levels(values: np.ndarray) -> LevelData:
    periods = len(values)
    return LevelData(values, np.ones(periods), np.zeros(periods, dtype=bool), 1, LogLink(1.0, 0.0))


@pytest.mark.parametrize(("periods", "ahead", "young"), [(200, 90, True), (200, 14, False), (800, 90, False)])
def test_an_outlook_of_months_from_less_than_a_year_is_young(periods, ahead, young):
    assert is_young(designed(periods, ahead), periods, ahead) is young


def test_half_of_a_young_outlook_is_flat_even_where_the_past_has_only_risen():
    risen = np.linspace(0, 1, 200) + np.random.default_rng(1).normal(0, 0.01, 200)
    choice = tune_level(designed(200, 90), levels(risen), 90, GROWTHS)
    flat = sum(c.weight for c in choice.fit.candidates if c.growth == "flat")
    assert flat == pytest.approx(YOUNG_HEDGE, abs=0.1)
    assert sum(c.weight for c in choice.fit.candidates) == pytest.approx(1.0)


def test_a_level_that_wanders_is_carried_on_from_its_last_rows():
    steps = np.random.default_rng(4).normal(0, 0.05, 300)
    walk = 5 + np.cumsum(steps)
    fit = tune_level(designed(300, 14), levels(walk), 14, GROWTHS).fit
    assert fit.path()[300] == pytest.approx(walk[-3:].mean(), abs=0.1)


def test_errors_of_an_origin_are_those_of_an_average_that_it_had_no_say_in():
    values = 5 + np.cumsum(np.random.default_rng(9).normal(0, 0.05, 300))
    design = designed(300, 14)
    changed = values.copy()
    changed[297:] += 0.5  # only the last origin looks so far
    before = tune_level(design, levels(values), 14, GROWTHS)
    after = tune_level(design, levels(changed), 14, GROWTHS)
    assert before.fit.candidates != after.fit.candidates
    (_, plain), (_, moved) = before.fold_errors[0], after.fold_errors[0]
    np.testing.assert_allclose(moved[:11], plain[:11], atol=0.005)
    np.testing.assert_allclose(moved[11:] - plain[11:], 0.5, atol=0.005)
