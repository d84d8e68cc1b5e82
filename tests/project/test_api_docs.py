"""Every example of the page on the API runs as it stands."""

from __future__ import annotations

import doctest

import cloudtune
from tests.api import shop
from tests.project.tree import ROOT

FORGIVEN = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS
"""Figures on the page end in dots: they may change with the engine."""
PAGE = ROOT / "docs" / "api.md"


def test_the_examples_run_as_they_stand(tmp_path, monkeypatch):
    shop.write(tmp_path)
    monkeypatch.chdir(tmp_path)
    page = doctest.DocTestParser().get_doctest(PAGE.read_text(encoding="utf-8"), {}, "api.md", str(PAGE), 0)
    assert len(page.examples) > 15
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=FORGIVEN)
    runner.run(page, out=told.append)
    assert not told, "".join(told)


def test_every_public_name_is_on_the_page():
    text = PAGE.read_text(encoding="utf-8")
    assert [name for name in cloudtune.__all__ if f"`{name}`" not in text and f"ct.{name}" not in text] == []
