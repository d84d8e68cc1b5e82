"""Units for a demand: the worked example, bounds, priorities and laws."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.plan.fleet import Fleet, Member, ZoneRule

M7G = Member("m7g.4xlarge", throughput=1200, share=0.7, current=140, generation=7, location="us-west-2")
M6I = Member("m6i.4xlarge", throughput=900, share=0.3, current=90, generation=6, location="us-west-2")
STRICT = ZoneRule(count=3, survive=1)
RELAXED = ZoneRule(count=3, survive=1, utilization=0.85)
PEAK = 184_000.0


def units(fleet: Fleet, demand: float) -> list[int]:
    return fleet.needed(np.array([demand])).units[:, 0].tolist()


def two(zones: ZoneRule) -> Fleet:
    return Fleet((M7G, M6I), utilization=0.6, headroom=0.1, zones=zones)


def test_the_worked_example_comes_out_to_the_unit():
    assert units(two(STRICT), PEAK) == [297, 171]
    assert units(two(RELAXED), PEAK) == [210, 120]
    assert units(two(ZoneRule()), PEAK) == [197, 113]


def test_the_worked_example_runs_at_36_percent_and_at_54_after_losing_a_zone():
    normal, after = two(STRICT).loads(PEAK, np.array([297, 171]))
    assert normal == pytest.approx([0.36, 0.36], abs=0.005)
    assert after == pytest.approx([0.54, 0.54], abs=0.005)


def test_a_hair_above_a_whole_number_is_that_number():
    one = Fleet((Member("m", throughput=0.1),), utilization=1.0)
    assert units(one, 0.1 * 3) == [3]


def test_no_demand_needs_nothing_but_what_is_held_at_least():
    fleet = Fleet((Member("m", throughput=10, at_least=4),), utilization=0.5)
    assert units(fleet, 0.0) == [4]
    assert units(fleet, -5.0) == [4]


def test_priorities_fill_up_in_order_and_hand_on_demand():
    cheap = Member("spot", throughput=100, priority=1, at_most=4)
    rest = Member("on-demand", throughput=50, priority=2)
    fleet = Fleet((rest, cheap), utilization=1.0)
    assert units(fleet, 300.0) == [0, 3]
    assert units(fleet, 625.0) == [5, 4]  # 400 served, 225 over 50 a unit


def test_what_nobody_can_serve_is_counted_in_units():
    share = Fleet((Member("m", throughput=100, at_most=4),), utilization=1.0)
    assert share.needed(np.array([600.0])).missing.tolist() == [[2]]
    queue = Fleet(
        (
            Member("a", throughput=100, priority=1, at_most=4),
            Member("b", throughput=50, priority=2, at_most=2),
        ),
        1.0,
    )
    assert queue.needed(np.array([600.0])).missing.tolist() == [[0], [2]]


def test_a_bound_allows_whole_zones_only():
    fleet = Fleet((Member("m", throughput=10, at_most=10),), utilization=1.0, zones=ZoneRule(3, 0))
    need = fleet.needed(np.array([1000.0]))
    assert need.units.tolist() == [[9]]
    assert need.missing.tolist() == [[102 - 9]]


def test_burst_and_headroom_multiply():
    fleet = Fleet((Member("m", throughput=10),), utilization=1.0, headroom=0.5, burst=2.0)
    assert units(fleet, 100.0) == [30]
    assert fleet.rated(np.array([30])) == pytest.approx(100.0)
    assert fleet.full(np.array([30])) == pytest.approx(150.0)


fleets = st.builds(
    lambda throughput, utilization, headroom, count, lost, relaxed: Fleet(
        (Member("m", throughput=throughput),),
        utilization=utilization,
        headroom=headroom,
        zones=ZoneRule(count, min(lost, count - 1), max(utilization, relaxed) if relaxed else None),
    ),
    st.floats(0.5, 5000),
    st.floats(0.05, 1.0),
    st.floats(0, 1),
    st.integers(1, 6),
    st.integers(0, 5),
    st.one_of(st.none(), st.floats(0.1, 1.0)),
)
demands = st.floats(0, 1e7)


@given(fleets, demands)
def test_utilization_holds_with_zones_up_and_after_losing_them(fleet, demand):
    n = fleet.needed(np.array([demand])).units[0, 0]
    member, zones = fleet.members[0], fleet.zones
    load = demand * (1 + fleet.headroom)
    slack = 1e-6 * (load + member.throughput)
    assert load <= n * member.throughput * fleet.utilization + slack
    left = n // zones.count * zones.left
    assert load <= left * member.throughput * (zones.utilization or fleet.utilization) + slack


@given(fleets, demands)
def test_a_zone_less_would_not_do(fleet, demand):
    n = fleet.needed(np.array([demand])).units
    fewer = n[:, 0] - fleet.zones.count
    if fewer[0] >= 0:
        assert fleet.rated(fewer) < demand * (1 + 1e-9) + 1e-6


@given(fleets, demands)
def test_units_are_rated_at_least_at_the_demand_that_they_were_sized_for(fleet, demand):
    n = fleet.needed(np.array([demand])).units[:, 0]
    assert fleet.rated(n) >= demand - 1e-6 * (demand + fleet.members[0].throughput)


@given(fleets, demands, demands)
def test_more_demand_never_needs_less(fleet, one, other):
    low, high = sorted((one, other))
    few, many = fleet.needed(np.array([low, high])).units[0]
    assert few <= many


@given(demands, st.floats(0, 1), st.floats(0, 1))
def test_more_headroom_never_needs_less(demand, one, other):
    low, high = sorted((one, other))
    assert units(Fleet((M7G,), headroom=low), demand) <= units(Fleet((M7G,), headroom=high), demand)
