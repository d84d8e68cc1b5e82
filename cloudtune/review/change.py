"""What differs between two reports, as plain facts, and when that is worth a reviewer's time."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from cloudtune.report.noise import NEWS, noise_of

if TYPE_CHECKING:
    from cloudtune.errors import Problem
    from cloudtune.report.document import Document, Range
    from cloudtune.review.attribution import Explained


Value = float | str | None
Kind = Literal["peak", "event", "week", "growth", "accuracy", "gate", "exclusion", "order", "data"]
Unit = Literal["number", "count", "percent", "factor", "text", "moment"]
Status = Literal["changed", "added", "removed", "renamed"]


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure or fact before and after."""

    kind: Kind
    subject: str
    """What it is about: `prime-day 2026-07-14`, `week of 2026-07-13`, `wape of 1h, all`."""
    fact: str
    """What about it: peak, date, length, lift, total, added, removed, result, ..."""
    before: Value
    after: Value
    material: bool
    why: str = ""
    """Why it is material; empty where it is not."""
    unit: Unit = "number"
    file: str = ""
    """Where the spec says so, if a line can be named."""
    line: int | None = None

    @property
    def place(self) -> str:
        """`specs/calendars/us-retail.yaml:14`, empty where no line is known."""
        return f"{self.file}:{self.line}" if self.file and self.line else self.file

    @property
    def relative(self) -> float | None:
        """After over before, less one; None where that makes no sense."""
        if not isinstance(self.before, (int, float)) or not isinstance(self.after, (int, float)):
            return None
        return self.after / self.before - 1 if self.before else None


@dataclass(frozen=True, slots=True)
class HighestPeak:
    """The highest step of a horizon, as far as a review tells it."""

    at: str
    """Local time, as reports write it."""
    height: float | None
    driver: str = ""


@dataclass(frozen=True, slots=True)
class ReportDiff:
    """Everything that differs between two states of one report."""

    id: str
    status: Status
    changes: tuple[FigureChange, ...] = ()
    inputs: tuple[str, ...] = ()
    """Names of the inputs that differ: spec, calendars, data, engine, template."""
    before_id: str = ""
    """The former id, where renamed or moved."""
    peak_before: HighestPeak | None = None
    peak_after: HighestPeak | None = None
    before: Document | None = None
    after: Document | None = None

    @property
    def is_material(self) -> bool:
        """True where a reviewer should look: a figure moved, a report came or went."""
        return self.status in {"added", "removed"} or any(change.material for change in self.changes)

    @property
    def moves(self) -> bool:
        """True where a figure that people read differs."""
        return self.status != "changed" or bool(self.changes)


@dataclass(frozen=True, slots=True)
class Diff:
    """Two sides of a repository, held against each other."""

    base: str
    head: str
    reports: tuple[ReportDiff, ...]
    """Those that differ, material ones first, then by id."""
    unchanged: int
    base_commit: str = ""
    head_commit: str = ""
    problems: tuple[Problem, ...] = field(default=())
    explained: tuple[Explained, ...] = ()
    """Figures taken apart, where that was asked for."""

    @property
    def material(self) -> tuple[ReportDiff, ...]:
        """Those that a reviewer should look at."""
        return tuple(report for report in self.reports if report.is_material)

    @property
    def is_empty(self) -> bool:
        """True where no report differs in any byte that was compared."""
        return not self.reports


TOLERANCE = 0.02
"""A figure that moved by less than 2% is no news by default."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What counts as news between two reports."""

    tolerance: float = TOLERANCE
    """Relative."""
    is_refresh: bool = False
    """True where newer data alone moved the figures: then their noise is no news. An edit has none."""


def judge(was: Range, now: float | None, weighing: Weighing) -> str:
    """Why a figure's change is material, or nothing where it is not."""
    before = was["value"]
    if before is None or now is None:
        return "the figure came or went"
    if weighing.is_refresh:
        return "out of its noise" if abs(now - before) > _news(was, weighing.tolerance) else ""
    if is_outside(now, was):
        return "outside the old interval"
    moved = abs(now - before) > weighing.tolerance * abs(before)
    return "beyond the tolerance" if moved else ""


_UNSURE = 0.05
"""Part of itself that a figure without an interval may move."""


def _news(was: Range, tolerance: float) -> float:
    least = tolerance if was["low"] is not None else max(tolerance, _UNSURE)
    return noise_of(was, least, NEWS)


def is_outside(value: float, interval: Range) -> bool:
    """True where a known interval doesn't hold the value."""
    low, high = interval["low"], interval["high"]
    return low is not None and high is not None and not low <= value <= high
