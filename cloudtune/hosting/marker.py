"""The hidden first line by which a comment of ours is known again."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARKER = re.compile(
    r"<!-- cloudtune:v1 key=(?P<key>[\w./-]{0,200}) head=(?P<head>[0-9a-f]{0,64})"
    r" run=(?P<run>[0-9]{0,10}) asof=(?P<asof>[0-9-]{0,10})(?P<quiet> quiet)? -->"
)
"""Bounded in every part: whoever may comment may have written it."""
_UNFIT = re.compile(r"[^\w./-]")


@dataclass(frozen=True, slots=True)
class Marker:
    """What a comment was made of."""

    key: str
    """Which of several comments on one pull request this is."""
    head: str
    """Full id of the commit that was judged."""
    run: int = 0
    """Number of the CI run; a later one is higher."""
    asof: str = ""
    """Date of the newest data, so that a reader of the source can tell."""
    is_quiet: bool = False
    """True where the comment has nothing that a reviewer must see."""

    def __str__(self) -> str:
        key = _UNFIT.sub("-", self.key)[:200]
        facts = f"key={key} head={self.head} run={self.run or ''} asof={self.asof}"
        return f"<!-- cloudtune:v1 {facts}{' quiet' if self.is_quiet else ''} -->"


def marker_of(body: str) -> Marker | None:
    """The marker at the very start of a comment; quoted ones further down are somebody's reply."""
    found = _MARKER.match(body)
    if found is None:
        return None
    run = int(found["run"] or 0)
    return Marker(found["key"], found["head"], run, found["asof"], is_quiet=bool(found["quiet"]))
