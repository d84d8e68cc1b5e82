"""Plain columns for a terminal."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, right: Sequence[int] = ()) -> str:
    """Rows in columns as wide as their widest cell; empty columns go; columns in `right` end flush."""
    if not rows:
        return ""
    kept = [index for index in range(len(rows[0])) if any(row[index] for row in rows)]
    widths = {index: max(_width(row[index]) for row in rows) for index in kept}
    return "\n".join(
        "  ".join(_pad(row[index], widths[index], flush=index in right) for index in kept).rstrip()
        for row in rows
    )


def _pad(text: str, width: int, *, flush: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if flush else text + gap


def _width(text: str) -> int:
    """Columns that a terminal gives the text; wide characters take two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in text)
