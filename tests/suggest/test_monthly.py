from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from cloudtune.spec.dates import parse_rule
from cloudtune.suggest.detectors.recurring import find
from tests.suggest.builders import residuals, resolved, timeline


def shifted(line, rule, by):
    years = {int(str(day)[:4]) for day in line.day}
    dates = {np.datetime64(day) for year in years for day in parse_rule(rule).days(year)}
    return np.where(np.isin(line.day, np.array(sorted(dates))), by, 0.0)


def rules(found):
    return [one.edits[0].item["rule"] for one in found]


@pytest.mark.parametrize(
    "rule",
    [
        "1 of every month",
        "last day of every month",
        "last weekday of every month",
        "25 of every month, or the weekday before",
        "first monday of every month",
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_a_monthly_peak_is_one_rule_and_not_twelve_events(rule, seed):
    line = timeline(900)
    found = find(residuals(line, shifted(line, rule, 0.5), seed=seed), resolved())
    assert rules(found) == [rule]
    assert len(found[0].dates) >= 25


def test_two_rules_beside_one_another_are_both_found():
    line = timeline(900)
    both = shifted(line, "1 of every month", 0.7) + shifted(line, "last day of every month", 0.5)
    assert rules(find(residuals(line, both), resolved())) == ["1 of every month", "last day of every month"]


def test_what_a_smooth_season_leaves_beside_a_peak_is_no_rule():
    line = timeline(900)
    spill = sum(shifted(line, f"{day} of every month", -0.1) for day in (2, 3))
    peak = shifted(line, "1 of every month", 0.7) + spill
    assert rules(find(residuals(line, peak), resolved())) == ["1 of every month"]


@pytest.mark.parametrize("seed", range(6))
def test_noise_has_no_rule(seed):
    assert find(residuals(timeline(900), seed=seed), resolved()) == []


def test_five_months_are_chance():
    line = timeline(150)
    assert rules(find(residuals(line, shifted(line, "1 of every month", 0.5)), resolved())) == []


def test_the_weekend_moves_a_payday_back():
    assert date(2026, 7, 24) in parse_rule("25 of every month, or the weekday before").days(2026)
