from __future__ import annotations

import re
from pathlib import Path

import pytest

from cloudtune.errors import CODES
from tests.spec import error_pages

PAGES = Path(__file__).parents[2] / "docs" / "errors"
FAMILIES = ("CT1", "CT2", "CT3")
WITHOUT_EXAMPLE = {
    "CT106": "a mebibyte of YAML",
    "CT108": "bytes that a page can't hold",
    "CT114": "likewise",
    "CT115": "a file without permissions",
    "CT116": "a folder without specs",
    "CT310": "two files",
    "CT311": "data",
    "CT312": "data",
    "CT320": "data",
    "CT330": "two files",
}
"""Triggered by tests of their own."""


@pytest.mark.parametrize("family", FAMILIES)
def test_page_shows_what_its_examples_give(family, golden, tmp_path):
    page = (PAGES / f"{family}.md").read_text(encoding="utf-8")
    golden(PAGES / f"{family}.md", error_pages.rendered(page, tmp_path))


@pytest.mark.parametrize("family", FAMILIES)
def test_every_code_has_a_title_an_example_that_triggers_it_and_a_mend(family):
    found = error_pages.sections((PAGES / f"{family}.md").read_text(encoding="utf-8"))
    assert sorted(found) == sorted(code for code in CODES if code.startswith(family))
    for code, (title, body) in found.items():
        assert title == CODES[code]
        assert "**Mend:** " in body
        assert code in WITHOUT_EXAMPLE or re.search(rf"^specs/.*(error|warning) {code}: ", body, re.MULTILINE)
