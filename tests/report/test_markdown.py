from __future__ import annotations

import re

import pytest

from cloudtune.report.markdown import SHOWN_WEEKS, render_markdown
from cloudtune.report.templates import load_templates
from tests.report.scenarios import SCENARIOS

SECTIONS = [
    "Key figures",
    "Peaks",
    "Events",
    "Weekly outlook",
    "Ingredients",
    "Excluded data",
    "Accuracy",
    "Gates",
    "Charts",
    "Inputs",
]


def rendered(name: str, **changes) -> str:
    return render_markdown({**SCENARIOS[name](), **changes}, load_templates())


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_report_has_every_section_in_order(name):
    assert re.findall(r"^## (.+)$", rendered(name), re.MULTILINE) == SECTIONS


@pytest.mark.parametrize("name", SCENARIOS)
def test_every_table_is_whole(name):
    for table in re.findall(r"(?:^\|.*\n)+", rendered(name), re.MULTILINE):
        widths = {len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}
        assert len(widths) == 1
        assert re.match(r"\|.*\n\|[-|]+\|\n", table)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_section_runs_into_the_next(name):
    text = rendered(name)
    assert "\n\n\n" not in text
    assert re.search(r"[^\n]\n## ", text) is None
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert text.endswith("|\n")


def test_weeks_past_the_first_quarter_are_folded():
    shown, folded = rendered("prime-day").split("<details><summary>39 more weeks</summary>")
    weeks = shown[shown.index("## Weekly outlook") :]
    assert weeks.count("| Mon ") == SHOWN_WEEKS
    assert folded.split("</details>")[0].count("| Mon ") == 39


def test_an_event_more_is_a_line_more():
    before = SCENARIOS["power-load"]()
    events = before["events"]
    after = {**before, "events": [*events[:3], {**events[3], "name": "added"}, *events[3:]]}
    old = render_markdown(before, load_templates()).splitlines()
    new = render_markdown(after, load_templates()).splitlines()
    added = [line for line in new if line not in old]
    assert len(new) == len(old) + 1
    assert len(added) == 1


def test_nothing_of_the_clock_or_the_machine_is_told():
    text = rendered("prime-day")
    assert not re.search(r"\b(?:today|tomorrow|next week|ago|seconds|localhost)\b", text)
