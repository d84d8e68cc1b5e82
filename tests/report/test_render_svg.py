from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from cloudtune.report.document import PeriodRow
from cloudtune.report.escape import visible
from cloudtune.report.render import render_svg
from tests.report.scenarios import SCENARIOS

DRAWN = {"svg", "title", "desc", "style", "rect", "path", "text", "circle"}
NS = "{http://www.w3.org/2000/svg}"


def parsed(name: str, **changes) -> ET.Element:
    return ET.fromstring(render_svg({**SCENARIOS[name](), **changes}))


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_chart_is_well_formed_and_says_what_it_shows(name):
    root = parsed(name)
    assert root.get("role") == "img"
    assert root.find(f"{NS}title").text
    said = root.find(f"{NS}desc").text
    assert said.split() == visible(SCENARIOS[name]()["verdict"]).split()


@pytest.mark.parametrize("name", SCENARIOS)
def test_nothing_is_drawn_outside_the_card(name):
    root = parsed(name)
    width, height = float(root.get("width")), float(root.get("height"))
    for path in root.iter(f"{NS}path"):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]
        assert all(0 <= number <= max(width, height) for number in numbers)
    for text in root.iter(f"{NS}text"):
        assert 0 <= float(text.get("x")) <= width
        assert 0 <= float(text.get("y")) <= height


@pytest.mark.parametrize("name", SCENARIOS)
def test_the_chart_reaches_for_nothing_outside(name):
    text = render_svg(SCENARIOS[name]())
    elements = list(ET.fromstring(text).iter())
    assert {element.tag.removeprefix(NS) for element in elements} <= DRAWN
    attributes = {(key, value) for element in elements for key, value in element.items()}
    assert not [pair for pair in attributes if re.search(r"href|url|http|^on|style", " ".join(pair))]
    assert "url(" not in next(ET.fromstring(text).iter(f"{NS}style")).text
    assert len(text) < 60_000


def test_light_and_dark_have_the_same_rules():
    style = next(parsed("prime-day").iter(f"{NS}style")).text
    light, dark = style.split("@media(prefers-color-scheme:dark){")
    selectors = re.findall(r"^(\.[\w.,]+)\{(?:fill|stroke):#", light, re.MULTILINE)
    assert len(selectors) > 10
    assert selectors == re.findall(r"^(\.[\w.,]+)\{(?:fill|stroke):#", dark, re.MULTILINE)


def test_two_runs_draw_the_same_bytes():
    assert render_svg(SCENARIOS["power-load"]()) == render_svg(SCENARIOS["power-load"]())


def test_a_short_report_has_no_empty_panels():
    assert float(parsed("quiet-daily").get("height")) < float(parsed("prime-day").get("height"))


def test_a_horizon_without_a_whole_day_says_so():
    root = parsed("quiet-daily", weekly=[], daily=[], history=[])
    assert "No whole day within the horizon." in [text.text for text in root.iter(f"{NS}text")]


def test_unknown_bounds_leave_no_band():
    weekly = [PeriodRow(row.date, row.value, None, None, None) for row in SCENARIOS["prime-day"]()["weekly"]]
    paths = parsed("prime-day", weekly=weekly, peak_day=[]).iter(f"{NS}path")
    assert [path for path in paths if path.get("class") == "band"] == []


def labels(name: str, **changes) -> list[str]:
    return [text.text for text in parsed(name, **changes).iter(f"{NS}text") if text.get("class") == "event"]


def test_a_level_shift_is_named_where_the_line_jumps():
    size = {"value": 0.08, "low": 0.06, "high": 0.1}
    shift = {"kind": "level", "at": "2026-02-10", "declared": False, "reason": "", "size": size}
    assert "level +8.0%" in labels("prime-day", breaks=[shift])
    assert "level +8.0%" not in labels("prime-day", breaks=[{**shift, "at": "2019-02-10"}])


def test_what_drives_the_highest_peak_is_named_before_longer_events():
    whole = SCENARIOS["prime-day"]()
    (event,) = whole["events"]
    others = [
        {**event, "name": f"sale-{k}", "lift": {"value": 9.0, "low": 8.0, "high": 10.0}} for k in range(8)
    ]
    assert "prime-day" in labels("prime-day", events=[*others, event])
