from __future__ import annotations

import json
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from cloudtune.track.after_action import after_action
from cloudtune.track.chart import svg
from cloudtune.track.facts import facts_of
from cloudtune.track.findings import recommendation_of
from cloudtune.track.json_lines import json_lines
from cloudtune.track.nowcast import nowcast
from cloudtune.track.terminal import text
from tests.track.builders import tracking


@pytest.mark.parametrize("seen", [0.05, 0.5, 1.0], ids=["just begun", "half way", "over"])
@pytest.mark.parametrize("hours", [2, 48, 96])
def test_terminal_fits_eighty_columns(hours, seen):
    part = tracking(hours, level=1.3, seen=seen)
    drawn = text(part, nowcast(part))
    assert max(map(len, drawn.split("\n"))) <= 80
    assert ("projected" in drawn) == (seen < 1)


def test_terminal_draws_a_window_of_two_points():
    assert "●" in text(tracking(2, step="1h"))


def test_terminal_says_what_a_planner_asks():
    drawn = text(tracking(level=1.5, noise=0.0))
    assert drawn.startswith("us-orders, sale of 2026-07-14\n  forecast 1f2e3d4, made 7 days before\n")
    assert "total +50.0%   peak +50.0% (15:00, on time)" in drawn
    assert "inside 80% for 0% of 576 points of 5 min, 576 above, 0 below" in drawn
    assert "opening +50.0%" in drawn
    assert "●" in drawn


def test_report_has_verdict_picture_phases_and_recommendation():
    whole = tracking(level=1.5)
    report = after_action(
        whole, recommendation_of(facts_of(whole), whole.window), patch="--- a\n+++ b\n", picture="x.svg"
    )
    headings = [line for line in report.splitlines() if line.startswith("#")]
    assert headings == ["# us-orders, sale of 2026-07-14", "## Figures", "## By phase", "## Recommendation"]
    assert "![forecast and actuals](x.svg)" in report
    assert "```diff\n--- a\n+++ b\n```" in report
    assert "longest without a break: 2,880 minutes" in report
    assert not report.endswith("\n\n")


def test_report_of_a_running_event_says_so():
    part = tracking(level=1.2, seen=0.4)
    report = after_action(part, recommendation_of(facts_of(part), part.window), update=nowcast(part))
    assert "running, 230 of 576 points" in report
    assert "## In flight" in report


def test_picture_is_xml_and_the_same_bytes_twice():
    part = tracking(96, level=1.2, step="1min")
    picture = svg(part, nowcast(part, 2000))
    assert picture == svg(part, nowcast(part, 2000))
    root = ET.fromstring(picture)
    assert root.get("role") == "img"
    assert picture.count("\n") < 120
    assert len(picture) < 200_000


def test_picture_keeps_a_peak_of_one_minute():
    part = tracking(96, step="1min", noise=0.0)
    part.actual[3001] = part.actual.max() * 3
    top = float(part.actual[3001])
    drawn = svg(part)
    smooth = svg(tracking(96, step="1min", noise=0.0))
    assert np.isfinite(top)
    assert drawn != smooth


def test_lines_are_json_with_null_where_nothing_came():
    part = tracking(2, seen=0.5)
    rows = [json.loads(line) for line in json_lines(part, facts_of(part), nowcast(part))]
    assert len(rows) == 25
    assert rows[0]["time"] == "2026-07-14T00:00:00Z"
    assert rows[-2]["actual"] is None
    assert rows[-2]["nowcast"] > 0
    assert rows[-1]["facts"]["seen"] == 12
    assert [
        row["time"] for row in map(json.loads, list(json_lines(part, facts_of(part), since=23))[:-1])
    ] == [
        "2026-07-14T01:55:00Z",
    ]
