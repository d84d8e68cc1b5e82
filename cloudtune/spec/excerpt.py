"""A problem as text: place, code, message, the source line with a caret, the hint."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from cloudtune.spec.words import printable

if TYPE_CHECKING:
    from cloudtune.errors import Problem, Span

_WIDEST = 110
_CONTEXT = 40


def render(problem: Problem, line: str) -> str:
    """The lines that a person sees for one problem; `line` is the source line that it points at."""
    head = f"{_place(problem)}{problem.severity} {problem.code}: {problem.message}"
    if problem.span is None or not line.strip():
        return f"{head}\n      {problem.hint}" if problem.hint else head
    return "\n".join([head, *_caret(problem.span, line, problem.hint)])


def _place(problem: Problem) -> str:
    if not problem.file:
        return ""
    if problem.span is None:
        return f"{printable(problem.file)}: "
    return f"{printable(problem.file)}:{problem.span.line}:{problem.span.column}: "


def _caret(span: Span, line: str, hint: str) -> list[str]:
    start = min(span.column - 1, len(line))
    end = span.end_column - 1 if span.end_line == span.line else len(line.rstrip())
    end = min(max(end, start + 1), max(len(line), start + 1))
    first, last = _crop(line, start)
    end = min(end, max(last, start + 1))
    before, after = line[first:start], line[end:last]
    marked = line[start:end].replace("\t", "→")
    lead, tail = "…" if first else "", "…" if last < len(line.rstrip()) else ""
    shown = f"{lead}{_flat(before)}{_flat(marked)}{_flat(after)}{tail}".rstrip()
    gap = " " * (len(lead) + _width(_flat(before)))
    carets = "^" * max(1, _width(_flat(marked)))
    return [f"{span.line:5d} | {shown}", f"      | {gap}{carets} {hint}".rstrip()]


def _crop(line: str, start: int) -> tuple[int, int]:
    """The part of a long line to show, with the caret in sight."""
    if len(line) <= _WIDEST:
        return 0, len(line)
    first = max(0, start - _CONTEXT)
    return first, min(len(line), first + _WIDEST)


def _flat(text: str) -> str:
    return printable(text.replace("\t", " "))


def _width(text: str) -> int:
    return sum(map(_cells, text))


def _cells(character: str) -> int:
    """Columns of a terminal that a character takes."""
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
