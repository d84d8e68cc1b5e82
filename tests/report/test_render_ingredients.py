from __future__ import annotations

from cloudtune.report.render import ingredient_rows
from tests.report.builders import document
from tests.report.scenarios import power_load, quiet_daily


def test_what_the_model_says_comes_in_its_own_words():
    rows = dict(ingredient_rows(document()))
    assert list(rows) == ["trend", "weekly", "prime-day"]
    assert rows["prime-day"].startswith("opens at 2.9x")


def test_growth_and_lifts_are_never_left_out():
    rows = dict(ingredient_rows({**document(), "ingredients": []}))
    assert rows == {
        "trend": "+11.8% a year (+10.9% to +12.7%), linear",
        "event:prime-day": "2.11x while it lasts (1.93x to 2.34x), 3 occurrences",
    }


def test_an_event_of_many_editions_is_told_once():
    whole = power_load()
    twice = {**whole, "events": [*whole["events"], *whole["events"]]}
    assert ingredient_rows(twice) == ingredient_rows(whole)


def test_unknown_growth_says_nothing():
    assert ingredient_rows(quiet_daily()) == []
