"""What must not be in the repository: machine paths, index addresses, open ends, other people's data."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.project.tree import ROOT, tracked

if TYPE_CHECKING:
    from pathlib import Path

# Written apart, so that this file doesn't find itself.
MACHINE = re.compile(
    "|".join(("/wo" + "rk/", "/fa" + "rm/", "/ro" + "ot/", "/Us" + "ers/", "/ho" + r"me/\w"))
)
INDEX = re.compile(
    "|".join(("pypi" + r"\.org", "python" + "hosted", "--" + "find-links ", "--" + "index-url "))
)
OPEN_ENDS = re.compile(r"\b(TO" + "DO|FIX" + "ME|XX" + "X|Not" + "ImplementedError)\\b")
CONFLICT = re.compile(r"^(<{7} |>{7} )", re.MULTILINE)
BINARY = {".parquet", ".png", ".gz", ".duckdb"}


def texts() -> list[tuple[str, str]]:
    files = tracked()
    if not files:
        pytest.skip("the list of files comes from git, and this is no clone")
    assert len(files) > 100
    return [(name(path), path.read_text("utf-8", "replace")) for path in files if path.suffix not in BINARY]


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("pattern", [MACHINE, INDEX], ids=["machine paths", "index addresses"])
def test_no_file_names_the_machine_it_was_made_on(pattern):
    assert [(file, found[0]) for file, text in texts() if (found := pattern.search(text))] == []


def test_nothing_is_left_open_in_code_or_templates():
    code = [
        (f, t)
        for f, t in texts()
        if f.startswith(("cloudtune/", "templates/", "tests/")) and f.endswith((".py", ".j2"))
    ]
    assert [(file, found[0]) for file, text in code if (found := OPEN_ENDS.search(text))] == []


def test_no_conflict_marker_is_committed():
    meant = ("tests/", "docs/")  # where markers are what is tested or explained
    assert [file for file, text in texts() if not file.startswith(meant) and CONFLICT.search(text)] == []


def test_every_silenced_finding_names_its_code():
    silent = re.compile(r"#\s*(noqa(?!: [A-Z]+\d)|type: ignore(?!\[))")
    assert [
        f for f, t in texts() if f.endswith(".py") and f.startswith("cloudtune/") and silent.search(t)
    ] == []


def test_the_sample_stores_data_is_made_and_not_committed():
    assert [name(path) for path in tracked() if path.suffix in {".parquet", ".duckdb"}] == []
