from __future__ import annotations

import numpy as np

from cloudtune.suggest.detectors.recurring import find
from tests.suggest.builders import residuals, resolved, timeline


def on(line, *days, by=0.6):
    return sum(np.where(line.day == np.datetime64(day), by, 0.0) for day in days)


def rules(found):
    return [one.edits[0].item for one in found]


def test_weekday_of_a_month_is_recognised():
    line = timeline(1000)
    found = find(residuals(line, on(line, "2023-03-16", "2024-03-21", "2025-03-20")), resolved())
    assert rules(found) == [{"name": "third-thursday-of-march", "rule": "third thursday of march"}]


def test_date_is_recognised_with_its_length():
    line = timeline(1000)
    days = [f"{year}-08-{day}" for year in (2023, 2024, 2025) for day in (11, 12, 13)]
    found = find(residuals(line, on(line, *days)), resolved())
    assert rules(found) == [{"name": "11-august", "rule": "11 august", "duration": "72h"}]


def test_black_friday_is_called_so():
    line = timeline(800)
    found = find(residuals(line, on(line, "2023-11-24", "2024-11-29")), resolved())
    assert rules(found) == [{"name": "black-friday", "rule": "black friday"}]


def test_day_of_one_year_is_no_pattern():
    line = timeline(800)
    assert find(residuals(line, on(line, "2023-03-16")), resolved()) == []


def test_size_must_be_alike():
    line = timeline(1000)
    uneven = on(line, "2023-03-16", by=1.2) + on(line, "2024-03-21", "2025-03-20", by=0.2)
    assert find(residuals(line, uneven), resolved()) == []


def test_quiet_series_has_no_pattern():
    for seed in range(4):
        line = timeline(1000)
        assert find(residuals(line, seed=seed), resolved()) == []


def test_hot_days_of_a_hot_season_are_chance():
    rng = np.random.default_rng(3)
    line = timeline(1095)
    days = np.arange(line.periods) // 24
    summer = np.isin(line.local.astype("datetime64[M]").astype(int) % 12, (0, 1, 11))
    heat = np.repeat(rng.exponential(0.15, days.max() + 1), 24)[: line.periods] * summer
    assert find(residuals(line, heat), resolved()) == []
