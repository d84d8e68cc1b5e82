"""What an hourly series has, a daily or weekly one has: closed days, counts, launches, its own scale."""

from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline
from cloudtune.engine.forecast import forecast
from cloudtune.timegrid import STEPS
from tests.engine import worlds

DAYS = 28
WEEK = np.array([1.0, 1.02, 1.05, 1.1, 1.2, 0.8, 0.7])


def outcome(
    values: np.ndarray, step: str = "1d", horizon: str = "28d", steps: tuple[str, ...] = (), more: str = ""
):
    timeline = Timeline(worlds.START, len(values), STEPS[step], "UTC")
    wanted = ", ".join(f"{{step: {name}, horizon: {horizon}}}" for name in (step, *steps))
    spec = worlds.spec(step=step, granularities=wanted, horizon=horizon, more=more)
    return forecast(worlds.cleaned(timeline, values), spec, seed=1)


def mean_of(values: np.ndarray, step: str = "1d", horizon: str = "28d") -> float:
    return float(outcome(values, step, horizon).forecasts[step].mean.mean())


def shop(days: int, seed: int = 1, growth: float = 0.0) -> np.ndarray:
    """A thousand a day with a week and 2% noise."""
    day = np.arange(days)
    noise = np.random.default_rng(seed).normal(0, 0.02, days)
    return 1000 * WEEK[day % 7] * np.exp(growth * day / 365 + noise)


@pytest.mark.parametrize("shut", [np.nan, 0.0], ids=["no rows", "zeros"])
@pytest.mark.parametrize("closed", [(5, 6), (0,)], ids=["weekends", "mondays"])
def test_a_weekday_without_business_is_closed_at_every_step(shut, closed):
    weekday = np.arange(364) % 7
    made = outcome(np.where(np.isin(weekday, closed), shut, shop(364)), steps=("1w",))
    days = made.forecasts["1d"]
    ahead = np.arange(DAYS) % 7
    for path in (days.median, days.mean, *days.quantiles.values()):
        assert (path[np.isin(ahead, closed)] == 0).all()
    week = 1000 * np.delete(WEEK, closed).sum()
    assert made.forecasts["1w"].median == pytest.approx(week, rel=0.05)


@pytest.mark.parametrize("rate", [0.3, 0.7, 1.5, 3.0])
@pytest.mark.parametrize("step", ["1d", "1w"])
def test_counts_that_come_by_chance_keep_their_mean(rate, step):
    counts = np.random.default_rng(7).poisson(rate, 400).astype(float)
    made = outcome(counts, step, "8w").forecasts[step]
    assert made.mean.mean() == pytest.approx(counts.mean(), rel=0.05)
    assert made.quantiles[0.9].mean() == pytest.approx(np.quantile(counts, 0.9), abs=1.0)


def test_counts_with_a_week_of_their_own_keep_it():
    usual = np.tile([1.0, 1.0, 1.2, 1.2, 1.5, 0.3, 0.2], 104) * 3
    made = outcome(np.random.default_rng(5).poisson(usual).astype(float)).forecasts["1d"].mean
    assert made.mean() == pytest.approx(usual.mean(), rel=0.15)
    assert made[4::7].mean() > 3 * made[6::7].mean()


@pytest.mark.parametrize("rate", [0.05, 0.2, 0.3])
def test_demand_on_scattered_days_is_forecast_at_its_mean_and_said_to_be(rate):
    random = np.random.default_rng(3)
    demand = np.where(random.random(730) < rate, 1 + random.poisson(3, 730), 0).astype(float)
    made = outcome(demand)
    assert made.forecasts["1d"].mean.mean() == pytest.approx(demand.mean(), rel=0.25)
    assert any("hold nothing" in warning for warning in made.warnings)


@pytest.mark.parametrize("waited", [60, 200, 400])
def test_a_launch_is_learned_from_its_first_day(waited):
    made = outcome(np.concatenate([np.zeros(waited), shop(63)]))
    assert made.forecasts["1d"].mean.mean() == pytest.approx(1000 * WEEK.mean(), rel=0.05)
    assert made.forecasts["1d"].quantiles[0.9].mean() < 1.2 * 1000 * WEEK.mean()
    assert any("Nothing but zeros came before" in warning for warning in made.warnings)


@pytest.mark.parametrize("bad", [-1.0, -500.0])
def test_one_negative_value_does_not_choose_the_scale(bad):
    values = shop(700, growth=0.8)
    values[300] = bad
    made = outcome(values)
    assert made.scale == "multiplicative"
    assert any("negative" in warning for warning in made.warnings)
    assert made.forecasts["1d"].median.mean() == pytest.approx(
        1000 * WEEK.mean() * np.exp(0.8 * 714 / 365), rel=0.05
    )


def test_a_daily_series_whose_year_is_a_sum_is_a_sum():
    day = np.arange(3 * 365)
    values = 1000 + 3 * day + 900 * np.sin(2 * np.pi * day / 365.2425)
    values += np.random.default_rng(2).normal(0, 20, day.size)
    assert outcome(values).scale == "additive"


@pytest.mark.parametrize(
    ("more", "error"), [("", 0.2), ("seasonality: [weekly, yearly]", 0.05)], ids=["auto", "declared"]
)
def test_a_year_that_was_seen_but_once_is_used(more, error):
    day = np.arange(396 + 300)
    truth = 1000 * WEEK[day % 7] * (1 + 0.5 * np.cos(2 * np.pi * (day - 195) / 365))
    seen = truth[:396] * np.exp(np.random.default_rng(1).normal(0, 0.02, 396))
    made = outcome(seen, horizon="300d", more=more).forecasts["1d"].median
    assert np.abs(made - truth[396:]).sum() / truth[396:].sum() < error


@pytest.mark.parametrize("rate", [0.4, 1.5, 3.0])
@pytest.mark.parametrize("step", ["1d", "1w"])
def test_quantiles_of_counts_are_counts(rate, step):
    counts = np.random.default_rng(17).poisson(rate, 200).astype(float)
    for path in outcome(counts, step, "8w").forecasts[step].quantiles.values():
        assert (path == np.round(path)).all()
