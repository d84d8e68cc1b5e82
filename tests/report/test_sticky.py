from __future__ import annotations

import copy
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.report.document import PeriodRow
from cloudtune.report.io import dump_document
from cloudtune.report.sticky import settle
from tests.report.builders import document, good_spec, outcome

BASE = settle(document(), None)


def fresh(scale: float = 1.0, data: str = "new", **changes):
    made = document(scale, **changes)
    return {**made, "inputs": {**made["inputs"], "data": data}}


def test_the_first_report_is_what_was_found():
    assert settle(document(), None)["weekly"] == document()["weekly"]


@given(st.floats(0.5, 2))
@settings(max_examples=5)
def test_equal_inputs_keep_every_byte_whatever_came_out(scale):
    assert settle(document(scale), BASE) == BASE


def test_a_new_description_is_news_of_its_own():
    described = settle(document(spec=good_spec(description="Orders, placed")), BASE)
    assert described == {**BASE, "description": "Orders, placed"}


@pytest.mark.parametrize("scale", [1.004, 0.996])
def test_a_move_below_the_tolerance_changes_the_inputs_alone(scale):
    settled = settle(fresh(scale), BASE)
    assert settled["inputs"]["data"] == "new"
    assert {**settled, "inputs": BASE["inputs"], "history": BASE["history"]} == BASE


@pytest.mark.parametrize("scale", [1.006, 0.994, 1.5])
def test_a_move_beyond_the_tolerance_renews_every_figure(scale):
    settled = settle(fresh(scale), BASE)
    assert settled["weekly"] == fresh(scale)["weekly"]
    assert settled["peak"] == fresh(scale)["peak"]


def test_the_tolerance_is_the_specs():
    loose = good_spec(tolerance="20%")
    assert settle(fresh(1.15, spec=loose), BASE)["weekly"] == BASE["weekly"]


def test_small_moves_do_not_add_up_unseen():
    """Each is held against the committed figures, not against the last run."""
    committed = BASE
    for step in range(1, 10):
        scale = 1 + 0.002 * step
        committed = settle(fresh(scale, data=str(step)), committed)
        now = committed["peak"]["height"]["value"]
        assert abs(now / document(scale)["peak"]["height"]["value"] - 1) <= 0.0051


def test_settling_twice_is_settling_once():
    for scale in (1.0, 1.003, 1.3):
        once = settle(fresh(scale), BASE)
        assert dump_document(settle(fresh(scale), once)) == dump_document(once)


def test_a_day_that_passed_leaves_and_a_new_one_joins():
    later = fresh(1.001)
    later["daily"] = [*later["daily"][1:], PeriodRow("2026-08-30", 300000000, None, None, 333000)]
    settled = settle(later, BASE)
    assert settled["daily"] == [*BASE["daily"][1:], later["daily"][-1]]


@pytest.mark.parametrize("key", ["events", "gates", "exclusions", "breaks"])
def test_a_row_more_or_less_is_news(key):
    found = fresh(1.001)
    found[key] = []
    assert settle(found, BASE) == {**found, "peaks": settle(found, None)["peaks"]}


def test_a_moved_event_is_news():
    found = copy.deepcopy(fresh(1.001))
    found["events"][0]["start"] = "2026-07-21T00:00"
    assert settle(found, BASE)["events"] == found["events"]


def test_a_comment_that_shifts_lines_is_no_news():
    found = copy.deepcopy(fresh())
    found["events"][0]["line"] = 99
    assert settle(found, BASE)["events"] == BASE["events"]


def retold(scale: float = 1.0) -> dict:
    """A run by a CloudTune that tells the same forecast in other words."""
    made = fresh(scale, data=BASE["inputs"]["data"])
    return {**made, "verdict": "Told anew.", "inputs": {**made["inputs"], "template": "t2"}}


def test_other_words_for_the_same_figures_are_taken():
    settled = settle(retold(), BASE)
    assert (settled["verdict"], settled["weekly"]) == ("Told anew.", BASE["weekly"])


def test_words_stay_with_the_figures_that_they_speak_of():
    settled = settle(retold(1.004), BASE)
    assert (settled["verdict"], settled["weekly"]) == (BASE["verdict"], BASE["weekly"])
    assert settled["inputs"]["template"] == "t2"


def test_another_forecast_in_the_same_place_inherits_nothing():
    other = {**fresh(1.001), "id": "store/other"}
    assert settle(other, BASE)["weekly"] == other["weekly"]


def test_rates_may_move_by_the_tolerance_itself():
    rows = tuple(replace(row, wape=row.wape + 0.004) for row in outcome().accuracy)
    assert settle(fresh(accuracy=rows), BASE)["accuracy"] == BASE["accuracy"]
    rows = tuple(replace(row, wape=row.wape + 0.006) for row in outcome().accuracy)
    assert settle(fresh(accuracy=rows), BASE)["accuracy"] != BASE["accuracy"]


def test_a_scale_at_the_edge_of_a_decade_does_not_flicker():
    finer = {**fresh(), "decimals": BASE["decimals"] + 1}
    assert settle(finer, BASE) == {**BASE, "inputs": finer["inputs"]}
