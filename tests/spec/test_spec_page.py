from __future__ import annotations

from pathlib import Path

from cloudtune.spec.json_schema import docs_of
from cloudtune.spec.reader import read
from tests.spec import spec_page

PAGE = Path(__file__).parents[2] / "docs" / "spec.md"


def test_the_page_of_the_spec_language_is_fresh(golden):
    golden(PAGE, spec_page.rendered(PAGE.read_text(encoding="utf-8")))


def test_every_block_has_its_table():
    known = set(spec_page.blocks())
    assert len(known) >= 20
    assert known - spec_page.explained(PAGE.read_text(encoding="utf-8")) == set()


def test_every_key_has_a_meaning_and_an_example_that_is_yaml():
    checked = 0
    for block in spec_page.blocks().values():
        docs = docs_of(block)
        for name in block.model_fields:
            assert docs[name].meaning.endswith(".")
            document = read(f"example: {docs[name].example}".encode(), "example")
            assert document.problems == () or docs[name].example == ";"
            checked += 1
    assert checked > 100
