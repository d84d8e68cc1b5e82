from __future__ import annotations

import pytest

from cloudtune.errors import Problem, Span
from cloudtune.spec.messages import counted, did_you_mean, enumerated, nearest, printable, quoted, render


@pytest.mark.parametrize(
    ("value", "shown"),
    [("a", '"a"'), ("a\nb", '"a⏎b"'), ("\x1b[0m", '"\\u001b[0m"'), ({}, '"a map"'), (12, '"12"'), ("", '""')],
)
def test_a_quoted_value_is_harmless(value, shown):
    assert quoted(value) == shown


def test_a_long_value_is_cut():
    assert len(quoted("x" * 500)) == 62


def test_the_nearest_name_ignores_case():
    assert nearest("Weely", ["daily", "weekly"]) == "weekly"
    assert nearest("zzz", ["daily", "weekly"]) == ""


def test_a_hint_has_the_guess_and_a_short_list_of_what_is_known():
    assert did_you_mean("weely", ["daily", "weekly"]) == 'did you mean "weekly"? Known: daily, weekly'
    assert did_you_mean("zzz", ["daily"]) == "Known: daily"
    assert did_you_mean("zzz", []) == ""
    assert did_you_mean("k11", [f"k1{n}" for n in range(12)]) == 'did you mean "k11"?'


def test_a_long_list_says_how_many_more():
    assert enumerated([str(n) for n in range(9)]) == "0, 1, 2, 3, 4, 5, 6, 7, 8"
    assert enumerated([str(n) for n in range(12)]) == "0, 1, 2, 3, 4, 5, 6, 7 and 4 more"


def test_one_is_singular():
    assert [counted(number, "key") for number in (0, 1, 1200)] == ["0 keys", "1 key", "1,200 keys"]


def test_strange_spaces_become_plain_ones():
    assert printable("a\u00a0b\u2028c") == "a b\\u2028c"


def caret(line: str, start: int, end: int) -> tuple[str, str]:
    """Source and caret line for the columns [start, end), counted from 1."""
    problem = Problem("CT203", "no", "", file="specs/x.yaml", span=Span(7, start, 7, end))
    _, shown, marks = render(problem, line).split("\n")
    return shown, marks


def test_place_code_source_caret_and_hint():
    problem = Problem("CT203", "no such step", "try 5min", file="specs/x.yaml", span=Span(12, 9, 12, 13))
    assert render(problem, "  step: 2min # minutes") == (
        "specs/x.yaml:12:9: error CT203: no such step\n"
        "   12 |   step: 2min # minutes\n"
        "      |         ^^^^ try 5min"
    )


def test_a_problem_without_a_place_keeps_its_hint():
    problem = Problem("CT106", "too large", "split it", file="specs/x.yaml")
    assert render(problem, "") == "specs/x.yaml: error CT106: too large\n      split it"
    assert render(Problem("CT116", "no specs"), "") == "error CT116: no specs"


@pytest.mark.parametrize(
    ("line", "start", "end", "marks"),
    [
        ("a: 東京都", 4, 7, "      |    ^^^^^^"),
        ("東: x", 4, 5, "      |     ^"),
        ("e\u0301: x", 5, 6, "      |    ^"),
        ("a: 🚚 x", 6, 7, "      |       ^"),
        ("a:\tx", 4, 5, "      |    ^"),
    ],
    ids=["wide value", "wide before", "combining before", "emoji before", "tab before"],
)
def test_the_caret_stands_under_the_characters(line, start, end, marks):
    assert caret(line, start, end)[1] == marks


def test_a_span_over_lines_is_marked_to_the_end_of_the_first():
    problem = Problem("CT204", "no", file="x", span=Span(1, 4, 3, 2))
    assert render(problem, "a: [b,").split("\n")[2] == "      |    ^^^"


def test_a_place_past_the_end_is_marked_behind_the_line():
    assert caret("a: b", 5, 6) == ("    7 | a: b", "      |     ^")


def test_a_long_line_is_cut_around_the_caret():
    shown, marks = caret(f"{'x' * 300}: wrong{'y' * 300}", 303, 308)
    assert len(shown) < 130
    assert shown[marks.index("^") :].startswith("wrong")
    assert shown.startswith("    7 | …")
    assert shown.endswith("…")


def test_a_terminal_can_not_be_commanded():
    shown, marks = caret("a: \x1b[31mred\u202e", 4, 13)
    assert (shown, marks.count("^")) == ("    7 | a: \\u001b[31mred\\u202e", 19)
