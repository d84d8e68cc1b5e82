"""A dip with recovery is one window; a lasting step stays a level shift; a quiet series has neither."""

from __future__ import annotations

import numpy as np
import pytest

from cloudtune.suggest.propose import propose
from tests.engine import worlds

YEARS = 4
WEEK = np.array([1.0, 1.02, 1.05, 1.1, 1.2, 0.8, 0.7])


def demand(seed, wave=0.2, years=YEARS):
    timeline = worlds.line(round(365.25 * years), "1d")
    day = np.arange(timeline.periods)
    noise = np.random.default_rng(seed).normal(0, 0.03, day.size)
    season = 1 + wave * np.cos(2 * np.pi * (day - 40) / 365.25)
    return timeline, 1000 * WEEK[day % 7] * season * np.exp(noise)


def proposals(timeline, values):
    spec = worlds.spec("1d", "{step: 1d, horizon: 28d}", horizon="28d")
    found = propose(worlds.cleaned(timeline, values), spec)
    return [one for one in found if one.kind in {"outlier", "level-shift", "slope-break"}]


def dip(periods, start, low, floor, rising):
    shape = np.ones(periods)
    shape[start : start + low] = floor
    back = min(rising, periods - start - low)
    shape[start + low : start + low + back] = np.linspace(floor, 1, rising)[:back]
    return shape


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(
    ("start", "low", "floor", "rising"),
    [(1010, 70, 0.2, 120), (760, 35, 0.5, 60), (900, 120, 0.4, 10), (420, 90, 0.35, 90)],
)
def test_a_dip_with_recovery_is_one_window(seed, start, low, floor, rising):
    timeline, values = demand(seed)
    start += 23 * seed
    (found,) = proposals(timeline, values * dip(timeline.periods, start, low, floor, rising))
    assert found.kind == "outlier"
    first = (found.start - timeline.start) / np.timedelta64(1, "D")
    last = (found.end - timeline.start) / np.timedelta64(1, "D")
    assert abs(first - start) <= 3
    assert start + low + 0.7 * rising - 7 <= last <= start + low + rising + 28


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize(("at", "factor"), [(1010, 0.5), (730, 0.6), (550, 0.4), (900, 1.8)])
def test_a_lasting_step_is_no_dip(seed, at, factor):
    timeline, values = demand(seed)
    values[at:] *= factor
    found = proposals(timeline, values)
    assert "level-shift" in {one.kind for one in found}
    assert not [one for one in found if one.kind == "outlier" and len(one.dates) > 14]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("wave", [0.1, 0.6])
@pytest.mark.parametrize("years", [2.2, 3])
def test_a_quiet_series_has_no_dip(seed, wave, years):
    assert proposals(*demand(seed, wave, years)) == []
