from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.forecast import forecast
from tests.engine import worlds


def counts(days=120, rate=4.0):
    """A shop that sells a few a hour from eight to eight, nothing by night."""
    timeline = worlds.line(days)
    hour = worlds.hours_of(timeline) % 24
    by_day = (hour >= 8) & (hour < 20)
    random = np.random.default_rng(11)
    return timeline, np.where(by_day, random.poisson(rate, timeline.periods), 0.0)


@pytest.mark.parametrize("step", ["1h", "1d"])
def test_bounds_of_counts_hold(step):
    timeline, values = counts()
    ahead = 14 * 24
    past = worlds.cleaned(timeline.head(timeline.periods - ahead), values[:-ahead])
    made = forecast(past, worlds.spec(), seed=1).forecasts[step]
    actual = values[-ahead:].reshape(len(made.median), -1).sum(axis=1)
    held = (made.quantiles[0.1] <= actual) & (actual <= made.quantiles[0.9])
    assert held.mean() > 0.6


def test_an_hour_without_any_sale_has_no_lower_bound_above_nothing():
    timeline, values = counts(rate=0.3)
    low = forecast(worlds.cleaned(timeline, values), worlds.spec(), seed=1).forecasts["1h"].quantiles[0.1]
    assert low.max() == 0.0
