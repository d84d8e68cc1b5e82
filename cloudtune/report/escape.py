"""Untrusted text made harmless in Markdown."""

from __future__ import annotations

import re
import unicodedata

MOST_CHARACTERS = 500
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_MARKUP = re.compile(r"[\\`*\[\]|~$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])")
_MENTION = re.compile(r"@(?=\S)")
_REFERENCE = re.compile(r"(#|!|%|\\[$~]|\bGH-)(?=\w)", re.IGNORECASE)
_LINK = re.compile(r"(?<=[A-Za-z]:)(?=//)|(?<=www)(?=\.)", re.IGNORECASE)
_LINE_START = re.compile(r"^(?:([-+=#:])(?=[-+=#:\s]|$)|(\d+)([.)])(?=\s|$))")
BREAK = "&#8203;"
"""A zero-width space, visible in the source: it parts what a platform would link or ping."""


class Safe(str):
    """Text that is Markdown already."""

    __slots__ = ()


def md(text: str) -> Safe:
    """`text` as inline Markdown that shows exactly its visible characters and does nothing.

    No table breaks, no HTML, no link, no mention, no issue reference, no new line, no mark
    that turns or hides other text. Over-long text is cut.
    """
    plain = " ".join(visible(text).split())
    if len(plain) > MOST_CHARACTERS:
        plain = plain[: MOST_CHARACTERS - 1] + "…"
    escaped = "".join(_ENTITIES.get(character, character) for character in plain)
    escaped = _MARKUP.sub(r"\\\g<0>", escaped)
    # References first: the break that parts a mention looks like one itself.
    escaped = _REFERENCE.sub(rf"\g<1>{BREAK}", escaped)
    escaped = _MENTION.sub(f"@{BREAK}", escaped)
    escaped = _LINK.sub(BREAK, escaped)
    return Safe(_LINE_START.sub(_protect_start, escaped))


def visible(text: str) -> str:
    """`text` with a space for every control, format or unassigned character."""
    return "".join(" " if _is_unseen(character) else character for character in text)


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _protect_start(match: re.Match[str]) -> str:
    """A bullet, a heading or a numbered item at the start of a line stays plain text."""
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"
