"""Which of the highest days a report shows, so that two near-equals do not swap every week."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.document import PeakRow

SLOTS = 6


def choose_peaks(
    candidates: Sequence[PeakRow],
    committed: Sequence[PeakRow],
    tolerance: float,
) -> list[PeakRow]:
    """The highest SLOTS days by date; a committed day leaves only to one higher by > tolerance."""
    held = {_day(row) for row in committed}

    def rank(row: PeakRow) -> tuple[float, str]:
        bonus = 1 + tolerance if _day(row) in held else 1.0
        return -_height(row) * bonus, row["at"]

    ranked = sorted(candidates, key=rank)
    return sorted(ranked[:SLOTS], key=lambda row: row["at"])


def _day(row: PeakRow) -> str:
    return row["at"][:10]


def _height(row: PeakRow) -> float:
    return row["height"]["value"] or 0.0
