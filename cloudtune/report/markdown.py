"""Markdown: a pure function of the document and its template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report.ingredients import ingredient_rows
from cloudtune.report.keyfigures import STEP_WORDS, key_figures
from cloudtune.report.verdict import amount_of

if TYPE_CHECKING:
    from cloudtune.report.document import Document
    from cloudtune.report.templates import Templates

REPORT = "report.md.j2"
SHOWN_WEEKS = 13
"""Weeks in sight; the rest is folded."""


def render_markdown(document: Document, templates: Templates) -> str:
    """The report of one forecast."""
    depth = document["id"].count("/") + 1
    return templates.render(
        REPORT,
        d=document,
        unit=str(amount_of(document)),
        aggregate=document.get("aggregate", "sum"),
        step_word=STEP_WORDS[document["step"]],
        key_figures=key_figures(document),
        ingredients=ingredient_rows(document),
        shown_weeks=document["weekly"][:SHOWN_WEEKS],
        folded_weeks=document["weekly"][SHOWN_WEEKS:],
        to_root="../" * depth,
        mark={"pass": "✅", "fail": "❌", "waived": "⚠️", "untested": "➖"},
    )
