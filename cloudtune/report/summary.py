"""One line of the terminal about one forecast."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.report.keyfigures import overall_accuracy

if TYPE_CHECKING:
    from cloudtune.report.document import Document

_PER_STEP = {"1min": "/min", "1h": "/h", "1d": "/day", "1w": "/week"}


def summary_line(document: Document, *, state: str, seconds: float, width: int = 0) -> str:
    """Id, granularities, next peak, accuracy, time taken and state, e.g. `report changed`.

    `width` is that of the longest id, so that lines written one by one still align.
    """
    parts = [
        document["id"].ljust(width),
        _steps(document).ljust(28),
        _peak(document),
        _accuracy(document),
        f"{seconds:.1f} s",
        state,
    ]
    return "  ".join(part for part in parts if part.strip())


def _steps(document: Document) -> str:
    return " · ".join(f"{g['step']} {g['horizon']}".strip() for g in document["granularities"])


def _peak(document: Document) -> str:
    peak = document["peak"]
    if peak is None:
        return "no peak"
    per = _PER_STEP.get(document["step"], f"/{document['step']}")
    rate = per if document.get("aggregate", "sum") == "sum" else f" {document['unit']}".rstrip()
    return f"peak {words.number(peak['height']['value'])}{rate} on {words.when(peak['at'])}"


def _accuracy(document: Document) -> str:
    row = overall_accuracy(document)
    if row is None:
        return "no backtest"
    return f"wape {words.percent(row['wape'])}  covers {words.share(row['coverage'])}"
