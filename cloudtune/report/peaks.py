"""The highest days of a report: a committed one leaves only to one that clearly beats it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from cloudtune.report.noise import moved, noise_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.document import Document, PeakRow

SLOTS = 6


def choose_peaks(
    candidates: Sequence[PeakRow],
    committed: Sequence[PeakRow],
    tolerance: float,
) -> list[PeakRow]:
    """The highest SLOTS days by date; a committed day leaves only to one higher by more than its noise."""
    held = {day_of(row) for row in committed}

    def rank(row: PeakRow) -> tuple[float, str]:
        bonus = noise_of(row["height"], tolerance) if day_of(row) in held else 0.0
        return -(height_of(row) + bonus), row["at"]

    ranked = sorted(candidates, key=rank)
    return sorted(ranked[:SLOTS], key=lambda row: row["at"])


def day_of(row: PeakRow) -> str:
    """Its local day."""
    return row["at"][:10]


def height_of(row: PeakRow) -> float:
    """Its height, 0 where none is known."""
    return row["height"]["value"] or 0.0


@dataclass(frozen=True)
class Peaks:
    """The peaks of a run on newer data beside those that are committed."""

    fresh: Document
    committed: Document
    tolerance: float

    @cached_property
    def listed(self) -> list[PeakRow]:
        """The highest days, each as it is committed while it says the same."""
        return choose_peaks(self._pool, self.committed["peaks"], self.tolerance)

    @cached_property
    def highest(self) -> PeakRow | None:
        """The highest of all; the committed day stays until another clearly beats it."""
        top, held = self.fresh["peak"], self.committed["peak"]
        if top is None or held is None:
            return top
        rows = {day_of(row): row for row in self._pool}
        found = rows.get(day_of(top), self._settled(top))
        stays = rows.get(day_of(held)) or (self._settled(top) if day_of(top) == day_of(held) else None)
        if stays is not None and height_of(stays) + noise_of(stays["height"], self.tolerance) >= height_of(
            found
        ):
            return stays
        return found

    @cached_property
    def _pool(self) -> list[PeakRow]:
        """Candidates of the run, and committed days still ahead that it only just left out."""
        rows = [self._settled(row) for row in self.fresh["peaks"]]
        days = {day_of(row) for row in rows}
        return rows + [row for row in self._before.values() if day_of(row) not in days and self._holds(row)]

    @cached_property
    def _before(self) -> dict[str, PeakRow]:
        held = self.committed["peak"]
        rows = [*([held] if held else []), *self.committed["peaks"]]
        return {day_of(row): row for row in rows}

    def _settled(self, row: PeakRow) -> PeakRow:
        old = self._before.get(day_of(row))
        if old is None or old["driver"] != row["driver"]:
            return row
        return old if moved(old["height"], row["height"], self.tolerance) <= 1 else row

    def _holds(self, row: PeakRow) -> bool:
        """True where the day is still ahead and about as high as it was, by its highest step."""
        was, now = (self._highest_step(one, day_of(row)) for one in (self.committed, self.fresh))
        if not was or not now:
            return False
        return abs(now / was - 1) * height_of(row) <= noise_of(row["height"], self.tolerance)

    @staticmethod
    def _highest_step(document: Document, day: str) -> float | None:
        return next((row.highest for row in document["daily"] if row.date == day), None)
