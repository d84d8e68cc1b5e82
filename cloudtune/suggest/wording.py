"""Numbers and times as a proposal's reason says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np


def stamp(when: np.datetime64) -> str:
    """A local wall time as a spec writes it; a bare date at midnight."""
    text = str(when.astype("datetime64[m]"))
    return text.removesuffix("T00:00")


def share(relative: float) -> str:
    """`38% below` or `2.6 times`, against what the model expects."""
    if relative >= 1:
        return f"{1 + relative:.1f} times"
    return f"{abs(relative):.0%} {'above' if relative > 0 else 'below'}"


def length(minutes: int) -> str:
    """`25 minutes`, `3 hours`, `2 days`."""
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= 2 * size or unit == "minute":
            count = round(minutes / size)
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return ""


def factor(relative: float) -> str:
    """`1.4x` for a lift of 40%."""
    return f"{1 + relative:.2f}".rstrip("0").rstrip(".") + "x"
