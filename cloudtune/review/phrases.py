"""Changes in words: one table from unit to wording, used by every format."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.report import words

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.review.change import Change, Diff, ReportDiff, Value


def value(change: Change, side: Value) -> str:
    """One side of a change as a reader wants it."""
    if side is None:
        return "none"
    return _WORDS[change.unit](side)


def shift(change: Change) -> str:
    """How far it moved: `+11.7%`, in points for rates, nothing for words."""
    if change.unit == "percent" and isinstance(change.before, float) and isinstance(change.after, float):
        return f"{words.signed(change.after - change.before)} pt".replace("% pt", " pt")
    return "" if change.relative is None else words.signed(change.relative)


def line(change: Change) -> str:
    """`prime-day 2026-07-14 peak: 1.20M -> 1.34M (+11.7%)`."""
    return f"{name(change)}: {sides(change)}"


def sides(change: Change) -> str:
    """`1.20M -> 1.34M (+11.7%)`; the only side of what came or went."""
    if change.fact in _ONE_SIDED:
        return value(change, change.after if change.before is None else change.before)
    moved = f" ({shift(change)})" if shift(change) else ""
    return f"{value(change, change.before)} -> {value(change, change.after)}{moved}"


def shows(change: Change) -> bool:
    """True where a reader sees two sides that differ."""
    return change.kind == "week" or value(change, change.before) != value(change, change.after)


def name(change: Change) -> str:
    """What changed: `peak`, `prime-day 2026-07-14 lift`, `window 2026-09-01T04:00 to ... added`."""
    return subject(change) if change.fact in _UNNAMED else f"{subject(change)} {change.fact}"


def subject(change: Change) -> str:
    """What it is about: `prime-day 2026-07-14`, `backtest 1h, all`."""
    return _NOUNS.get(change.kind, "") + change.subject


def verdict(diff: Diff) -> str:
    """One sentence that says whether to worry."""
    total, moved = len(diff.reports) + diff.unchanged, len(diff.material)
    if not moved:
        quiet = sum(report.moves for report in diff.reports)
        tail = f"; {count(quiet, 'forecast')} moved within tolerance" if quiet else ""
        return f"No forecast moves materially{tail}."
    verb = "moves" if moved == 1 else "move"
    return f"{spelled(moved)} of {count(total, 'forecast')} {verb} materially."


def status(report: ReportDiff) -> str:
    """What happened to a report as a whole, empty where only its figures changed."""
    return {
        "changed": "",
        "added": "new",
        "removed": "gone",
        "renamed": f"was {report.before_id}",
    }[report.status]


def count(number: int, noun: str) -> str:
    """`1 forecast`, `41 forecasts`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def spelled(number: int) -> str:
    """Small numbers in words at the head of a sentence: `Two`, `41`."""
    names = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return names[number] if number < len(names) else f"{number:,}"


_ONE_SIDED = frozenset({"added", "removed", "over"})
_UNNAMED = frozenset({"", "height", "rate", "result"})
_NOUNS = {"exclusion": "window ", "accuracy": "backtest "}


def _text(side: Value) -> str:
    return str(side)


def _when(side: Value) -> str:
    return words.start(str(side))


def _figure(wording: Callable[[float | None], str]) -> Callable[[Value], str]:
    return lambda side: wording(float(side)) if isinstance(side, (int, float)) else str(side)


_WORDS: dict[str, Callable[[Value], str]] = {
    "number": _figure(words.number),
    "percent": _figure(words.percent),
    "factor": _figure(words.factor),
    "text": _text,
    "moment": _when,
}
