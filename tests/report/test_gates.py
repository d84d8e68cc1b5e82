from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cloudtune.report.gates import gate_rows
from cloudtune.report.sentences import gate_value, gates_sentence
from cloudtune.spec.check_one import check_gates
from tests.report.builders import good_spec, outcome


def judged(gate: dict, **changes) -> dict:
    spec = good_spec(gates=[{"metric": "wape", **gate}], expect=[])
    return gate_rows(spec, outcome(**changes))[0]


def expected(expectation: dict, **changes) -> dict:
    spec = good_spec(gates=[], expect=[{"event": "prime-day", **expectation}])
    return gate_rows(spec, outcome(**changes))[0]


@pytest.mark.parametrize(
    ("gate", "result"),
    [
        ({"at_most": "5.8%"}, "pass"),
        ({"at_most": "5.7%"}, "fail"),
        ({"at_least": "5.8%"}, "pass"),
        ({"at_least": "5.9%"}, "fail"),
        ({"metric": "coverage", "between": ["75%", "85%"]}, "pass"),
        ({"metric": "coverage", "between": ["82%", "85%"]}, "fail"),
        ({"metric": "coverage", "between": ["70%", "80%"]}, "fail"),
        ({"metric": "mase", "at_most": 0.7}, "pass"),
        ({"metric": "bias", "at_most": "0.5%"}, "pass"),
        ({"metric": "bias", "at_most": "0.4%"}, "fail"),
        ({"metric": "bias", "between": ["0%", "1%"]}, "fail"),
    ],
)
def test_a_gate_bounds_the_figure_over_all_lead_times(gate, result):
    assert judged(gate)["result"] == result


def test_a_gate_is_told_in_words():
    row = judged({"at_most": "12.5%", "step": "1min"})
    assert row["gate"] == "wape of 1min at most 12.5%"
    assert row["path"] == ["gates", 0]
    assert row["value"] == 0.058


@pytest.mark.parametrize(
    ("metric", "bound", "words"),
    [
        ("pinball", "2%", "at most 2%"),
        ("wape", "2%", "at most 2%"),
        ("mase", 2, "at most 2"),
    ],
)
def test_a_share_is_a_percentage_wherever_it_is_told_and_a_ratio_is_none(metric, bound, words):
    row = judged({"metric": metric, "at_most": bound})
    assert row["gate"].endswith(words)
    assert ("%" in gate_value(row)) == ("%" in words)


@pytest.mark.parametrize(("metric", "is_odd"), [("pinball", True), ("wape", True), ("mase", False)])
def test_a_share_over_one_is_odd_and_a_ratio_is_not(metric, is_odd):
    spec = good_spec(gates=[{"metric": metric, "at_most": 3}], expect=[])
    assert bool(list(check_gates(spec))) == is_odd


@pytest.mark.parametrize("changes", [{"accuracy": ()}, {"accuracy": "nan"}])
def test_a_figure_that_is_missing_fails_its_gate(changes):
    rows = outcome().accuracy
    accuracy = tuple(replace(row, wape=np.nan) for row in rows) if changes["accuracy"] else ()
    row = judged({"at_most": "12%"}, accuracy=accuracy)
    assert (row["result"], row["value"]) == ("fail", None)
    assert row["reason"]


@pytest.mark.parametrize(
    ("until", "result"),
    [("2026-06-30", "waived"), ("2026-06-01", "waived"), ("2026-05-31", "fail")],
)
def test_a_waiver_holds_through_its_day_by_the_data_not_the_clock(until, result):
    row = judged({"at_most": "1%", "waive": {"until": until, "reason": "heat wave"}})
    assert row["result"] == result
    assert "heat wave" in row["reason"]
    assert row["waived_until"] == until


def test_a_waiver_does_not_hide_a_pass():
    row = judged({"at_most": "12%", "waive": {"until": "2026-06-30", "reason": "heat wave"}})
    assert (row["result"], row["reason"]) == ("pass", "")


def test_a_comparison_with_the_base_is_left_to_review():
    row = judged({"worse_than_base_by": "10%"})
    assert (row["result"], row["worse_than_base_by"]) == ("pass", 0.1)
    assert "review" in row["reason"]
    assert row["gate"] == "wape of 1min at most 10% worse than base"


@pytest.mark.parametrize(
    ("expectation", "result"),
    [
        ({"peak_at_least": "2x"}, "pass"),
        ({"peak_at_least": "3.5x"}, "fail"),
        ({"peak_at_most": "3.4x"}, "fail"),
        ({"peak_at_least": "2x", "peak_at_most": "4x"}, "pass"),
    ],
)
def test_an_expectation_bounds_every_edition(expectation, result):
    assert expected(expectation)["result"] == result


def test_the_edition_that_breaks_an_expectation_is_the_one_shown():
    first = outcome().events[0]
    second = replace(first, peak=replace(first.peak, times_normal=1.4))
    row = expected({"peak_at_least": "2x"}, events=(first, second))
    assert (row["result"], row["value"]) == ("fail", 1.4)


def test_an_event_outside_the_horizon_is_untested_rather_than_fine():
    row = expected({"peak_at_least": "2x"}, events=())
    assert (row["result"], row["value"]) == ("untested", None)


def test_the_gates_in_one_sentence():
    failing, waived = judged({"at_most": "1%"}), {**judged({"at_most": "12%"}), "result": "waived"}
    passing = judged({"at_most": "12%"})
    assert gates_sentence([]) == "No gates declared."
    assert gates_sentence([passing]) == "All gates pass."
    assert gates_sentence([passing, waived]) == "1 of 2 gates waived, the rest pass."
    assert gates_sentence([passing, failing]) == "1 of 2 gates fails: wape of 1min at most 1% (5.8%)."
    untested = expected({"peak_at_least": "2x"}, events=())
    assert gates_sentence([passing, untested]) == "All gates pass; 1 untested."
