"""Names for events that are found."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Container


def label(text: str) -> str:
    """`Thanksgiving Day` as `thanksgiving-day`: a name that a spec may bear."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "event"


def free_name(text: str, taken: Container[str]) -> str:
    """The label of `text`, with a number where it is taken."""
    name, number = label(text), 2
    while name in taken:
        name, number = f"{label(text)}-{number}", number + 1
    return name
