"""What people read: names and values in a message, and a problem with its source line."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from cloudtune.errors import Problem, Span


_LONGEST = 60
_FEW = 8


def quoted(value: object) -> str:
    """A value in double quotes, made harmless for a terminal and short enough to read."""
    text = value if isinstance(value, str) else _plain(value)
    safe = printable(text.replace("\n", "⏎"))
    return f'"{safe}"' if len(safe) <= _LONGEST else f'"{safe[: _LONGEST - 1]}…"'


def printable(text: str) -> str:
    """The text with every control, surrogate and direction-changing character made visible."""
    if text.isprintable():
        return text
    return "".join(_visible(character) for character in text)


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that `name` was probably meant to be, or nothing."""
    by_folded = {candidate.casefold(): candidate for candidate in known}
    found = difflib.get_close_matches(name[:_LONGEST].casefold(), by_folded, n=1, cutoff=0.6)
    return by_folded[found[0]] if found else ""


def did_you_mean(name: str, known: Sequence[str], label: str = "Known") -> str:
    """A hint with the nearest known name, then what is known at all."""
    guess = nearest(name, known)
    if guess and len(known) > _FEW + 1:
        return f'did you mean "{guess}"?'
    listed = f"{label}: {enumerated(known)}" if known else ""
    return f'did you mean "{guess}"? {listed}'.rstrip() if guess else listed


def enumerated(names: Sequence[str]) -> str:
    """Names with commas; a long list is cut, and says so."""
    if len(names) <= _FEW + 1:
        return ", ".join(names)
    return f"{', '.join(names[:_FEW])} and {len(names) - _FEW} more"


def either(names: Sequence[str]) -> str:
    """`csv, parquet or duckdb`."""
    *first, last = names
    return f"{', '.join(first)} or {last}" if first else last


def counted(number: int, noun: str) -> str:
    """`1 key`, `1,200 keys`: a count with its noun, here and in every layer above."""
    return f"{number:,} {plural(noun, number)}"


def plural(noun: str, number: float) -> str:
    """`key` for one, `keys` for any other number."""
    return noun if number == 1 else f"{noun}s"


def article(noun: str) -> str:
    """`a map`, `an event`."""
    return f"{'an' if noun[:1] in 'aeiou' else 'a'} {noun}"


def _visible(character: str) -> str:
    if character.isprintable() or character == " ":
        return character
    if unicodedata.category(character) == "Zs":
        return " "
    return f"\\u{ord(character):04x}"


def _plain(value: object) -> str:
    if isinstance(value, dict):
        return "a map"
    return "a list" if isinstance(value, list) else str(value)


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
