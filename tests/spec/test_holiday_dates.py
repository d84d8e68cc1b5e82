from __future__ import annotations

import pytest

from cloudtune.spec.dates import Holiday, UnknownHoliday, names_of


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
