"""Journeys, rates, profiles and mixes of a game day."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from cloudtune.errors import Refusal
from cloudtune.plan.gameday.journeys import Call, Journey, calls_by_name, starts
from cloudtune.plan.gameday.profile import (
    Profile,
    arrivals,
    by_minute,
    check_rate,
    compressed,
    nearest_path,
    net_of,
    ramped,
    segments,
)
from cloudtune.plan.gameday.rehearsal import Mix, Products
from tests.plan.rehearsals import BROWSE, BUY, JOURNEYS, MIXES, rehearsal

rates_of = hnp.arrays("float64", st.integers(1, 60), elements=st.floats(0, 5000))


def test_a_chain_reaches_its_last_call_as_often_as_its_chances_say():
    assert BUY.reach.tolist() == [1.0, 1.0, 1.0, 0.6]
    assert BUY.calls_each == pytest.approx(3.6)
    assert BROWSE.calls_each == 4.0


def test_checkouts_are_the_orders_and_all_calls_are_the_traffic():
    traffic, orders = np.array([1000.0, 2000.0]), np.array([60.0, 90.0])
    rates = starts(JOURNEYS, traffic, {"us-orders": orders})
    calls = calls_by_name(JOURNEYS, rates)
    assert calls["checkout"] == pytest.approx(orders)
    assert sum(calls.values()) == pytest.approx(traffic)
    rest = traffic - 3.6 * orders / 0.6
    assert rates[1] * BROWSE.calls_each == pytest.approx(0.8 * rest)


def test_a_mix_that_contradicts_the_forecasts_is_refused_with_the_figure():
    with pytest.raises(Refusal, match=r"make 1,200 calls in step 1 .* has 1,000"):
        starts(JOURNEYS, np.array([1000.0, 1000.0]), {"us-orders": np.array([60.0, 200.0])})


def test_long_thinks_keep_more_customers_under_way():
    slow = Journey("slow", (Call("a"), Call("b")), think_seconds=60)
    quick = Journey("quick", (Call("a"), Call("b")), think_seconds=1)
    assert slow.seconds_p95 > 2 * 60
    assert quick.seconds_p95 < 10


def test_the_path_taken_is_the_one_nearest_to_the_quantile():
    peaks = np.array([5.0, 1.0, 9.0, 3.0])
    assert nearest_path(peaks, 1.0) == 2
    assert nearest_path(peaks, 0.0) == 1
    assert nearest_path(peaks, None) == 0


@given(hnp.arrays("float64", (2, 30), elements=st.floats(0, 300)))
def test_whole_counts_lose_less_than_one_journey(rates):
    profile = Profile(("a", "b"), rates)
    assert (np.abs(profile.counts.sum(axis=1) - rates.sum(axis=1)) < 1 + 1e-6).all()
    assert (profile.counts >= 0).all()


@given(rates_of, st.sampled_from([1, 60]))
def test_segments_keep_length_and_total(rates, unit):
    found = segments(rates, unit)
    assert sum(segment.minutes for segment in found) == len(rates)
    total = sum(segment.minutes * segment.rate for segment in found) / unit
    assert total == pytest.approx(rates.sum(), abs=max(s.minutes for s in found) / unit + 1e-6)


def test_a_sharp_edge_stays_sharp_and_a_plateau_is_one_step():
    found = segments(np.array([300.0] * 30 + [3300.0] * 2 + [3182.0]))
    assert [(s.minutes, s.rate) for s in found] == [(30, 300), (2, 3300), (1, 3182)]


def test_two_hours_of_a_smooth_evening_need_few_segments():
    rates = 1000 + 600 * np.sin(np.arange(120) / 60)
    found = segments(rates)
    assert len(found) < 60
    assert sum(s.minutes * s.rate for s in found) == pytest.approx(rates.sum(), rel=1e-4)


def test_live_traffic_and_the_rehearsal_together_are_the_plan():
    planned = np.array([100.0, 200.0, 0.0, 50.0])
    live = np.array([40.0, 300.0, 10.0, 0.0])
    rates = np.stack([planned * 0.25, planned * 0.75])
    assert net_of(rates, planned, live).sum(axis=0).tolist() == [60.0, 0.0, 0.0, 50.0]


def test_compressing_keeps_the_rates_and_shortens_the_time():
    rates = np.array([[1.0, 3.0, 10.0, 10.0, 8.0]])
    assert compressed(rates, 2).tolist() == [[2.0, 10.0, 8.0]]
    assert compressed(rates, 1) is rates


def test_steps_of_five_minutes_are_spread_over_their_minutes():
    assert by_minute(np.array([[50.0, 100.0]]), 5).tolist() == [[10.0] * 5 + [20.0] * 5]


def test_the_ramp_rises_to_the_first_rate_and_holds_it():
    profile = ramped(Profile(("a",), np.array([[100.0, 500.0]])), ramp=4, hold=2)
    assert profile.rates.tolist() == [[12.5, 37.5, 62.5, 87.5, 100.0, 100.0, 100.0, 500.0]]
    assert profile.ramp == 6


def test_the_hard_limit_is_refused_with_the_scale_that_would_fit():
    with pytest.raises(Refusal, match="reaches 2,000 calls a minute, above `max_rate` of 1,500") as caught:
        check_rate(Profile(("a",), np.array([[500.0]])), np.array([4.0]), 1500)
    assert "75%" in caught.value.problems[0].hint


def test_arrivals_are_even_inside_a_minute():
    assert arrivals(np.array([2, 0, 1])).tolist() == [15.0, 45.0, 150.0]


def test_the_mix_changes_within_the_event():
    products = Products(MIXES)
    shares = products.at(4)
    assert products.names == ("books", "console", "fashion")
    assert shares[:, 1].tolist() == [0.35, 0.15, 0.5]
    assert shares[:, 2].tolist() == [0.2, 0.8, 0.0]


def test_few_items_are_what_most_customers_look_at():
    assert Products((Mix(0, (("a", 1.0),)),), items=1000, skew=1.0).top_share(10) == pytest.approx(
        0.39, abs=0.01
    )
    assert Products((Mix(0, (("a", 1.0),)),), items=1000, skew=0.0).top_share(10) == pytest.approx(0.01)


def test_customers_under_way_follow_littles_law():
    one = rehearsal()
    for k, journey in enumerate(one.journeys):
        a_second = one.profile.rates[k].max() / 60
        assert one.customers(k) >= a_second * journey.seconds_p95
