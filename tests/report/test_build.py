from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cloudtune.data.series import Series
from cloudtune.data.timeline import Timeline
from cloudtune.engine.result import StepForecast
from cloudtune.report.io import dump_document
from cloudtune.report.outlook import history_rows
from cloudtune.timegrid import STEPS
from tests.report.builders import CUTOFF, ZONE, cleaned, document, good_spec, local_start, outcome
from tests.report.scenarios import SCENARIOS


def test_the_verdict_reads_like_a_sentence():
    assert document()["verdict"] == (
        "The highest peak is Prime Day, most likely Tue 14 Jul 2026 00:01: 1.34M orders a minute"
        " (80%: 1.21M to 1.52M), 3.4 times a normal Tuesday. Growth 11.8% a year. All gates pass."
    )


def test_an_event_points_at_the_line_that_causes_it():
    (event,) = document()["events"]
    assert (event["file"], event["line"], event["length"]) == ("specs/calendars/us-retail.yaml", 14, "96h")


def test_an_event_of_unknown_origin_has_no_line():
    stranger = replace(outcome().events[0], name="stranger")
    assert document(events=(stranger,))["events"][0]["line"] is None


def test_events_are_in_order_of_their_start():
    (event,) = outcome().events
    later = replace(event, name="a-later-one", start=event.end, end=event.end + np.timedelta64(1, "D"))
    assert [row["name"] for row in document(events=(later, event))["events"]] == ["prime-day", "a-later-one"]


def test_a_borrowed_lift_is_named_after_the_edition_that_it_raises():
    (event,) = outcome().events
    launch = replace(event, name="console-launch", learned_from="1.5 x prime-day")
    made = document(events=(launch,))
    assert made["peak"]["driver"] == "console-launch"
    assert made["verdict"].startswith("The highest peak is Console Launch, ")


def test_an_echo_outside_the_edition_keeps_its_event():
    (event,) = outcome().events
    over = replace(
        event, start=event.start - np.timedelta64(9, "D"), end=event.start - np.timedelta64(8, "D")
    )
    assert document(events=(over,))["peak"]["driver"] == "prime-day"


def test_figures_of_a_series_share_their_decimals():
    small = document(scale=0.0001)
    assert small["decimals"] == 4
    values = [value for row in small["weekly"] for value in row[1:] if value is not None]
    assert all(round(value, 4) == value for value in values)
    assert small["peak"]["height"]["value"] == 134.0432


def test_days_of_finer_points_add_up_to_their_week():
    whole = document()
    days = {row[0]: row[1] for row in whole["daily"]}
    week = [days[f"2026-06-{day:02d}"] for day in range(8, 15)]
    alone = document(forecasts={"1min": outcome().forecasts["1min"]})
    weekly = {row[0]: row[1] for row in alone["weekly"]}
    assert weekly["2026-06-08"] == pytest.approx(sum(week), abs=7)


def test_added_up_days_admit_that_they_know_no_interval():
    assert {tuple(row[2:4]) for row in document()["daily"]} == {(None, None)}


def test_only_whole_days_and_weeks_are_listed():
    cut = outcome().forecasts["1min"]
    part = slice(0, 10 * 1440 + 600)
    shorter = StepForecast(
        cut.timeline.head(part.stop), cut.mean[part], cut.median[part], {0.5: cut.mean[part]}, {}, cut.scale
    )
    made = document(forecasts={"1min": shorter})
    assert [row[0] for row in made["daily"]][-1] == "2026-06-10"
    assert [row[0] for row in made["weekly"]] == ["2026-06-01"]


def test_the_highest_step_of_a_week_is_known_only_where_the_base_reaches():
    highest = [row[4] for row in document()["weekly"]]
    assert highest[6] == max(value for value in highest if value is not None)
    assert highest[20:] == [None] * len(highest[20:])


def test_paths_added_up_by_the_engine_are_preferred():
    weekly = outcome().forecasts["1w"]
    made = document(outlook={"1d": replace(weekly, quantiles=weekly.quantiles)})
    assert made["daily"][0][2] is not None


def test_history_is_two_years_of_whole_weeks():
    history = document()["history"]
    assert len(history) == 104
    assert history[-1][0] == "2026-05-25"
    assert all(value is not None for _, value in history)


def test_a_longer_coarser_history_comes_before_a_young_series():
    actuals = cleaned()
    young = Timeline(local_start(CUTOFF - np.timedelta64(28, "D")), 28 * 24, STEPS["1h"], ZONE)
    known = actuals.series.values[-young.periods :]
    daily = Timeline(local_start(CUTOFF - np.timedelta64(70, "D")), 70, STEPS["1d"], ZONE)
    short = replace(
        actuals,
        series=replace(actuals.series, timeline=young, values=known),
        masked=np.zeros(young.periods, dtype=bool),
        history=Series(daily, np.full(70, 7.0)),
    )
    rows = history_rows(short, "1w", 0)
    assert [row[1] for row in rows[:6]] == [49] * 6
    assert rows[6:] == history_rows(actuals, "1w", 0)[-4:]


def test_a_week_with_a_gap_is_no_slump_but_half_a_week_is_nothing():
    actuals = cleaned()
    masked = actuals.masked.copy()
    masked[-40:] = True
    masked[-168 * 2 : -168 - 20] = True
    rows = dict(history_rows(replace(actuals, masked=masked), "1w", 0))
    whole = dict(history_rows(actuals, "1w", 0))
    assert rows["2026-05-25"] == pytest.approx(whole["2026-05-25"], rel=0.1)
    assert "2026-05-18" not in rows


def test_the_points_around_the_peak_keep_its_edge():
    rows = document()["peak_day"]
    assert 200 < len(rows) <= 288
    assert rows[0][0] == "2026-07-14T00:00"
    assert max(row[1] for row in rows) == pytest.approx(outcome().forecasts["1min"].mean.max(), abs=1)


def test_a_capacity_block_without_a_fleet_is_named_and_one_with_a_fleet_leads_to_its_orders():
    fleet = [{"instance": "m7g.4xlarge", "throughput": "1200/min"}]
    assert document(spec=good_spec(capacity={"headroom": "10%"}))["unused"] == ["capacity"]
    planned = document(spec=good_spec(capacity={"fleet": fleet}))
    assert (planned["unused"], planned["orders"]) == ([], "us-orders.capacity.md")
    assert "orders" not in document()


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_same_run_gives_the_same_bytes(name):
    assert dump_document(SCENARIOS[name]()) == dump_document(SCENARIOS[name]())
