from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cloudtune.data.series import Variable
from cloudtune.engine.projection import project
from tests.engine import worlds

DAYS, AHEAD = 28, 14
LINE = worlds.line(DAYS + AHEAD)
HOUR = np.arange(LINE.periods) % 24
SPEC = worlds.spec(granularities="{step: 1h, horizon: 14d}")


def error(truth: np.ndarray, variable: np.ndarray | None) -> float:
    """WAPE of the last two weeks."""
    known = DAYS * 24
    cleaned = worlds.cleaned(worlds.line(DAYS), truth[:known])
    if variable is not None:
        cleaned = replace(cleaned, variables=(Variable("x", variable, "shape", is_daily=False),))
    made = project(cleaned, SPEC, AHEAD * 24, 1).point
    return float(np.abs(made - truth[known:]).sum() / truth[known:].sum())


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_noise_that_is_called_a_variable_of_the_day_costs_next_to_nothing(seed):
    truth = worlds.demand(LINE, noise=0.05)
    noise = np.random.default_rng(seed).normal(size=LINE.periods)
    assert error(truth, noise) < 1.05 * error(truth, None)


def test_a_variable_that_bends_the_day_is_still_used():
    daily = np.random.default_rng(4).normal(size=DAYS + AHEAD)[np.arange(LINE.periods) // 24]
    truth = worlds.demand(LINE, noise=0.05) * np.exp(0.15 * daily * np.sin(HOUR / 24 * 2 * np.pi))
    assert error(truth, daily) < 0.85 * error(truth, None)
