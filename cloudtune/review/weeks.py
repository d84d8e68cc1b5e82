"""Many changed weeks as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.review.change import Change

if TYPE_CHECKING:
    from collections.abc import Sequence


def summarise(changes: Sequence[Change]) -> list[Change]:
    """The changes with all weeks but the one that moved most folded into that one."""
    weeks = [change for change in changes if change.kind == "week"]
    rest = [change for change in changes if change.kind != "week"]
    if len(weeks) < 2:
        return list(changes)
    most = max(weeks, key=lambda change: abs(change.relative or 0.0))
    material = sum(change.material for change in weeks)
    why = f"{material} of {len(weeks)} changed weeks are beyond the tolerance" if material else ""
    subject = f"weeks, most of all that {most.subject.removeprefix('week ')}"
    return [*rest, _in_place_of(most, subject, material=bool(material), why=why or _quiet(weeks))]


def _in_place_of(most: Change, subject: str, *, material: bool, why: str) -> Change:
    return Change("week", subject, "", most.before, most.after, material, why, most.unit)


def _quiet(weeks: Sequence[Change]) -> str:
    least = min(change.relative or 0.0 for change in weeks)
    most = max(change.relative or 0.0 for change in weeks)
    return f"{len(weeks)} weeks by {words.signed(least)} to {words.signed(most)}"
