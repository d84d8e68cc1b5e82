from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cloudtune.report.document import PeriodRow
from cloudtune.report.render import SHOWN_WEEKS, render_markdown
from cloudtune.report.templates import load_templates
from tests.report.scenarios import SCENARIOS
from tests.report.test_escape import DENSE, NASTY

SECTIONS = [
    "Key figures",
    "Charts",
    "Peaks",
    "Events",
    "Weekly outlook",
    "Ingredients",
    "Excluded data",
    "Accuracy",
    "Gates",
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
        assert re.match(r"\|.*\n\|[-:|]+\|\n", table)


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_section_runs_into_the_next(name):
    text = rendered(name)
    assert "\n\n\n" not in text
    assert re.search(r"[^\n]\n## ", text) is None
    assert not re.search(r"[ \t]+$", text, re.MULTILINE)
    assert text.endswith("|\n\n</details>\n")


def test_warnings_stand_right_under_the_verdict():
    text = rendered("prime-day", verdict="All is well.", warnings=["the last week is partial"])
    assert "**All is well.**\n\n> ⚠️ the last week is partial\n\n## Key figures\n" in text


def test_a_table_of_weeks_has_no_column_of_nothing():
    weeks = [
        PeriodRow("2026-06-01", 100.0, None, None, None),
        PeriodRow("2026-06-08", 200.0, None, None, None),
    ]
    assert "| week of | total |\n|---|--:|\n| Mon 1 Jun 2026 | 100 |\n" in rendered("prime-day", weekly=weeks)
    known = [PeriodRow("2026-06-01", 100.0, None, None, 0.5), *weeks[1:]]
    assert "| Mon 8 Jun 2026 | 200 | n/a |\n" in rendered("prime-day", weekly=known)


def test_a_changepoint_that_nobody_declared_was_found_in_the_data():
    found = {"kind": "level", "at": "2026-02-10", "declared": False, "reason": "found in the data"}
    text = rendered("prime-day", breaks=[{**found, "size": {"value": 0.08, "low": 0.06, "high": 0.1}}])
    assert "| level shift | Tue 10 Feb 2026 | +8.0% | +6.0% to +10.0% | found in the data |" in text


def test_weeks_past_the_first_quarter_are_folded():
    shown, folded = rendered("prime-day").split("<details><summary>39 more weeks</summary>")
    weeks = shown[shown.index("## Weekly outlook") :]
    assert weeks.count("| Mon ") == SHOWN_WEEKS
    assert folded.split("</details>")[0].count("| Mon ") == 39


def test_an_edition_more_is_a_line_more():
    before = SCENARIOS["power-load"]()
    events = before["events"]
    after = {**before, "events": [*events[:3], {**events[3], "start": "2026-10-08T00:00"}, *events[3:]]}
    old = render_markdown(before, load_templates()).splitlines()
    new = render_markdown(after, load_templates()).splitlines()
    added = [line for line in new if line not in old]
    assert len(new) == len(old) + 1
    assert len(added) == 1


def test_nothing_of_the_clock_or_the_machine_is_told():
    text = rendered("prime-day")
    assert not re.search(r"\b(?:today|tomorrow|next week|ago|seconds|localhost)\b", text)


def block_types(text: str) -> list[str]:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    return [token.type for token in parser.parse(text)]


def inline_types(text: str) -> set[str]:
    parser = MarkdownIt("commonmark", {"html": True}).enable("table").enable("strikethrough")
    return {child.type for token in parser.parse(text) for child in token.children or []}


def with_strings(document: dict, text: str) -> dict:
    """The document with `text` in every place that holds words of people or sources."""
    words = {"name", "driver", "says", "reason", "review_by", "learned_from", "what", "chosen", "alternative"}
    words |= {
        "owner",
        "region",
        "description",
        "unit",
        "timezone",
        "growth_kind",
        "verdict",
        "gate",
        "ahead",
        "spec",
    }
    if isinstance(document, dict):
        return {key: text if key in words else with_strings(value, text) for key, value in document.items()}
    if isinstance(document, list):
        return [with_strings(item, text) for item in document]
    return document


PLAIN = render_markdown(
    with_strings(
        {**SCENARIOS["prime-day"](), "warnings": ["x"], "repairs": [["x", 1, "x"]], "unused": ["x"]}, "x"
    ),
    load_templates(),
)


@given(NASTY | DENSE | st.text())
@settings(max_examples=60)
def test_no_text_in_any_place_changes_the_shape_of_a_report(text):
    text = f"{text}x"
    document = {
        **SCENARIOS["prime-day"](),
        "warnings": [text],
        "repairs": [[text, 1, text]],
        "unused": [text],
    }
    rendered = render_markdown(with_strings(document, text), load_templates())
    assert block_types(rendered) == block_types(PLAIN)
    assert inline_types(rendered) <= inline_types(PLAIN) | {"text_special"}
