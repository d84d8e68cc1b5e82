from __future__ import annotations

import re
from pathlib import Path

from cloudtune.errors import CODES
from tests.data import error_page
from tests.spec.error_pages import sections

PAGE = Path(__file__).parents[2] / "docs" / "errors" / "CT4.md"
WITHOUT_EXAMPLE = {"CT402", "CT418", "CT420"}
"""A symlink, a query without an end, a secret: see test_opening and tests/attacks."""


def test_page_shows_what_its_examples_give(golden, tmp_path):
    golden(PAGE, error_page.rendered(PAGE.read_text(encoding="utf-8"), tmp_path))


def test_every_data_code_has_a_title_an_example_that_triggers_it_and_a_mend():
    found = sections(PAGE.read_text(encoding="utf-8"))
    assert sorted(found) == sorted(code for code in CODES if code.startswith("CT4"))
    for code, (title, body) in found.items():
        assert title == CODES[code]
        assert "**Mend:** " in body
        assert code in WITHOUT_EXAMPLE or re.search(rf"^specs/.*(error|warning) {code}: ", body, re.MULTILINE)
