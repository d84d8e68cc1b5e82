from __future__ import annotations

import itertools

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cloudtune.report.charts import canvas
from cloudtune.report.charts.axes import Axis, minutes, round_ticks, tick_words, time_ticks, value_axis
from cloudtune.report.charts.outlook import WantedLabel, place_labels

LABELS = st.lists(
    st.builds(
        WantedLabel,
        x=st.floats(64, 856),
        text=st.text("abcdefgh-", min_size=1, max_size=40),
        weight=st.floats(0, 3),
    ),
    max_size=40,
)


@given(LABELS)
def test_no_label_covers_another(wanted):
    placed = place_labels(wanted, 856, 3)
    for row in range(3):
        stretches = sorted(label.stretch for label in placed if label.row == row)
        assert all(left[1] <= right[0] for left, right in itertools.pairwise(stretches))


@given(LABELS)
def test_no_leader_cuts_a_label(wanted):
    placed = place_labels(wanted, 856, 3)
    for upper in placed:
        below = [label.stretch for label in placed if label.row < upper.row]
        assert not any(first < upper.x < last for first, last in below)


@given(LABELS)
def test_the_heaviest_label_always_has_its_place(wanted):
    placed = place_labels(wanted, 856, 3)
    assert bool(placed) == bool(wanted)
    assert all(label.stretch[1] <= 856 or label.anchor == "end" for label in placed)


@given(LABELS)
def test_the_order_of_labels_does_not_matter(wanted):
    assert place_labels(wanted, 856, 3) == place_labels(wanted[::-1], 856, 3)


@given(st.lists(st.floats(-1e12, 1e12), min_size=1, max_size=20))
@example([5e-324])
@example([5e-324, -6.0])
@example([-5e-324, 6.0])
def test_a_value_axis_shows_every_value(values):
    axis = value_axis(values, 300, 100)
    assert all(axis.low <= value <= axis.high for value in values)
    assert 100 - 1e-6 <= axis.place(max(values)) <= 300 + 1e-6


@pytest.mark.parametrize(
    ("values", "low"),
    [([10, 100], 0), ([90, 100], 90), ([-5, 5], -6), ([7, 7], 0), ([0, 0], 0), ([-3, -3], -3)],
)
def test_an_axis_begins_at_zero_unless_values_are_far_from_it(values, low):
    assert value_axis(values, 300, 100).low == low


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (0, 2_000_000, ["0", "0.5M", "1.0M", "1.5M", "2.0M"]),
        (0, 30_000, ["0", "10k", "20k", "30k"]),
        (1.5e9, 2.75e9, ["1.50B", "1.75B", "2.00B", "2.25B", "2.50B", "2.75B"]),
        (0, 0.3, ["0", "0.1", "0.2", "0.3"]),
        (-10, 10, ["-10", "-5", "0", "5", "10"]),
    ],
)
def test_ticks_are_round_and_share_a_unit(low, high, words):
    assert tick_words(round_ticks(Axis(low, high, 0, 100), 5)) == words


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        ("2026-07-14", "2026-07-15", ["00:00", "03:00", "06:00"]),
        ("2026-07-13", "2026-07-16", ["Mon 13", "12:00", "Tue 14"]),
        ("2026-07-01", "2026-07-29", ["Mon 6 Jul", "Mon 13 Jul", "Mon 20 Jul"]),
        ("2024-06-03", "2027-05-31", ["Jul 2024", "Jan 2025", "Jul"]),
        ("2016-06-03", "2027-05-31", ["Jan 2018", "Jan 2020", "Jan 2022"]),
    ],
)
def test_time_has_the_rhythm_that_fits(first, last, words):
    axis = Axis(minutes(first), minutes(last), 64, 540)
    assert [tick.words for tick in time_ticks(axis)][:3] == words


def test_labels_of_time_have_room():
    for days in range(1, 1500, 7):
        axis = Axis(0, days * 1440, 0, 792)
        places = [axis.place(tick.at) for tick in time_ticks(axis)]
        assert len(places) >= 2
        assert min(b - a for a, b in itertools.pairwise(places)) > 45


def test_a_line_breaks_where_nothing_is_known():
    assert canvas.curve([(0, 1), (2, 3), None, (4, 5)], "past") == '<path class="past" d="M0 1L2 3M4 5h0.1"/>'
    assert canvas.curve([None], "past") == ""
    assert (
        canvas.band([(0, 1), (2, 1)], [(0, 3), (2, 3)], "band")
        == '<path class="band" d="M0 1L2 1L2 3L0 3Z"/>'
    )
    assert canvas.band([None], [(0, 3)], "band") == ""


def test_text_of_a_spec_is_text_in_the_chart():
    assert canvas.text((1, 2), "</text><script>\u202e", "axis") == (
        '<text class="axis" x="1" y="2">&lt;/text&gt;&lt;script&gt;</text>'
    )
