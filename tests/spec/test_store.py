from __future__ import annotations

from datetime import date

import pytest

from cloudtune.errors import Problem, Span
from tests.spec.builders import calendar, spec, store


@pytest.fixture
def loaded(tmp_path):
    return store(
        tmp_path,
        {
            "store/_defaults.yaml": "backtest:\n  folds: 4\n",
            "store/orders.yaml": spec("calendars: [us-retail]", "events: [{name: sale, rule: 2 april}]"),
            "calendars/us-retail.yaml": calendar(),
        },
    )


def test_forecasts_are_resolved_when_looked_up(loaded):
    assert list(loaded.forecasts) == ["store/orders"]
    found = loaded.forecasts["store/orders"]
    assert (found.id, found.folder, found.file) == ("store/orders", "store", "specs/store/orders.yaml")
    assert [event.name for event in found.events] == ["mothers-day", "sale"]
    assert found.calendar_files == ("specs/calendars/us-retail.yaml",)
    assert loaded.forecasts["store/orders"] is found


def test_a_span_bounds_the_dates_by_rule(loaded):
    found = loaded.resolve("store/orders", date(2025, 1, 1), date(2026, 1, 1))
    assert [len(event.occurrences) for event in found.events] == [1, 1]


def test_an_unknown_id_is_a_key_error(loaded):
    with pytest.raises(KeyError):
        loaded.resolve("store/none")


def test_events_of_a_calendar_point_into_the_calendar(loaded):
    event = loaded.forecasts["store/orders"].events[0]
    problem = loaded.locate(Problem("CT311", "no", file=event.file, path=(*event.path, "name")))
    assert problem.span == Span(6, 12, 6, 23)
    assert loaded.line(problem) == "  - {name: mothers-day, rule: second sunday of may}"


def test_a_value_from_defaults_points_into_the_defaults(loaded):
    problem = loaded.locate(
        Problem("CT501", "no", file="specs/store/orders.yaml", path=("backtest", "folds"))
    )
    assert (problem.file, problem.span) == ("specs/store/_defaults.yaml", Span(2, 10, 2, 11))


def test_a_problem_of_another_file_stays_as_it_is(loaded):
    problem = Problem("CT401", "no", file="data/orders.csv", path=("x",))
    assert loaded.locate(problem) is problem
    assert loaded.line(problem) == ""
