"""Orders: the gap to the need, by week, dated back by the lead time."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.plan.fleet import Member, StockChange
from cloudtune.plan.orders import WeeklyNeed, orders_of, stock

MONDAY = np.datetime64("2027-06-07")


def weekly(
    units: list[int], *, through: str = "2027-06-01", days: dict[str, int] | None = None
) -> WeeklyNeed:
    """Weeks from Monday 7 June 2027 on; each day needs what its week does, but for `days`."""
    weeks = MONDAY + 7 * np.arange(len(units))
    every = MONDAY + np.arange(7 * len(units))
    by_day = np.repeat(np.array(units), 7)
    for day, value in (days or {}).items():
        by_day[every == np.datetime64(day)] = value
    return WeeklyNeed(weeks, every[-1] + 1, np.array(units), every, by_day, np.datetime64(through))


def told(orders) -> list[str]:
    return [f"{o.order_by} for {o.need_by}: {o.units} {o.kind}, {o.total_after} in place" for o in orders]


def test_the_gap_of_the_worked_example_is_ordered_a_lead_time_before():
    m7g = Member("m7g.4xlarge", throughput=1200, current=140, lead_days=56)
    assert told(orders_of(m7g, weekly([297] * 8))) == ["2027-04-12 for 2027-06-07: 157 base, 297 in place"]
    m6i = Member("m6i.4xlarge", throughput=900, current=90, lead_days=28)
    assert told(orders_of(m6i, weekly([171] * 8))) == ["2027-05-10 for 2027-06-07: 81 base, 171 in place"]


def test_what_was_ordered_stays():
    orders = orders_of(Member("m", throughput=1, current=10), weekly([10, 16, 8, 15, 20] + [20] * 6))
    assert [(str(o.week), o.units) for o in orders] == [("2027-06-14", 6), ("2027-07-05", 4)]


def test_a_peak_of_few_weeks_is_a_burst_and_the_rest_stays():
    orders = orders_of(Member("m", throughput=1, current=10, price=0.5), weekly([10, 30, 30] + [14] * 9))
    assert told(orders) == [
        "2027-06-14 for 2027-06-14: 4 base, 14 in place",
        "2027-06-14 for 2027-06-14: 16 burst, 30 in place",
    ]
    base, burst = orders
    assert base.hours == 11 * 168
    assert burst.hours == 2 * 168
    assert burst.cost == 16 * 2 * 168 * 0.5


def test_deliveries_count_from_the_week_that_they_precede_and_retirements_from_their_own():
    member = Member(
        "m",
        throughput=1,
        current=10,
        changes=(
            StockChange(np.datetime64("2027-06-16"), 5),
            StockChange(np.datetime64("2027-06-30"), -20),
        ),
    )
    need = weekly([0] * 5)
    assert stock(member, need.weeks, need.end).tolist() == [10, 10, 15, 0, 0]


def test_orders_come_in_whole_batches_and_stay_under_the_bound():
    orders = orders_of(Member("m", throughput=1, batch=4, at_most=18), weekly([5] * 6 + [9] * 6 + [30] * 6))
    assert [o.units for o in orders] == [8, 4, 4]


def test_the_need_date_is_the_first_day_that_isnt_met_else_the_highest():
    member = Member("m", throughput=1, current=10)
    some = weekly([14] * 7, days={"2027-06-07": 9, "2027-06-08": 10, "2027-06-10": 14})
    assert str(orders_of(member, some)[0].need_by) == "2027-06-09"
    none = weekly([14] * 7)
    none.day_units[:] = 8
    none.day_units[3] = 9
    assert str(orders_of(member, none)[0].need_by) == "2027-06-10"


def test_an_order_is_late_when_its_date_lies_before_the_end_of_the_data():
    member = Member("m", throughput=1, lead_days=14)
    assert orders_of(member, weekly([1] * 6, through="2027-06-02"))[0].late_days == 9
    assert orders_of(member, weekly([1] * 6, through="2027-05-24"))[0].late_days == 0


needs = st.lists(st.integers(0, 60), min_size=1, max_size=20)
members = st.builds(
    lambda current, batch, changes: Member(
        "m",
        throughput=1,
        current=current,
        batch=batch,
        changes=tuple(StockChange(MONDAY + day, count) for day, count in changes),
    ),
    st.integers(0, 40),
    st.integers(1, 6),
    st.lists(st.tuples(st.integers(0, 150), st.integers(-20, 20).filter(bool)), max_size=3),
)


def placed(member, need):
    total = np.zeros(len(need.weeks), dtype="int64")
    for order in orders_of(member, need):
        total[need.weeks >= order.week] += order.units
    return total


@given(members, needs)
def test_every_weeks_need_is_met(member, units):
    need = weekly(units)
    assert (stock(member, need.weeks, need.end) + placed(member, need) >= need.units).all()


@given(members, needs, st.data())
def test_more_demand_never_orders_less_by_any_week(member, units, data):
    more = data.draw(st.lists(st.integers(0, 20), min_size=len(units), max_size=len(units)))
    higher = [a + b for a, b in zip(units, more, strict=True)]
    assert (placed(member, weekly(units)) <= placed(member, weekly(higher))).all()


@given(members, needs)
def test_every_order_is_a_whole_number_of_batches_and_dated_inside_its_week(member, units):
    for order in orders_of(member, weekly(units)):
        assert order.units > 0
        assert order.week <= order.need_by < order.week + 7
        assert order.units % member.batch == 0
