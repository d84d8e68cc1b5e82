"""docs/security.md names every suite of attacks, and no suite that isn't there."""

from __future__ import annotations

import re

from tests.project.tree import ROOT

PAGE = (ROOT / "docs/security.md").read_text(encoding="utf-8")
HERE = ROOT / "tests/attacks"
ROW = re.compile(r"^\| (\d+) \| (.+) \| (.+) \| (.+) \|$", re.MULTILINE)


def test_every_promise_names_suites_that_are_there():
    rows = ROW.findall(PAGE)
    assert [int(number) for number, *_ in rows] == list(range(1, len(rows) + 1))
    for number, _, _, tested in rows:
        suites = re.findall(r"`(test_\w+\.py)`", tested)
        assert suites, number
        assert all((HERE / suite).is_file() for suite in suites), tested


def test_every_suite_of_attacks_is_on_the_page():
    named = set(re.findall(r"`(test_\w+\.py)`", PAGE))
    assert {path.name for path in HERE.glob("test_*.py")} - {"test_page.py"} == named


def test_limits_that_the_page_tells_are_those_of_the_code():
    from cloudtune.cli import walls
    from cloudtune.data import opening, regular, variables
    from cloudtune.report import sandbox

    told = [
        f"a source has {opening.SECONDS:g} seconds",
        f"grow by {opening.MOST_MORE // 1024**3} GiB",
        f"at most {regular.MOST_STEPS:,} steps",
        f"{variables.MOST_VALUES:,}",
        f"{sandbox.STEPS:,} steps and {sandbox.LONGEST:,} characters",
        f"at most {walls.MEMORY // 1024**3} GiB",
    ]
    assert [each for each in told if each not in PAGE] == []


def test_every_checkout_that_we_show_keeps_no_credentials():
    places = [ROOT / "action.yml", *(ROOT / ".github").rglob("*.yml"), *(ROOT / "docs").rglob("*.md")]
    places += [path for path in (ROOT / "cloudtune").rglob("*") if path.suffix in {".yml", ".py", ".yaml"}]
    for place in places:
        text = place.read_text(encoding="utf-8")
        for found in re.finditer(r"uses: actions/checkout", text):
            assert "persist-credentials: false" in text[found.end() : found.end() + 400], place


def test_no_workflow_runs_a_module_of_the_checkout():
    forges = (ROOT / "cloudtune").rglob("*.yml")
    for place in [*(ROOT / ".github/workflows").glob("*.yml"), *forges, ROOT / "action.yml"]:
        assert not re.search(r"python3? -m ", place.read_text(encoding="utf-8")), place
