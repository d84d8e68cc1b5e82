"""Untrusted text made harmless in Markdown: words, paths and hashes."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from urllib.parse import quote

MOST_CHARACTERS = 500
BREAK = "&#8203;"
"""A zero-width space, visible in the source: it parts what a platform would link or ping."""
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_RULES = (
    (r"&", "&amp;"),
    (r"<", "&lt;"),
    (r">", "&gt;"),
    # GitLab reads $1 and ~label as references, GitHub $x$ as a formula.
    (r"[$~](?=\w)", f"\\{{}}{BREAK}"),
    (r"[\\`*\[\]|~$]", "\\{}"),
    (r"(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])", "\\{}"),
    (r"(?:[#!%]|\bGH-)(?=\w)|@(?=\S)", f"{{}}{BREAK}"),
    (r"(?<=[A-Za-z]):(?=//)", f"{{}}{BREAK}"),
    (r"(?<=www)\.", f"{BREAK}{{}}"),
)
"""Pattern and replacement. Why one pass over all: no rule may touch what another one wrote."""
_ANY = re.compile("|".join(f"({pattern})" for pattern, _ in _RULES), re.IGNORECASE)
_LINE_START = re.compile(r"^(?:([-+=#:])(?=[-+=#:\s]|$)|(\d+)([.)])(?=\s|$))")


class Safe(str):
    """Text that is Markdown already."""

    __slots__ = ()


@lru_cache(maxsize=4096)
def md(text: str) -> Safe:
    """`text` as inline Markdown that shows exactly its visible characters and does nothing.

    No table breaks, no HTML, no link, no mention, no issue reference, no new line, no mark
    that turns or hides other text. Over-long text is cut.
    """
    plain = " ".join(visible(text).split())
    if len(plain) > MOST_CHARACTERS:
        plain = plain[: MOST_CHARACTERS - 1] + "…"
    return Safe(_LINE_START.sub(_protect_start, _ANY.sub(_harmless, plain)))


def visible(text: str) -> str:
    """`text` with a space for every control, format or unassigned character."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if _is_unseen(character) else character for character in text)


def _harmless(match: re.Match[str]) -> str:
    """The replacement of the rule that matched."""
    return _RULES[(match.lastindex or 1) - 1][1].format(match[0])


def _is_unseen(character: str) -> bool:
    return unicodedata.category(character) in _UNSEEN


def _protect_start(match: re.Match[str]) -> str:
    """A bullet, a heading or a numbered item at the start of a line stays plain text."""
    return f"\\{match[1]}" if match[1] else f"{match[2]}\\{match[3]}"


_NOT_CODE = re.compile(r"[^A-Za-z0-9.:_-]")


def link_target(text: str) -> Safe:
    """A relative link target: no scheme, no space, no bracket survives."""
    return Safe(quote(text, safe="/-_.~"))


def code_span(text: str) -> Safe:
    """A hash as code; anything that is no hash character is dropped."""
    return Safe(f"`{_NOT_CODE.sub('', text) or 'none'}`")
