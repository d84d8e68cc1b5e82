"""Values and names as a message shows them to people."""

from __future__ import annotations

import difflib
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

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


def counted(number: int, noun: str) -> str:
    """`1 key`, `2 keys`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


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
