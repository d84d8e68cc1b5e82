from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from cloudtune.report.io import dump_document, load_document
from cloudtune.report.render import render_all
from cloudtune.report.sticky import settle
from cloudtune.report.templates import RENDERING, load_templates
from tests.report.scenarios import SCENARIOS

VERSION = Path(__file__).parent.parent / "golden" / "rendering.txt"
GOLDEN = Path(__file__).parent.parent / "golden"
NAMES = {".md": "report.md", ".svg": "report.svg", ".json": "report.json"}


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_run_becomes_the_golden_report(name, golden):
    texts = render_all(settle(SCENARIOS[name](), None), load_templates())
    for suffix, text in texts.items():
        golden(GOLDEN / name / NAMES[suffix], text)


def test_other_reports_have_another_version(golden):
    texts = [
        text
        for name in SCENARIOS
        for text in render_all(settle(SCENARIOS[name](), None), load_templates()).values()
    ]
    digest = hashlib.sha256("\0".join(texts).encode()).hexdigest()[:16]
    version, _, seen = VERSION.read_text(encoding="utf-8").strip().partition(" ")
    assert digest == seen or version != RENDERING, "raise RENDERING in cloudtune/report/templates.py"
    golden(VERSION, f"{RENDERING} {digest}\n")


@pytest.mark.parametrize("name", SCENARIOS)
def test_a_report_is_a_function_of_its_committed_json(name):
    text = (GOLDEN / name / "report.json").read_text(encoding="utf-8")
    document = load_document(text.encode(), "reports/report.json")
    rendered = render_all(document, load_templates())
    assert rendered[".json"] == text == dump_document(document)
    assert rendered[".md"] == (GOLDEN / name / "report.md").read_text(encoding="utf-8")
    assert rendered[".svg"] == (GOLDEN / name / "report.svg").read_text(encoding="utf-8")
