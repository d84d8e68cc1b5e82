"""Problems as GitHub workflow commands: shown beside the lines of a pull request."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

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
