"""One line of the terminal about one forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.keyfigures import overall_accuracy

if TYPE_CHECKING:
    from cloudtune.report.document import Document

_PEAK, _ACCURACY = len("peak 1,234/15min on Thu 12 Nov 2026"), len("no backtest")
_PER_STEP = {"1min": "/min", "1h": "/h", "1d": "/day", "1w": "/week"}


def summary_line(document: Document, *, state: str, seconds: float, width: int = 0) -> str:
    """Id, next peak, accuracy, time taken and state, e.g. `changed`: what fits in a terminal.

    `width` is that of the longest id, so that lines written one by one still align.
    """
    parts = [
        document["id"].ljust(width),
        _peak(document).ljust(_PEAK),
        _accuracy(document).ljust(_ACCURACY),
        f"{seconds:4.1f} s",
        state,
    ]
    return "  ".join(parts)


def _peak(document: Document) -> str:
    peak = document["peak"]
    if peak is None:
        return "no peak"
    per = _PER_STEP.get(document["step"], f"/{document['step']}")
    rate = per if document.get("aggregate", "sum") == "sum" else f" {document['unit']}".rstrip()
    return f"peak {words.number(peak['height']['value'])}{rate} on {words.when(peak['at'][:10])}"


def _accuracy(document: Document) -> str:
    row = overall_accuracy(document)
    if row is None:
        return "no backtest"
    return f"wape {words.percent(row['wape'])}"
