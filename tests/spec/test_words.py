from __future__ import annotations

import pytest

from cloudtune.spec.messages import counted, did_you_mean, enumerated, nearest, printable, quoted


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
    assert (counted(1, "key"), counted(2, "key")) == ("1 key", "2 keys")


def test_strange_spaces_become_plain_ones():
    assert printable("a\u00a0b\u2028c") == "a b\\u2028c"
