from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from cloudtune.sample.catalog import MARKETS
from cloudtune.sample.simulate import expected, instants, realised, without
from cloudtune.sample.world import TrueOccurrence

MARKET = replace(MARKETS[0], occurrences=(), slope_break=None, level_shift=None)


def _at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _day(text: str, days: int = 1) -> np.ndarray:
    return instants(MARKET, _at(text), _at(text) + timedelta(days=days))


def test_a_long_day_has_25_hours():
    assert len(_day("2025-11-02")) == 25 * 60


def test_evening_is_the_peak_and_night_the_trough():
    mean = expected(MARKET, _day("2025-02-04"))
    assert 19 * 60 < mean.argmax() < 21 * 60
    assert 3 * 60 < mean.argmin() < 5 * 60
    assert mean.max() / mean.min() > 5


def test_growth_a_year_is_what_the_market_says():
    before, after = (expected(MARKET, _day(day, 7)).sum() for day in ("2025-02-03", "2026-02-02"))
    assert abs(after / before - (1 + MARKET.growth)) < 0.01


def test_an_edition_lifts_its_window_by_its_size():
    sale = TrueOccurrence("sale", "sale", _at("2025-03-04"), 24, 2.0)
    market = replace(MARKET, occurrences=(sale,))
    utc = _day("2025-03-04")
    lift = expected(market, utc).sum() / expected(without(market, sale), utc).sum()
    assert 1.8 < lift < 2.2


def test_a_sold_out_launch_falls_at_once():
    launch = TrueOccurrence("launch", "launch", _at("2025-03-04T09:00"), 2, 8.0, sells_out=10)
    mean = expected(replace(MARKET, occurrences=(launch,)), _day("2025-03-04"))
    assert mean[540] > 6 * mean[539]
    assert mean[549] > 2 * mean[550]


def test_chance_is_counted_and_centred():
    utc = _day("2025-02-03", 28)
    mean = expected(MARKET, utc)
    values = realised(MARKET, mean, np.random.default_rng(1))
    assert (values == np.rint(values)).all()
    assert abs(values.sum() / mean.sum() - 1) < 0.05
    assert values.std() > 0
