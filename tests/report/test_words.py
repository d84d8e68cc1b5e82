from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.report import words


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1_340_432, "1.34M"),
        (999_999, "1.00M"),
        (11_834, "11.8k"),
        (9_999, "10.0k"),
        (1_340, "1,340"),
        (41.66, "41.7"),
        (0.4314, "0.431"),
        (0.0001234, "0.000123"),
        (1.2e-9, "1.20e-09"),
        (0, "0"),
        (-2_500_000_000, "-2.50B"),
        (None, "n/a"),
    ],
)
def test_numbers_have_three_significant_digits(value, said):
    assert words.number(value) == said


@given(st.floats(min_value=1e-4, max_value=9e14))
def test_a_number_in_words_is_within_half_a_percent(value):
    units = {"k": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}
    said = words.number(value).replace(",", "")
    read = float(said.rstrip("kMBT")) * units.get(said[-1], 1)
    assert read == pytest.approx(value, rel=0.0051)


@pytest.mark.parametrize(
    ("say", "value", "said"),
    [
        (words.percent, 0.0612, "6.1%"),
        (words.percent, 0.0003, "0.03%"),
        (words.percent, 0.0, "0.0%"),
        (words.share, 0.812, "81%"),
        (words.signed, 0.052, "+5.2%"),
        (words.signed, -0.0004, "0.0%"),
        (words.signed, -0.008, "-0.8%"),
        (words.factor, 2.114, "2.11x"),
        (words.factor, 12.44, "12.4x"),
        (words.limit_percent, 0.12, "12%"),
        (words.limit_percent, 0.125, "12.5%"),
        (words.limit_factor, 2.0, "2x"),
        (words.decimal, 0.814, "0.81"),
        (words.integer, 129_600, "129,600"),
        (words.title, "prime-day", "Prime Day"),
        (words.weekday, "2026-07-14T00:01", "Tuesday"),
        (words.when, "2026-07-14T00:01", "Tue 14 Jul 2026 00:01"),
        (words.when, "2026-07-14", "Tue 14 Jul 2026"),
        (words.when, "", "n/a"),
        (words.short, "2026-07-14T00:01", "Tue 14 Jul 00:01"),
        (words.short, "2020-10-20T20:20", "Tue 20 Oct 20:20"),
        (words.start, "2026-07-14T00:00", "Tue 14 Jul 2026"),
        (words.start, "2026-11-12T09:00", "Thu 12 Nov 2026 09:00"),
        (words.through, "2026-11-01T00:00", "Sat 31 Oct 2026"),
        (words.through, "2026-11-01T10:30", "Sun 1 Nov 2026 10:30"),
        (words.length, 8, "8min"),
        (words.length, 5760, "96h"),
        (words.length, 20160, "14d"),
        (words.length, 10140, "7d 1h"),
        (words.length, 110, "110min"),
        (words.length, 46400, "32d 5h"),
        (words.length, 200, "3h 20min"),
        (words.signed, 301.072, "+30,107%"),
    ],
)
def test_figures_read_like_this(say, value, said):
    assert say(value) == said


@pytest.mark.parametrize("say", [words.percent, words.share, words.signed, words.factor, words.decimal])
def test_an_absent_figure_says_so(say):
    assert say(None) == "n/a"


def test_ranges_need_both_ends():
    assert words.number_range({"value": 2, "low": 1_210_000, "high": 1_520_000}) == "1.21M to 1.52M"
    assert words.number_range({"value": 2, "low": None, "high": 3}) == "n/a"
