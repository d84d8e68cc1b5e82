from __future__ import annotations

import itertools

import pytest

from cloudtune.files import write_text
from cloudtune.report.index import render_index
from cloudtune.report.store import read_fleet, write_index, write_report
from cloudtune.report.templates import load_templates
from tests.report.builders import document
from tests.report.scenarios import hostile, power_load

FLEET = [
    {**document(), "id": name, "owner": owner, "region": region}
    for name, owner, region in (
        ("store/us-orders", "team-a", "US"),
        ("store/in-orders", "team-a", "IN"),
        ("store/us-traffic", "team-b", "US"),
        ("batch", "", ""),
    )
]


def test_rows_are_grouped_by_owner_and_region():
    text = render_index(FLEET, load_templates())
    lines = [line for line in text.splitlines() if line.startswith(("## ", "| ["))]
    assert [line.split("](")[0].lstrip("| [") for line in lines] == [
        "## team-a · IN",
        "store/in-orders",
        "## team-a · US",
        "store/us-orders",
        "## team-b · US",
        "store/us-traffic",
        "## no owner",
        "batch",
    ]


def test_the_order_of_reports_does_not_matter():
    texts = {render_index(order, load_templates()) for order in itertools.permutations(FLEET)}
    assert len(texts) == 1


def test_failing_gates_are_counted():
    text = render_index([power_load(), document()], load_templates())
    assert "**2 forecasts; gates fail in 1.**" in text
    assert "❌ 1 of 5 fail" in text
    assert "✅ 2 pass" in text


def test_an_empty_fleet_says_how_to_begin(tmp_path):
    assert write_index(tmp_path, load_templates()) == "changed"
    assert "`cloudtune init`" in (tmp_path / "reports/index.md").read_text(encoding="utf-8")


def test_the_index_is_written_once(tmp_path):
    templates = load_templates()
    write_report(tmp_path, document(), templates=templates)
    assert write_index(tmp_path, templates) == "changed"
    assert write_index(tmp_path, templates) == "unchanged"


def test_a_report_that_cannot_be_read_is_listed(tmp_path):
    write_text(tmp_path / "reports/store/bad.json", "<<<<<<< HEAD\n")
    documents, problems = read_fleet(tmp_path)
    assert (documents, [problem.code for problem in problems]) == ([], ["CT724"])
    write_index(tmp_path, load_templates())
    assert "- reports/store/bad.json: delete it" in (tmp_path / "reports/index.md").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("make", [hostile])
def test_hostile_names_keep_the_table_whole(make):
    rows = [line for line in render_index([make()], load_templates()).splitlines() if line.startswith("| [")]
    assert len(rows) == 1
    assert rows[0].replace("\\|", "").count("|") == 8
