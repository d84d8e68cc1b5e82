from __future__ import annotations

import re
from datetime import date

import pytest

from cloudtune.spec.dates import (
    RULE_PATTERN,
    Holiday,
    NotARule,
    UnknownHoliday,
    easter,
    names_of,
    orthodox_easter,
    parse_rule,
)

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
    assert parse_rule(rule).days(year) == (date.fromisoformat(day),)


MONTHLY = [
    ("1 of every month", ["2026-01-01", "2026-02-01", "2026-03-01"]),
    ("31st of every month", ["2026-01-31", "2026-03-31", "2026-05-31"]),
    ("last day of every month", ["2026-01-31", "2026-02-28", "2026-03-31"]),
    ("first weekday of every month", ["2026-01-01", "2026-02-02", "2026-03-02"]),
    ("last weekday of every month", ["2026-01-30", "2026-02-27", "2026-03-31"]),
    ("second tuesday of every month", ["2026-01-13", "2026-02-10", "2026-03-10"]),
    ("25 of every month, or the weekday before", ["2026-01-23", "2026-02-25", "2026-03-25"]),
    ("last day of every month, or the weekday before", ["2026-01-30", "2026-02-27", "2026-03-31"]),
    ("1 of every month, or the weekday after", ["2026-01-01", "2026-02-02", "2026-03-02"]),
    ("1 of every month -1", ["2025-12-31", "2026-01-31", "2026-02-28"]),
]


@pytest.mark.parametrize(("rule", "first"), MONTHLY, ids=[row[0] for row in MONTHLY])
def test_a_monthly_rule_finds_its_day_in_every_month_that_has_it(rule, first):
    assert [day.isoformat() for day in parse_rule(rule).days(2026)][:3] == first


@pytest.mark.parametrize(("rule", "year"), [("fifth sunday of june", 2026), ("29 february", 2026)])
def test_a_year_without_such_a_day_has_none(rule, year):
    assert parse_rule(rule).days(year) == ()


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
        "32 of every month",
        "25 of every month, or the sunday before",
        "every month",
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


@pytest.mark.parametrize("row", [*DAYS, *MONTHLY], ids=lambda row: row[0])
def test_the_schema_pattern_knows_the_grammar(row):
    assert re.fullmatch(RULE_PATTERN, row[0].lower())


def days(text: str, *years: int) -> list[str]:
    return [day.isoformat() for day in Holiday.parse(text).dates(years)]


def test_names_are_found_in_every_category():
    assert days("US/Thanksgiving Day", 2026) == ["2026-11-26"]
    assert days("US/Mother's Day", 2026) == ["2026-05-10"]
    assert days("IN/Diwali", 2026) == ["2026-11-08"]


def test_case_and_spaces_do_not_matter():
    assert days("US/thanksgiving  day", 2026) == ["2026-11-26"]


def test_the_observed_day_has_a_name_of_its_own():
    assert days("US/Independence Day", 2026) == ["2026-07-04"]
    assert days("US/Independence Day (observed)", 2026) == ["2026-07-03"]


def test_a_date_that_depends_on_the_moon_counts_as_certain():
    assert len(days("IN/Eid al-Fitr", 2030)) >= 1


def test_a_subdivision_has_holidays_of_its_own():
    assert days("DE-BY/Epiphany", 2026) == ["2026-01-06"]
    assert days("DE/Epiphany", 2026) == []


def test_a_year_beyond_the_table_has_no_date():
    assert days("IN/Diwali", 2036, 2050) == []


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("UK/New Year's Day", 'did you mean "GB"?'),
        ("India/Diwali", 'did you mean "IN"?'),
        ("XX/New Year's Day", "write its two letters, like US, GB or IN"),
        ("US-CAL/Cesar Chavez Day", 'did you mean "CA"?'),
    ],
)
def test_an_unknown_place_is_refused_with_a_hint(text, hint):
    with pytest.raises(UnknownHoliday) as caught:
        Holiday.parse(text)
    assert caught.value.hint.startswith(hint)


def test_an_unknown_name_is_refused_with_the_nearest_one():
    with pytest.raises(UnknownHoliday) as caught:
        Holiday.parse("US/Thanksgivng").require()
    assert caught.value.hint == 'did you mean "Thanksgiving Day"?'


def test_a_name_known_only_in_some_years_is_known():
    Holiday.parse("US/Election Day").require()


def test_every_name_of_a_year_can_be_listed():
    assert "Thanksgiving Day" in names_of("US", 2026)
