from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cloudtune.spec.check_events import check_against_span
from tests.spec.builders import calendar, spec, store

FIRST, LAST = datetime(2023, 1, 1, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
def found(tmp_path):
    """Codes and messages for events of a calendar, held against data of nearly four years."""

    def check(*lines: str, horizon: str = "90d", last: datetime = LAST):
        text = spec("calendars: [us-retail]").replace("horizon: 90d", f"horizon: {horizon}")
        loaded = store(tmp_path, {"orders.yaml": text, "us-retail.yaml": calendar(*lines)})
        assert loaded.problems == ()
        return check_against_span(loaded.forecasts["orders"], FIRST, last)

    return check


def test_an_event_without_a_past_that_declares_nothing_can_not_be_learned(found):
    (problem,) = found("{name: school, occurrences: [{start: 2026-12-01}]}")
    assert (problem.code, problem.severity) == ("CT311", "warning")
    assert problem.message == (
        '"school" has no occurrence inside the data of orders (2023-01-01 to 2026-11-01) and declares'
        " nothing: it is not modelled, its lift is 1"
    )
    assert (problem.file, problem.path) == ("specs/us-retail.yaml", ("events", 1, "name"))


@pytest.mark.parametrize(
    "line",
    [
        "{name: school, effect: 1.4x, occurrences: [{start: 2026-12-01}]}",
        "{name: school, like: {event: mothers-day}, occurrences: [{start: 2026-12-01}]}",
        "{name: school, occurrences: [{start: 2026-12-01, effect: 1.4x}]}",
        "{name: school, occurrences: [{start: 2025-12-01}, {start: 2026-12-01}]}",
        "{name: school, occurrences: [{start: 2029-12-01}]}",
    ],
    ids=["declared", "borrowed", "occurrence declared", "learned", "beyond the horizon"],
)
def test_an_event_that_is_explained_or_far_away_is_fine(found, line):
    assert found(line) == []


def test_a_holiday_without_a_past_takes_the_mean_of_those_that_have_one(found):
    seen = '{name: juneteenth, holiday: "US/Juneteenth National Independence Day"}'
    new, early = "{name: labor-day, holiday: US/Labor Day}", datetime(2023, 8, 1, tzinfo=UTC)
    assert [problem.code for problem in found(new, last=early)] == ["CT311"]
    assert found(new, seen, last=early) == []


def test_borrowing_from_an_event_that_can_not_be_learned_explains_nothing(found):
    lines = (
        "{name: a, occurrences: [{start: 2026-12-01}]}",
        "{name: b, like: {event: a}, occurrences: [{start: 2026-12-02}]}",
    )
    assert [problem.code for problem in found(*lines)] == ["CT311", "CT311"]


def test_a_yearly_event_without_a_next_date_is_a_warning(found):
    line = "{name: prime, occurrences: [{start: 2024-07-16}, {start: 2025-07-08}, {start: 2026-07-14}]}"
    assert found(line, horizon="90d") == []
    (problem,) = found(line, horizon="2y")
    assert (problem.code, problem.severity) == ("CT312", "warning")
    assert problem.message == '"prime" came 3 times and has no date after 2026-07-14'


def test_a_season_of_matches_that_is_over_is_over(found):
    dates = ", ".join(f"{{start: 2026-06-{day}}}" for day in range(11, 25, 2))
    assert found(f"{{name: match, occurrences: [{dates}]}}", horizon="2y") == []


def test_a_holiday_whose_table_ends_inside_the_horizon_is_an_error(found):
    (problem,) = found(
        "{name: diwali, holiday: IN/Diwali}", horizon="2y", last=datetime(2035, 6, 1, tzinfo=UTC)
    )
    assert (problem.code, problem.path) == ("CT320", ("events", 1, "holiday"))


def test_a_holiday_with_dates_in_the_horizon_is_fine(found):
    assert (
        found("{name: diwali, holiday: IN/Diwali}", "{name: vote, holiday: US/Election Day}", horizon="2y")
        == []
    )
