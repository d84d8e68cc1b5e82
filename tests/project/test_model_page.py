"""docs/model.md tells the model that is there: its terms, its modules, its constants."""

from __future__ import annotations

import re
from importlib import import_module

from cloudtune.model.terms import LEVEL_TERMS, PROFILE_TERMS
from tests.project.tree import ROOT

PAGE = (ROOT / "docs" / "model.md").read_text(encoding="utf-8")
MODEL, ENGINE = ROOT / "cloudtune" / "model", ROOT / "cloudtune" / "engine"


def rows(title: str) -> list[str]:
    section = PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return [line.split("|")[1].strip() for line in section.splitlines() if line.startswith("| ")]


def test_each_term_has_its_row_in_the_order_of_the_columns():
    level = [name for name in rows("Terms of the level") if name not in ("term", "trend", "slope changes")]
    profile = [name for name in rows("Terms of the profile") if name != "term"]
    assert level == [term.name for term in LEVEL_TERMS]
    assert profile == [term.name for term in PROFILE_TERMS]


def test_each_module_named_is_there():
    named = set(re.findall(r"`((?:terms/)?\w+\.py)`", PAGE))
    assert len(named) > 12
    assert [name for name in named if not any((room / name).exists() for room in (MODEL, ENGINE))] == []


def test_each_constant_named_is_there():
    named = re.findall(r"`(\w+)\.([A-Z][A-Z_]+)`", PAGE)
    assert len(named) > 12
    for module, name in named:
        where = f"terms.{module}" if (MODEL / "terms" / f"{module}.py").exists() else module
        assert hasattr(import_module(f"cloudtune.model.{where}"), name), f"{module}.{name}"


def test_the_name_in_each_place_told_is_there():
    section = PAGE.split("\n## Where is it\n")[1].split("\n## ")[0]
    told = re.findall(r"`((?:terms/)?\w+)\.py`, ([^|;]+)", section)
    assert len(told) > 8
    for module, names in told:
        text = (MODEL / f"{module}.py").read_text(encoding="utf-8")
        for name in re.findall(r"`(\w+)`", names):
            assert re.search(rf"\b{name}\b", text), f"{module}.{name}"
