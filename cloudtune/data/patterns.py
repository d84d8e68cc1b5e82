"""Patterns of times that a text has the shape of: what people export, day or month first."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_DAYS = (
    *(f"%{a}{s}%{b}{s}%{y}" for s in "./- " for a, b in ("dm", "md") for y in "Yy"),
    *(f"%Y{s}%{b}{s}%d" for s in ". /-" for b in "mb"),
    *(f"%d{s}%{b}{s}%{y}" for s in (" ", "-", "/", ". ") for b in "bB" for y in "Yy"),
    *(f"%{b} %d{c} %Y" for b in "bB" for c in (",", "")),
    *(f"%a{c} %d %b %Y" for c in (",", "")),
    "%Y%m%d",
)
_GAPS = (" ", "T", ", ", ":", " - ", "-", "")
_HOURS = (
    "%H:%M",
    "%H:%M:%S",
    "%H:%M:%S.%f",
    "%I:%M %p",
    "%I:%M:%S %p",
    "%I:%M%p",
    "%H.%M",
    "%H%M%S",
    "%H%M",
    "%H",
)
_ZONES = ("", "Z", " UTC", " GMT", " %z", "%z")
_SHAPES = {
    "Y": r"\d{4}",
    "y": r"\d{2}(?!\d)",
    "m": r"\d{1,2}",
    "d": r"\d{1,2}",
    "H": r"\d{1,2}",
    "I": r"\d{1,2}",
    "M": r"\d{2}",
    "S": r"\d{2}",
    "f": r"\d{1,6}",
    "p": "[AaPp][Mm]",
    "b": r"[A-Za-z]{3}(?![A-Za-z])",
    "B": "[A-Za-z]{4,9}",
    "a": "[A-Za-z]{3}",
    "z": r"[+-]\d{2}:?\d{2}",
}


def shaped_like(text: str) -> Iterator[str]:
    """Every pattern that this text may be written by; whether there is such a day is not asked."""
    for day in _DAYS:
        found = _shape(day).match(text)
        if not found:
            continue
        rest = text[found.end() :]
        if not rest:
            yield day
            continue
        yield from (f"{day}{each}" for each in _hours(rest))


def _hours(text: str) -> Iterator[str]:
    for gap in _GAPS:
        if not text.startswith(gap):
            continue
        for hour in _HOURS:
            found = _shape(hour).match(text, len(gap))
            rest = text[found.end() :] if found else None
            yield from (
                f"{gap}{hour}{zone}" for zone in _ZONES if rest is not None and _shape(zone).fullmatch(rest)
            )


@cache
def _shape(pattern: str) -> re.Pattern[str]:
    pieces = re.split("%(.)", pattern)
    return re.compile(
        "".join(_SHAPES[piece] if at % 2 else re.escape(piece) for at, piece in enumerate(pieces))
    )
