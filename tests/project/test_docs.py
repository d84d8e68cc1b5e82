"""The docs name every command, option, spec field and error code; every link leads somewhere."""

from __future__ import annotations

import json
import re
import tomllib
from typing import Any
from urllib.parse import unquote

import pytest

from cloudtune.errors import CODES
from tests.project import command_page, error_page
from tests.project.tree import ROOT, pages

LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


def text(*parts: str) -> str:
    return ROOT.joinpath(*parts).read_text(encoding="utf-8")


def test_the_command_page_is_fresh(golden):
    golden(ROOT / "docs" / "commands.md", command_page.page())


def test_the_index_of_errors_is_fresh(golden):
    golden(ROOT / "docs" / "errors.md", error_page.page())


def test_every_argument_and_option_has_words():
    unsaid = [
        f"{name} {parameter.name}"
        for name, command in command_page.commands().items()
        for parameter in command_page.parameters(command)
        if not parameter.help
    ]
    assert len(command_page.commands()) >= 8
    assert unsaid == []


def test_every_spec_field_is_explained():
    fields = {
        field
        for schema in (ROOT / "schema").glob("*.json")
        for field in keys(json.loads(schema.read_bytes()))
    }
    words = text("docs", "spec.md")
    assert len(fields) > 60
    assert (
        sorted(field for field in fields if not re.search(rf"`[^`\n]*\b{re.escape(field)}\b[^`\n]*`", words))
        == []
    )


def keys(schema: Any) -> set[str]:
    """Every property name anywhere in a JSON Schema."""
    if isinstance(schema, list):
        return set().union(*map(keys, schema)) if schema else set()
    if not isinstance(schema, dict):
        return set()
    own = schema.get("properties")
    return (set(own) if isinstance(own, dict) else set()).union(*map(keys, schema.values()))


def test_every_error_code_has_its_place_on_its_familys_page():
    assert len(CODES) > 50
    assert [code for code in sorted(CODES) if not explained(code)] == []


def explained(code: str) -> bool:
    page = ROOT / "docs" / "errors" / f"{code[:3]}.md"
    return page.is_file() and bool(
        re.search(rf"^#+ .*\b{code}\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    )


def test_no_page_explains_a_code_that_does_not_exist():
    named = {
        code
        for page in (ROOT / "docs" / "errors").glob("CT*.md")
        for code in re.findall(r"^#+ .*?\b(CT\d{3})\b", page.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert named - CODES.keys() == set()


@pytest.mark.parametrize("page", pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page):
    prose = FENCE.sub("", page.read_text(encoding="utf-8"))
    links = [link for link in LINK.findall(prose) if not link.startswith(("http://", "https://", "mailto:"))]
    assert [link for link in links if not leads_somewhere(page, link)] == []


def leads_somewhere(page, link: str) -> bool:
    path, _, anchor = unquote(link).partition("#")
    target = (page.parent / path).resolve() if path else page
    if not target.exists():
        return False
    return not anchor or target.suffix != ".md" or anchor in anchors(target.read_text(encoding="utf-8"))


def anchors(markdown: str) -> set[str]:
    titles = re.findall(r"^#+ +(.*)$", FENCE.sub("", markdown), re.MULTILINE)
    return {error_page.anchor(title) for title in titles}


def test_there_are_pages_to_check():
    assert len(pages()) >= 8


def test_the_table_of_layers_is_that_of_the_linter():
    linter = tomllib.loads(text("pyproject.toml"))["tool"]["importlinter"]["contracts"][0]["layers"]
    rows = re.findall(
        r"^\| (`\w+`(?:, `\w+`)*) \|.*\|.*\|.*\|$", text("docs", "architecture.md"), re.MULTILINE
    )
    told = [set(re.findall(r"\w+", row)) for row in rows]
    assert [set(re.findall(r"\w+", layer)) for layer in linter] == told
