"""A comment that one workflow rendered and another one posts: text to be trusted with nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.review.marker import marker_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.review.marker import Marker

_MENTION = re.compile(r"@(?=[A-Za-z0-9])")
_COMMENTS = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_IMAGES = re.compile(r"!(?=\[)|<img", re.IGNORECASE)
_CUT = "\n\nThe rest is left out for length: see the summary of the run.\n"


def received(text: str, head: str, run: int) -> tuple[Marker, Callable[[int], str]]:
    """The marker of a rendered comment, and its body for a budget.

    Why so wary: a pull request from a fork runs its own code and may have written anything. It must be about
    the head that the event names, it can't ping people, load pictures, or pass for another comment of ours.
    """
    marker = marker_of(text)
    if marker is None or marker.head != head:
        message = "the rendered comment is not about this pull request's head"
        raise Refusal(Problem("CT734", message, "let the workflow that renders it run again"))
    marker = replace(marker, run=run)
    body = _harmless(text.partition("\n")[2])
    return marker, lambda budget: _within(f"{marker}\n{body}", budget)


def _harmless(body: str) -> str:
    return _IMAGES.sub("", _MENTION.sub("@&#8203;", _COMMENTS.sub("", body)))


def _within(text: str, budget: int) -> str:
    """Whole blocks up to the budget; a block is what stands between blank lines."""
    if len(text) <= budget:
        return text
    kept: list[str] = []
    size = len(_CUT)
    for block in text.split("\n\n"):
        size += len(block) + 2
        if size > budget:
            break
        kept.append(block)
    opened = sum(block.startswith("<details>") for block in kept)
    closed = sum("</details>" in block for block in kept)
    return "\n\n".join(kept) + "\n\n</details>" * (opened - closed) + _CUT
