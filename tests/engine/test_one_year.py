"""A strong year seen once draws a caution; two years, a flat one or a declared season do not."""

from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.forecast import forecast
from tests.engine import worlds

SAID = "One year can't tell a season from a trend"


def cautioned(days, seed, wave=0.0, growth=0.0, horizon=200, more="", known_from=0):
    timeline = worlds.line(days, "1d")
    day = np.arange(days)
    noise = np.random.default_rng(seed).normal(0, 0.04, days)
    season = 1 + wave * np.cos(2 * np.pi * (day - 90 * seed) / 365.25)
    values = 1000 * (1 - 0.3 * (day % 7 >= 5)) * season * np.exp(growth * day / 365.25 + noise)
    values[:known_from] = np.nan
    spec = worlds.spec("1d", f"{{step: 1d, horizon: {horizon}d}}", horizon="28d", more=more)
    return any(SAID in one for one in forecast(worlds.cleaned(timeline, values), spec).warnings)


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("days", "wave", "growth"), [(340, 0.3, 0), (396, 0.5, 0), (600, 0.4, 0), (396, 0, 0.8)]
)
def test_a_swing_seen_once_is_cautioned(days, wave, growth, seed):
    assert cautioned(days, seed, wave, growth)


@pytest.mark.parametrize("seed", range(2))
def test_flat_years_two_years_and_short_horizons_are_not(seed):
    assert not cautioned(396, seed)
    assert not cautioned(760, seed, wave=0.5)
    assert not cautioned(396, seed, wave=0.5, horizon=28)


def test_a_declared_year_is_not():
    assert not cautioned(396, 1, wave=0.5, more="seasonality: [weekly, yearly]")
