from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.forecast import forecast
from cloudtune.errors import Refusal
from tests.engine import worlds


def codes_of(values, resolved=None, masked=None, days=30) -> list[str]:
    with pytest.raises(Refusal) as refused:
        forecast(worlds.cleaned(worlds.line(days), values, masked=masked), resolved or worlds.spec(), seed=1)
    assert all(problem.hint and problem.path for problem in refused.value.problems)
    return [problem.code for problem in refused.value.problems]


def test_a_series_without_values_is_refused():
    assert codes_of(np.full(720, np.nan)) == ["CT501"]


def test_a_series_that_is_all_masked_is_refused():
    assert codes_of(worlds.demand(worlds.line(30)), masked=np.ones(720, dtype=bool)) == ["CT501"]


def test_a_history_far_shorter_than_its_horizon_is_refused_with_what_is_needed():
    resolved = worlds.spec(granularities="{step: 1h, horizon: 2y}")
    assert codes_of(worlds.demand(worlds.line(30)), resolved) == ["CT502"]


def test_a_negative_series_can_not_be_multiplicative():
    values = worlds.demand(worlds.line(30)) - 100.0
    assert codes_of(values, worlds.spec(more="scale: multiplicative")) == ["CT504"]


def test_a_constant_series_stays_constant_and_says_so():
    timeline = worlds.line(60)
    outcome = forecast(worlds.cleaned(timeline, np.full(timeline.periods, 42.0)), worlds.spec(), seed=1)
    np.testing.assert_allclose(outcome.forecasts["1h"].median, 42.0, rtol=1e-3)
    assert any("constant" in warning for warning in outcome.warnings)


def test_zeros_stay_zeros():
    timeline = worlds.line(60)
    outcome = forecast(worlds.cleaned(timeline, np.zeros(timeline.periods)), worlds.spec(), seed=1)
    np.testing.assert_allclose(outcome.forecasts["1h"].median, 0.0, atol=1e-6)


@pytest.mark.parametrize("days", [1, 2, 5])
def test_a_series_shorter_than_a_week_gets_a_finite_forecast_with_a_warning(days):
    timeline = worlds.line(days)
    resolved = worlds.spec(granularities="{step: 1h, horizon: 2d}", horizon="1d")
    outcome = forecast(worlds.cleaned(timeline, worlds.demand(timeline)), resolved, seed=1)
    assert np.isfinite(outcome.forecasts["1h"].median).all()


def test_a_day_of_history_is_one_day():
    timeline = worlds.line(1)
    resolved = worlds.spec(granularities="{step: 1h, horizon: 14d}")
    with pytest.raises(Refusal, match=r" 1 day of history can't carry a forecast of 14 days"):
        forecast(worlds.cleaned(timeline, worlds.demand(timeline)), resolved, seed=1)


def test_days_without_any_level_leave_no_noise_to_draw_but_a_forecast():
    timeline = worlds.line(500)
    values = worlds.demand(timeline)
    values[24 * 30 :] = np.nan
    values[-1] = 3.0
    outcome = forecast(worlds.cleaned(timeline, values), worlds.spec(), seed=1)
    assert np.isfinite(outcome.forecasts["1h"].quantiles[0.9]).all()


def test_a_level_next_to_nothing_has_no_growth_to_tell():
    timeline = worlds.line(90)
    values = worlds.demand(timeline)
    values[-24 * 30 :] = 0.0
    outcome = forecast(worlds.cleaned(timeline, values), worlds.spec(), seed=1)
    assert np.isnan(outcome.trend.growth_a_year.value)
    assert "next to nothing" in next(fact.says for fact in outcome.ingredients if fact.name == "trend")


def test_a_series_around_nought_has_no_growth_to_tell():
    timeline = worlds.line(90)
    values = worlds.demand(timeline)
    outcome = forecast(worlds.cleaned(timeline, values - values.mean()), worlds.spec(), seed=1)
    assert np.isnan(outcome.trend.growth_a_year.value)
