from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.forecast import forecast
from tests.engine import worlds


@pytest.mark.parametrize(
    ("curve", "scale"),
    [
        (lambda trend, wave: trend + 400 * wave, "additive"),
        (lambda trend, wave: trend * np.exp(0.4 * wave), "multiplicative"),
    ],
)
def test_the_scale_is_what_the_curve_of_the_day_does_while_the_level_doubles(curve, scale):
    timeline = worlds.line(100)
    hours = np.arange(timeline.periods)
    trend, wave = 1000 * (1 + hours / len(hours)), np.sin(2 * np.pi * hours / 24)
    values = curve(trend, wave) + np.random.default_rng(3).normal(0, 20, len(hours))
    assert forecast(worlds.cleaned(timeline, values), worlds.spec(), seed=1).scale == scale


def test_a_series_below_nought_is_a_sum():
    timeline = worlds.line(60)
    values = 10 * np.sin(2 * np.pi * np.arange(timeline.periods) / 24)
    assert forecast(worlds.cleaned(timeline, values), worlds.spec(), seed=1).scale == "additive"
