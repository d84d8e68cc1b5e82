"""The step summary of a CI job: everything, as far as the platform takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report.escape import md
from cloudtune.review.phrases import count

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cloudtune.errors import Problem

BUDGET = 900_000
"""Bytes. Over 1 MiB GitHub drops the whole summary; what is there already counts as well."""


def as_summary(problems: Sequence[Problem], *sections: str, used: int = 0) -> str:
    """Sections of Markdown, the weightiest first, then problems; whole parts go where room lacks."""
    body = ""
    for section in (*sections, *_tables(problems)):
        part = section.rstrip("\n") + "\n\n"
        if used + len((body + part).encode()) > BUDGET:
            return body + "The rest is left out for length: see the log.\n"
        body += part
    return body


def append_summary(path: Path, problems: Sequence[Problem], *sections: str) -> None:
    """Add to the summary file of a step; what other commands of the step wrote counts towards the limit."""
    used = path.stat().st_size if path.is_file() else 0
    with path.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(as_summary(problems, *sections, used=used))


def _tables(problems: Sequence[Problem]) -> list[str]:
    """One table a severity, in pieces of a hundred rows, so that a piece can go alone."""
    found = []
    for severity in ("error", "warning"):
        rows = [_row(problem) for problem in problems if problem.severity == severity]
        for first in range(0, len(rows), _PIECE):
            title = (
                f"### {count(len(rows), severity)}"
                if first == 0
                else f"### {severity}s from {first + 1:,} on"
            )
            found.append("\n".join([title, "", "| where | code | what | mend |", "|---|---|---|---|",
                                    *rows[first : first + _PIECE]]))  # fmt: skip
    return found


_PIECE = 100


def _row(problem: Problem) -> str:
    line = f":{problem.span.line}" if problem.span else ""
    cells = (f"{problem.file}{line}", problem.code, problem.message, problem.hint)
    return f"| {' | '.join(md(cell) for cell in cells)} |"
