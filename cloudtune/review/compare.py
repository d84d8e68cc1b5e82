"""Two documents in, the changes between them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.review.change import Change
from cloudtune.review.editions import compare_events
from cloudtune.review.material import is_outside, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.report.document import AccuracyRow, Document, Range
    from cloudtune.review.change import Kind

INPUTS = ("spec", "calendars", "data", "engine", "template")
ERROR_TOLERANCE = 0.1
"""Backtest errors are noisy: a tenth of their size is no news."""


def compare(old: Document, new: Document, tolerance: float) -> tuple[Change, ...]:
    """Every figure that differs, in the order of a report's sections."""
    return tuple(change for part in _PARTS for change in part(old, new, tolerance))


def changed_inputs(old: Document, new: Document) -> tuple[str, ...]:
    """Names of the inputs that differ."""
    before: dict[str, str] = {**old["inputs"]}  # type: ignore[dict-item]
    after: dict[str, str] = {**new["inputs"]}  # type: ignore[dict-item]
    return tuple(name for name in INPUTS if before[name] != after[name])


def _peak(old: Document, new: Document, tolerance: float) -> Iterator[Change]:
    before, after = old["peak"], new["peak"]
    if before is None or after is None:
        return
    if before["at"] != after["at"]:
        moved = before["at"][:10] != after["at"][:10]
        why = "another day" if moved else ""
        yield Change("peak", "peak", "time", before["at"], after["at"], moved, why, "moment")
    yield from _number("peak", "peak", "height", before["height"], after["height"]["value"], tolerance)


def _growth(old: Document, new: Document, tolerance: float) -> Iterator[Change]:
    before, after = old["growth"], new["growth"]
    a, b = before["value"], after["value"]
    if a is None or b is None or a == b:
        return
    # Why: growth is a rate already; its change counts in points, not relative to itself.
    outside = is_outside(b, before)
    material = outside or abs(b - a) > tolerance
    why = "outside the old interval" if outside else "beyond the tolerance" if material else ""
    yield Change("growth", "growth a year", "rate", a, b, material, why, "percent")


def _weekly(old: Document, new: Document, tolerance: float) -> Iterator[Change]:
    before = {str(row[0]): row for row in old["weekly"]}
    for row in new["weekly"]:
        week = str(row[0])
        was = before.get(week)
        if was is not None and was[1] != row[1]:
            yield from _number("week", f"week of {week}", "total", _as_range(was), _known(row[1]), tolerance)


def _accuracy(old: Document, new: Document, _: float) -> Iterator[Change]:
    before = {(row["step"], row["ahead"]): row for row in old["accuracy"]}
    for row in new["accuracy"]:
        was = before.get((row["step"], row["ahead"]))
        if was is not None:
            yield from _errors(was, row)


def _errors(was: AccuracyRow, row: AccuracyRow) -> Iterator[Change]:
    subject = f"{row['step']}, {row['ahead']}"
    for metric in ("wape", "peak_error", "coverage"):
        a, b = was[metric], row[metric]
        if a is None or b is None or a == b:
            continue
        worse = abs(b - a) > ERROR_TOLERANCE * max(abs(a), ERROR_TOLERANCE)
        yield Change(
            "accuracy", subject, metric, a, b, worse, "beyond the tolerance" if worse else "", "percent"
        )


def _gates(old: Document, new: Document, _: float) -> Iterator[Change]:
    before = {row["gate"]: row["result"] for row in old["gates"]}
    after = {row["gate"]: row["result"] for row in new["gates"]}
    for gate in (*after, *(gate for gate in before if gate not in after)):
        a, b = before.get(gate), after.get(gate)
        if a != b:
            why = "the gate is gone" if b is None else f"the gate now says {b}"
            yield Change(
                "gate", gate, "result", a, b, material=not (a is None and b == "pass"), why=why, unit="text"
            )


def _exclusions(old: Document, new: Document, _: float) -> Iterator[Change]:
    before = {(row["start"], row["end"]): row["reason"] for row in old["exclusions"]}
    after = {(row["start"], row["end"]): row["reason"] for row in new["exclusions"]}
    for start, end in sorted(before.keys() ^ after.keys()):
        came = (start, end) in after
        reason = (after if came else before)[start, end]
        fact, why = ("added", "data is left out") if came else ("removed", "data counts again")
        was, now = (None, reason) if came else (reason, None)
        yield Change("exclusion", f"{start} to {end}", fact, was, now, material=True, why=why, unit="text")


def _number(
    kind: Kind, subject: str, fact: str, was: Range, now: float | None, tolerance: float
) -> Iterator[Change]:
    if was["value"] != now:
        why = judge(was, now, tolerance)
        yield Change(kind, subject, fact, was["value"], now, material=bool(why), why=why)


def _as_range(row: list[str | float | None]) -> Range:
    return {"value": _known(row[1]), "low": _known(row[2]), "high": _known(row[3])}


def _known(cell: str | float | None) -> float | None:
    """A figure; text where one belongs is none."""
    return None if isinstance(cell, str) else cell


_PARTS: tuple[Callable[[Document, Document, float], Iterator[Change]], ...] = (
    _peak, compare_events, _weekly, _growth, _accuracy, _gates, _exclusions,
)  # fmt: skip
