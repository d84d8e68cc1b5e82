from __future__ import annotations

import re
from datetime import date

import pytest

from cloudtune.spec.dates import RULE_PATTERN, NotARule, easter, orthodox_easter, parse_rule

DAYS = [
    ("second sunday of may", 2026, "2026-05-10"),
    ("last monday of may", 2026, "2026-05-25"),
    ("last sunday of december", 2026, "2026-12-27"),
    ("first monday of september", 2026, "2026-09-07"),
    ("4th friday of november", 2026, "2026-11-27"),
    ("fifth sunday of may", 2027, "2027-05-30"),
    ("25 december", 2026, "2026-12-25"),
    ("29 february", 2028, "2028-02-29"),
    ("monday before 25 may", 2026, "2026-05-18"),
    ("friday after 25 november", 2026, "2026-11-27"),
    ("easter", 2026, "2026-04-05"),
    ("easter -2", 2026, "2026-04-03"),
    ("Easter +1", 2026, "2026-04-06"),
    ("orthodox easter", 2026, "2026-04-12"),
    ("thanksgiving", 2026, "2026-11-26"),
    ("thanksgiving +1", 2026, "2026-11-27"),
    ("black friday", 2024, "2024-11-29"),
    ("cyber monday", 2024, "2024-12-02"),
    ("1 january -1", 2026, "2025-12-31"),
]


@pytest.mark.parametrize(("rule", "year", "day"), DAYS, ids=[row[0] for row in DAYS])
def test_a_rule_finds_its_day(rule, year, day):
    assert parse_rule(rule).on(year) == date.fromisoformat(day)


@pytest.mark.parametrize(("rule", "year"), [("fifth sunday of june", 2026), ("29 february", 2026)])
def test_a_year_without_such_a_day_has_none(rule, year):
    assert parse_rule(rule).on(year) is None


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "sunday",
        "sixth sunday of may",
        "second sunday in may",
        "31 april",
        "0 may",
        "easter + two",
        "may 25",
        "25.12.",
    ],
)
def test_what_is_outside_the_grammar_is_refused(rule):
    with pytest.raises(NotARule):
        parse_rule(rule)


def test_easter_of_known_years():
    assert [easter(year).isoformat() for year in (1818, 2000, 2008, 2038, 2285)] == [
        "1818-03-22",
        "2000-04-23",
        "2008-03-23",
        "2038-04-25",
        "2285-03-22",
    ]
    assert [orthodox_easter(year).isoformat() for year in (2000, 2024, 2025)] == [
        "2000-04-30",
        "2024-05-05",
        "2025-04-20",
    ]


@pytest.mark.parametrize("row", DAYS, ids=[row[0] for row in DAYS])
def test_the_schema_pattern_knows_the_grammar(row):
    assert re.fullmatch(RULE_PATTERN, row[0].lower())
