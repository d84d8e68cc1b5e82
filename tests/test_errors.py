from __future__ import annotations

import re

import pytest

from cloudtune.errors import CODES, Family, Problem, Refusal, exit_code_of

DATA = Problem("CT401", "no such file", "check the path")
SHAPE = Problem("CT201", "unknown key", "remove it")
WARNING = Problem("CT401", "a late row", "", severity="warning")


def test_codes_are_three_digits_behind_two_letters():
    assert len(CODES) > 30
    assert [code for code in CODES if not re.fullmatch(r"CT[1-9]\d\d", code)] == []


def test_every_code_has_a_family():
    assert {Problem(code, title).family for code, title in CODES.items()} == set(Family)


def test_the_longest_beginning_decides_the_family():
    assert [Problem(code, "").family for code in ("CT704", "CT711")] == [Family.REPORTS, Family.STALENESS]


def test_titles_are_one_short_line_each():
    assert [code for code, title in CODES.items() if not 5 <= len(title) <= 90 or "\n" in title] == []


def test_no_two_codes_share_a_title():
    assert len(set(CODES.values())) == len(CODES)


@pytest.mark.parametrize(
    ("problems", "code"),
    [
        pytest.param([], 0, id="nothing wrong"),
        pytest.param([WARNING], 0, id="a warning alone"),
        pytest.param([SHAPE], 1, id="a finding"),
        pytest.param([DATA], 3, id="a source out of reach"),
        pytest.param([SHAPE, DATA, WARNING], 3, id="the worst wins"),
    ],
)
def test_exit_code_says_the_worst(problems, code):
    assert exit_code_of(problems) == code


def test_a_refusal_keeps_every_problem_in_order():
    refusal = Refusal(SHAPE, DATA)
    assert refusal.problems == (SHAPE, DATA)
    assert str(refusal) == "CT201 unknown key; CT401 no such file"
