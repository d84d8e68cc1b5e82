from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.forecast import forecast
from cloudtune.engine.inputs import plan_of
from cloudtune.model.sparse import has_no_pattern
from tests.engine import worlds

LINE = worlds.line(200)
HOUR = np.arange(LINE.periods)
DAY = HOUR // 24


def judged(values: np.ndarray, more: str = "") -> bool:
    cleaned = worlds.cleaned(LINE, values)
    return has_no_pattern(plan_of(cleaned, worlds.spec(more=more), 24), cleaned.usable)


def test_a_spike_every_thousand_hours_is_forecast_at_its_mean_and_said_to_be():
    values = np.where(HOUR % 1000 == 500, 480.0, 0.0)
    outcome = forecast(worlds.cleaned(LINE, values), worlds.spec(), seed=1)
    assert outcome.forecasts["1h"].median == pytest.approx(values.mean(), rel=1e-3)
    assert outcome.forecasts["1d"].median == pytest.approx(24 * values.mean(), rel=1e-3)
    assert any("hold nothing" in warning for warning in outcome.warnings)


def test_most_hours_of_a_sparse_series_lie_within_its_interval():
    values = np.where(HOUR % 1000 == 500, 480.0, 0.0)
    outcome = forecast(worlds.cleaned(LINE, values), worlds.spec(), seed=1)
    rows = [row for row in outcome.accuracy if row.step == "1h"]
    assert min(row.coverage for row in rows) > 0.9


@pytest.mark.parametrize(
    "busy",
    [DAY >= 0, DAY % 7 == 0, DAY > 140, (DAY // 30) % 2 == 0],
    ids=["every day", "mondays", "a young product", "months by turns"],
)
def test_a_series_with_a_pattern_is_not_sparse(busy):
    assert not judged(np.where(busy, worlds.demand(LINE), 0.0))


def test_sales_on_declared_days_alone_are_no_chance():
    days = (12, 57, 103, 160)
    occurrences = ", ".join(f"{{start: {np.datetime64('2025-01-06') + day}, duration: 24h}}" for day in days)
    values = np.where(np.isin(DAY, days), 100.0, 0.0)
    assert judged(values)
    assert not judged(values, f"events: [{{name: sale, occurrences: [{occurrences}]}}]")


def test_a_series_of_nothing_at_all_is_not_sparse():
    assert not judged(np.zeros(LINE.periods))
