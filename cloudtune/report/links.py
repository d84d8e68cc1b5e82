"""Paths and hashes inside Markdown, from text that nobody vouches for."""

from __future__ import annotations

import re
from urllib.parse import quote

from cloudtune.report.escape import Safe

_NOT_CODE = re.compile(r"[^A-Za-z0-9.:_-]")


def path(text: str) -> Safe:
    """A relative link target: no scheme, no space, no bracket survives."""
    return Safe(quote(text, safe="/-_.~"))


def code(text: str) -> Safe:
    """A hash as code; anything that is no hash character is dropped."""
    return Safe(f"`{_NOT_CODE.sub('', text) or 'none'}`")
