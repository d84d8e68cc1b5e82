"""A month can be sharp where the data says so: first and last days, paydays, last weekdays."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine import worlds
from tests.engine.test_every_step import WEEK, outcome

AHEAD = 63
START = worlds.START.astype("datetime64[D]")


def peaks(kind: str, days: np.ndarray) -> np.ndarray:
    """What each day's usual value is multiplied by."""
    month = days.astype("datetime64[M]")
    first, last = month.astype("datetime64[D]"), (month + 1).astype("datetime64[D]") - 1
    friday = [day - np.maximum((day.astype("int64") + 3) % 7 - 4, 0) for day in (last, first + 24)]
    return {
        "first and last": np.where(days == first, 2.0, 1.0) * np.where(days == last, 1.6, 1.0),
        "last weekday": np.where(days == friday[0], 1.8, 1.0),
        "payday or weekday before": np.where(days == friday[1], 1.5, 1.0),
        "a quiet 15th": np.where(days == first + 14, 0.5, 1.0),
        "none": np.ones(len(days)),
    }[kind]


@pytest.mark.parametrize(
    "kind", ["first and last", "last weekday", "payday or weekday before", "a quiet 15th", "none"]
)
@pytest.mark.parametrize(("seed", "size", "noise"), [(1, 1095, 0.005), (2, 400, 0.03), (3, 250, 0.03)])
def test_every_day_of_the_months_ahead_is_right(kind, seed, size, noise):
    days = START + np.arange(size + AHEAD)
    truth = 1000 * WEEK[(days.astype("int64") + 3) % 7] * peaks(kind, days)
    seen = truth[:size] * np.exp(np.random.default_rng(seed).normal(0, noise, size))
    made = outcome(seen, horizon=f"{AHEAD}d").forecasts["1d"].median
    assert np.abs(made / truth[size:] - 1).max() < 0.06


def test_one_outlier_a_month_on_different_days_makes_no_season():
    random = np.random.default_rng(5)
    values = 1000 * np.exp(random.normal(0, 0.03, 700))
    values[random.integers(0, 30, 23) + 30 * np.arange(23)] *= 2
    made = outcome(values, horizon="63d").forecasts["1d"].median
    assert np.ptp(made) < 0.1 * made.mean()
