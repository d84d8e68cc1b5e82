from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from cloudtune.report.peaks import SLOTS, choose_peaks


def row(day: int, height: float) -> dict:
    at = f"2026-07-{day:02d}T20:00"
    return {"at": at, "height": {"value": height, "low": 0, "high": 0}, "driver": "", "times_normal": 1.0}


def days(rows: list[dict]) -> list[int]:
    return [int(row["at"][8:10]) for row in rows]


def test_the_highest_days_are_listed_by_date():
    rows = [row(day, 100 + day % 7) for day in range(1, 11)]
    assert days(choose_peaks(rows, [], 0.01)) == [2, 3, 4, 5, 6, 10]


def test_a_committed_day_stays_against_a_near_equal():
    before = [row(day, 100) for day in range(1, SLOTS + 1)]
    rows = [row(day, 100) for day in range(2, SLOTS + 1)] + [row(1, 99.5), row(9, 100.2)]
    assert days(choose_peaks(rows, before, 0.01)) == [1, 2, 3, 4, 5, 6]
    assert days(choose_peaks(rows, [], 0.01)) == [2, 3, 4, 5, 6, 9]


def test_a_committed_day_goes_once_it_is_clearly_beaten():
    before = [row(day, 100) for day in range(1, SLOTS + 1)]
    rows = [*before, row(9, 101.5)]
    assert 9 in days(choose_peaks(rows, before, 0.01))


@given(st.lists(st.tuples(st.integers(1, 28), st.floats(1, 1e6)), unique_by=lambda pair: pair[0]))
def test_choosing_again_changes_nothing(pairs):
    rows = [row(day, height) for day, height in pairs]
    once = choose_peaks(rows, [], 0.005)
    assert choose_peaks(rows, once, 0.005) == once
    assert choose_peaks(rows[::-1], once, 0.005) == once
