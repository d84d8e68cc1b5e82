"""Problems where GitHub shows them: beside the lines of a pull request, and in the step's summary."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cloudtune.report.escape import md
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

    from cloudtune.errors import Problem


MOST = 10
"""GitHub shows ten errors and ten warnings a step, and drops the rest without a word."""

_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def as_annotations(problems: Sequence[Problem], changed: Collection[str] = (), prefix: str = "") -> str:
    """At most ten lines a severity: errors first, files of the pull request first."""
    ordered = sorted(problems, key=lambda problem: (not problem.is_error, problem.file not in changed))
    lines = [
        line
        for severity, group in groupby(ordered, key=lambda problem: problem.severity)
        for line in _capped(severity, list(group), prefix)
    ]
    return "".join(f"{line}\n" for line in lines)


def _capped(severity: str, group: list[Problem], prefix: str) -> Iterator[str]:
    if len(group) <= MOST:
        yield from (_line(problem, prefix) for problem in group)
        return
    shown, rest = group[: MOST - 1], group[MOST - 1 :]
    yield from (_line(problem, prefix) for problem in shown)
    codes = ", ".join(sorted({problem.code for problem in rest}))
    yield f"::{severity} title=CloudTune::{len(rest):,} more ({codes}): see the step's summary or log"


def _line(problem: Problem, prefix: str) -> str:
    text = f"{problem.message}\n{problem.hint}" if problem.hint else problem.message
    properties = ",".join(
        f"{name}={str(value).translate(_PROPERTY)}" for name, value in _properties(problem, prefix)
    )
    return f"::{problem.severity} {properties}::{text.translate(_DATA)}"


def _properties(problem: Problem, prefix: str) -> Iterator[tuple[str, str | int]]:
    if problem.file:
        yield "file", prefix + problem.file
    span = problem.span
    if span is not None:
        yield "line", span.line
        yield "endLine", span.end_line
        # Why: GitHub refuses columns of an annotation that spans lines.
        if span.line == span.end_line:
            yield "col", span.column
            yield "endColumn", span.end_column
    yield "title", f"CloudTune {problem.code}"


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
                f"### {counted(len(rows), severity)}"
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
