"""docs/errors.md, made from the registered codes and the headings of their families' pages."""

from __future__ import annotations

import re

from cloudtune.errors import CODES, FAMILIES
from tests.project.tree import ROOT

HEAD = """\
# Errors

Every problem has a stable code. Each code's section has an example that triggers it, the words a user sees,
and the mend.
This index is made from the program by `make golden`; a test holds it fresh.

A problem is shown with its place, the source line, a caret and a hint, and all problems are shown at once.
Exit codes: 1 for findings, 3 for what can't be reached (data, a revision, a secret);
see [commands](commands.md).
"""
PAGES = {beginning: family for beginning, family in FAMILIES.items() if len(beginning) == 3}
HEADING = re.compile(r"^#+ +(.*\b(CT\d{3})\b.*)$", re.MULTILINE)


def page() -> str:
    return HEAD + "".join(_family(family, words) for family, words in PAGES.items())


def _family(family: str, words: str) -> str:
    path = ROOT / "docs" / "errors" / f"{family}.md"
    text = path.read_text(encoding="utf-8") if path.is_file() else ""
    anchors = {code: anchor(title) for title, code in HEADING.findall(text)}
    rows = [
        f"| [{code}](errors/{family}.md#{anchors.get(code, '')}) | {title} |"
        for code, title in sorted(CODES.items())
        if code.startswith(family)
    ]
    return "\n".join(["", f"## {family}xx: {words}", "", "| code | what is wrong |", "|---|---|", *rows, ""])


def anchor(title: str) -> str:
    """As the hosting platforms make them from a heading."""
    return re.sub(r"[^\w\- ]", "", title.lower()).strip().replace(" ", "-")
