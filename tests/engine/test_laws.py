"""What holds of every forecast, whatever the series."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.engine.backtest import backtest, cutoffs, fold_points
from cloudtune.engine.forecast import forecast
from tests.engine import worlds

SCALES = ["multiplicative", "additive"]


def outcome_of(scale="auto", aggregate="sum", seed=1, growth=0.2, values=None, days=100):
    timeline = worlds.line(days)
    values = worlds.demand(timeline, growth=growth) if values is None else values
    resolved = worlds.spec(aggregate=aggregate, more=f"scale: {scale}")
    return forecast(worlds.cleaned(timeline, values, aggregate), resolved, seed=seed)


@pytest.mark.parametrize("scale", SCALES)
def test_ingredients_make_the_median(scale):
    outcome = outcome_of(scale)
    assert outcome.scale == scale
    join = np.prod if scale == "multiplicative" else np.sum
    for found in outcome.forecasts.values():
        parts = np.array(list(found.ingredients.values()))
        assert len(parts) >= 3
        np.testing.assert_allclose(join(parts, axis=0), found.median, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(("aggregate", "join"), [("sum", np.sum), ("mean", np.mean)])
def test_hours_make_their_days_exactly(aggregate, join):
    outcome = outcome_of(aggregate=aggregate)
    hours, days = outcome.forecasts["1h"], outcome.forecasts["1d"]
    for kind in ("mean", "median"):
        np.testing.assert_allclose(
            join(getattr(hours, kind).reshape(-1, 24), axis=1), getattr(days, kind), rtol=1e-9
        )


@settings(max_examples=8)
@given(noise=st.floats(0.0, 0.6), growth=st.floats(-1.0, 1.0), scale=st.sampled_from(["auto", *SCALES]))
def test_quantiles_nest(noise, growth, scale):
    timeline = worlds.line(60)
    values = worlds.demand(timeline, noise=noise, growth=growth)
    outcome = forecast(worlds.cleaned(timeline, values), worlds.spec(more=f"scale: {scale}"), seed=1)
    for found in outcome.forecasts.values():
        bands = np.array([found.quantiles[level] for level in sorted(found.quantiles)])
        assert np.isfinite(bands).all()
        assert (np.diff(bands, axis=0) >= -1e-9).all()
        if outcome.scale == "multiplicative":
            assert (bands >= 0).all()


def test_a_day_is_surer_than_its_hours():
    outcome = outcome_of()
    hours, days = outcome.forecasts["1h"], outcome.forecasts["1d"]
    summed = hours.quantiles[0.9].reshape(-1, 24).sum(axis=1)
    assert (days.quantiles[0.9] < summed).all()


def test_the_same_seed_gives_the_same_bits_and_another_gives_others():
    first, second, other = outcome_of(seed=1), outcome_of(seed=1), outcome_of(seed=2)
    for name, found in first.forecasts.items():
        assert np.array_equal(found.mean, second.forecasts[name].mean)
        for level, band in found.quantiles.items():
            assert np.array_equal(band, second.forecasts[name].quantiles[level])
    assert not np.array_equal(first.forecasts["1h"].quantiles[0.9], other.forecasts["1h"].quantiles[0.9])


def test_a_fold_sees_nothing_after_its_cutoff():
    timeline = worlds.line(100)
    values = worlds.demand(timeline)
    resolved = worlds.spec()
    honest = worlds.cleaned(timeline, values)
    cut = cutoffs(honest, resolved.spec.backtest.folds, fold_points(honest, resolved))[-1]
    changed = np.concatenate([values[:cut], 7.0 * values[cut:][::-1]])
    told, untold = (
        backtest(honest, resolved, 1)[-1],
        backtest(worlds.cleaned(timeline, changed), resolved, 1)[-1],
    )
    assert not np.array_equal(told.steps["1h"].actual, untold.steps["1h"].actual)
    for name, tested in told.steps.items():
        assert np.array_equal(tested.median, untold.steps[name].median)
        for level, band in tested.bands.items():
            assert np.array_equal(band, untold.steps[name].bands[level])


def test_values_inside_a_masked_window_change_no_forecast():
    timeline = worlds.line(100)
    values = worlds.demand(timeline)
    masked = np.zeros(values.size, dtype=bool)
    masked[1000:1030] = True
    wild = np.where(masked, 50.0 * values, values)
    plain = forecast(worlds.cleaned(timeline, values, masked=masked), worlds.spec(), seed=1)
    spoilt = forecast(worlds.cleaned(timeline, wild, masked=masked), worlds.spec(), seed=1)
    np.testing.assert_array_equal(plain.forecasts["1h"].median, spoilt.forecasts["1h"].median)


def test_a_multiplicative_forecast_follows_its_unit():
    timeline = worlds.line(100)
    values = worlds.demand(timeline)
    resolved = worlds.spec(more="scale: multiplicative")
    small = forecast(worlds.cleaned(timeline, values), resolved, seed=1)
    large = forecast(worlds.cleaned(timeline, 1000.0 * values), resolved, seed=1)
    np.testing.assert_allclose(large.forecasts["1h"].median, 1000.0 * small.forecasts["1h"].median, rtol=1e-6)


def test_gaps_are_lived_with():
    timeline = worlds.line(100)
    values = worlds.demand(timeline)
    holed = values.copy()
    holed[600:900] = np.nan
    found = forecast(worlds.cleaned(timeline, holed), worlds.spec(), seed=1).forecasts["1h"].median
    whole = forecast(worlds.cleaned(timeline, values), worlds.spec(), seed=1).forecasts["1h"].median
    assert np.abs(found / whole - 1).mean() < 0.03


def test_a_floor_and_a_ceiling_are_kept():
    timeline = worlds.line(100)
    values = worlds.demand(timeline)
    resolved = worlds.spec()
    series = resolved.spec.series.model_copy(update={"floor": 60.0, "ceiling": 200.0})
    bounded = replace(resolved, spec=resolved.spec.model_copy(update={"series": series}))
    found = forecast(worlds.cleaned(timeline, values), bounded, seed=1).forecasts["1h"]
    for path in (found.median, found.mean, *found.quantiles.values()):
        assert path.min() >= 60.0
        assert path.max() <= 200.0
