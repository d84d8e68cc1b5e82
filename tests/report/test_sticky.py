from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloudtune.report.document import PeriodRow, SurpriseRow
from cloudtune.report.io import dump_document
from cloudtune.report.noise import noise_of
from cloudtune.report.sticky import settle
from tests.report.builders import document, good_spec

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


@pytest.mark.parametrize("scale", [0.5, 1.5])
def test_what_has_left_its_noise_is_renewed(scale):
    settled = settle(fresh(scale), BASE)
    assert settled["weekly"] == fresh(scale)["weekly"]
    assert settled["peak"] == fresh(scale)["peak"]


@pytest.mark.parametrize("scale", [1.006, 0.994, 1.5])
def test_an_edit_beyond_the_tolerance_renews_every_figure(scale):
    edited = fresh(scale)
    edited["inputs"]["spec"] = "another"
    settled = settle(edited, BASE)
    assert settled["weekly"] == edited["weekly"]
    assert settled["peak"] == edited["peak"]


def test_the_tolerance_is_the_specs():
    loose = good_spec(tolerance="20%")
    assert settle(fresh(1.15, spec=loose), BASE)["weekly"] == BASE["weekly"]


@given(st.lists(st.floats(-0.02, 0.02), min_size=1, max_size=7))
@settings(max_examples=5, deadline=None)
def test_small_moves_do_not_add_up_unseen(moves):
    """Each is held against the committed figures, not against the last run."""
    committed, scale = BASE, 1.0
    for day, move in enumerate(moves):
        scale *= 1 + move
        made = fresh(scale, data=str(day))
        committed = settle(made, committed)
        now, new = committed["peak"]["height"], made["peak"]["height"]
        assert abs(now["value"] - new["value"]) <= max(noise_of(now, 0.005), noise_of(new, 0.005)) + 1


@given(st.lists(st.tuples(st.floats(0.9, 1.1), st.integers(0, 12)), min_size=1, max_size=6))
@settings(max_examples=5, deadline=None)
def test_days_add_up_to_their_week_whatever_was_kept(runs):
    committed = weeks_from(0, 1.0)
    for number, (scale, later) in enumerate(runs, 1):
        committed = settle(weeks_from(number + later, scale, data=str(number)), committed)
        days = {row.date: row.value for row in committed["daily"]}
        for week in committed["weekly"]:
            monday = np.datetime64(week.date)
            found = [days.get(str(monday + k)) for k in range(7)]
            assert sum(found) == pytest.approx(week.value, rel=1e-9)


def weeks_from(first: int, scale: float, data: str = "0"):
    """Ten weeks of days from a day on, each with its own size, and the whole weeks among them."""
    begin = np.datetime64("2026-06-01") + first
    days = [PeriodRow(str(begin + k), *sizes_of(begin + k, scale), None) for k in range(70)]
    weekly = []
    for k, row in enumerate(days[:-6]):
        if np.datetime64(row.date).item().weekday() == 0:
            week = days[k : k + 7]
            total = sum(one.value for one in week)
            weekly.append(PeriodRow(row.date, total, 0.96 * total, 1.04 * total, None))
    made = fresh(data=data)
    return {**made, "daily": days, "weekly": weekly}


def sizes_of(day: np.datetime64, scale: float):
    value = round(1000 * scale * (1 + 0.1 * (int(day.astype("int64")) % 7)))
    return value, 0.92 * value, 1.08 * value


def test_a_row_that_moves_renews_its_own_and_no_other():
    found = copy.deepcopy(fresh(1.001))
    found["events"][0]["lift"] = {"value": 9.0, "low": 8.0, "high": 10.0}
    settled = settle(found, BASE)
    assert settled["events"][0] == found["events"][0]
    assert settled["weekly"] == BASE["weekly"]
    assert settled["growth"] == BASE["growth"]


def test_the_peak_stays_on_its_day_until_another_clearly_beats_it():
    found = copy.deepcopy(fresh())
    height = BASE["peak"]["height"]
    near = {**found["peak"], "at": "2026-07-16T20:00", "height": {**height, "value": height["value"] * 1.01}}
    found["peaks"] = [*found["peaks"], near]
    found["peak"] = near
    assert settle(found, BASE)["peak"] == BASE["peak"]
    far = {**near, "height": {name: 1.5 * value for name, value in height.items()}}
    assert settle({**found, "peak": far, "peaks": [*BASE["peaks"], far]}, BASE)["peak"] == far


def test_a_choice_stays_until_another_is_clearly_better():
    before = {**BASE, "choices": [choice("log", 0.05, "id", 0.06)]}
    assert (
        settle({**fresh(), "choices": [choice("id", 0.05, "log", 0.051)]}, before)["choices"]
        == before["choices"]
    )


def choice(chosen: str, error: float, other: str, its: float):
    return {"what": "scale", "chosen": chosen, "error": error, "alternative": other, "alternative_error": its}


def test_a_day_that_strays_is_news_when_it_comes_and_not_for_a_later_fit():
    through = BASE["inputs"]["data_through"][:10]
    rows = [SurpriseRow("2026-05-20", 0.3, 0.02), SurpriseRow(through, 0.2, 0.02)]
    assert settle({**fresh(), "surprises": rows}, BASE)["surprises"] == rows[1:]


def test_settling_twice_is_settling_once():
    for scale in (1.0, 1.003, 1.3):
        once = settle(fresh(scale), BASE)
        assert dump_document(settle(fresh(scale), once)) == dump_document(once)


def test_a_day_that_passed_leaves_and_a_new_one_joins():
    later = fresh(1.001)
    later["daily"] = [*later["daily"][1:], PeriodRow("2026-08-30", 300000000, None, None, 333000)]
    settled = settle(later, BASE)
    assert settled["daily"] == [*BASE["daily"][1:], later["daily"][-1]]


@pytest.mark.parametrize("key", ["events", "gates", "exclusions"])
def test_a_row_less_is_news(key):
    found = {**fresh(1.001), key: []}
    assert settle(found, BASE)[key] == []


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


@pytest.mark.parametrize(("points", "stays"), [(6 * 1440, True), (4000 * 1440, False)])
def test_accuracy_moves_by_what_its_points_leave_to_chance(points, stays):
    before = [{**row, "points": points} for row in BASE["accuracy"]]
    now = [{**row, "coverage": row["coverage"] - 0.1} for row in before]
    assert (settle({**fresh(), "accuracy": now}, {**BASE, "accuracy": before})["accuracy"] == before) is stays


def test_a_scale_at_the_edge_of_a_decade_does_not_flicker():
    finer = {**fresh(), "decimals": BASE["decimals"] + 1}
    assert settle(finer, BASE) == {**BASE, "inputs": finer["inputs"]}
