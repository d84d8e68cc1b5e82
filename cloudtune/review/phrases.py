"""Changes and their causes in a reviewer's words, used by every format."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.review.change import FigureChange
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from cloudtune.review.change import Diff, ReportDiff, Value


def value(change: FigureChange, side: Value) -> str:
    """One side of a change as a reader wants it."""
    if side is None:
        return "none"
    return _WORDS[change.unit](side)


def shift(change: FigureChange) -> str:
    """How far it moved: `+11.7%`, in points for rates, nothing for words."""
    if change.unit == "percent" and isinstance(change.before, float) and isinstance(change.after, float):
        return f"{words.signed(change.after - change.before)} pt".replace("% pt", " pt")
    return "" if change.relative is None else words.signed(change.relative)


def line(change: FigureChange) -> str:
    """`prime-day 2026-07-14 peak: 1.20M -> 1.34M (+11.7%)`."""
    return f"{name(change)}: {sides(change)}"


def sides(change: FigureChange) -> str:
    """`1.20M -> 1.34M (+11.7%)`; the only side of what came or went."""
    if change.fact in _ONE_SIDED:
        return value(change, change.after if change.before is None else change.before)
    moved = f" ({shift(change)})" if shift(change) else ""
    return f"{value(change, change.before)} -> {value(change, change.after)}{moved}"


def shows(change: FigureChange) -> bool:
    """True where a reader sees two sides that differ."""
    return change.kind == "week" or value(change, change.before) != value(change, change.after)


def name(change: FigureChange) -> str:
    """What changed: `peak`, `prime-day 2026-07-14 lift`, `window 2026-09-01T04:00 to ... added`."""
    return subject(change) if change.fact in _UNNAMED else f"{subject(change)} {change.fact}"


def subject(change: FigureChange) -> str:
    """What it is about: `prime-day 2026-07-14`, `backtest 1h, all`."""
    return _NOUNS.get(change.kind, "") + change.subject


def verdict(diff: Diff) -> str:
    """One sentence that says whether to worry."""
    total, moved = len(diff.reports) + diff.unchanged, len(diff.material)
    if not moved:
        quiet = sum(report.moves for report in diff.reports)
        tail = f"; {counted(quiet, 'forecast')} moved within tolerance" if quiet else ""
        return f"No forecast moves materially{tail}."
    verb = "moves" if moved == 1 else "move"
    return f"{spelled(moved)} of {counted(total, 'forecast')} {verb} materially."


def status(report: ReportDiff) -> str:
    """What happened to a report as a whole, empty where only its figures changed."""
    return {
        "changed": "",
        "added": "new",
        "removed": "gone",
        "renamed": f"was {report.before_id}",
    }[report.status]


def spelled(number: int) -> str:
    """Small numbers in words at the head of a sentence: `Two`, `41`."""
    names = ("No", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten")
    return names[number] if number < len(names) else f"{number:,}"


_ONE_SIDED = frozenset({"astray", "added", "removed", "over"})
_UNNAMED = frozenset({"", "height", "rate", "result", "units"})
_NOUNS = {"exclusion": "window ", "accuracy": "backtest ", "order": "order of "}


def _text(side: Value) -> str:
    return str(side)


def _when(side: Value) -> str:
    return words.start(str(side))


def _figure(wording: Callable[[float | None], str]) -> Callable[[Value], str]:
    return lambda side: wording(float(side)) if isinstance(side, (int, float)) else str(side)


_WORDS: dict[str, Callable[[Value], str]] = {
    "number": _figure(words.number),
    "count": _figure(lambda value: words.integer(round(value or 0))),
    "percent": _figure(words.percent),
    "factor": _figure(words.factor),
    "text": _text,
    "moment": _when,
}


def summarise(changes: Sequence[FigureChange]) -> list[FigureChange]:
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


def _in_place_of(most: FigureChange, subject: str, *, material: bool, why: str) -> FigureChange:
    return FigureChange("week", subject, "", most.before, most.after, material, why, most.unit)


def _quiet(weeks: Sequence[FigureChange]) -> str:
    least = min(change.relative or 0.0 for change in weeks)
    most = max(change.relative or 0.0 for change in weeks)
    return f"{len(weeks)} weeks by {words.signed(least)} to {words.signed(most)}"


_INPUT_WORDS = {
    "data": "new data",
    "engine": "another engine",
    "spec": "the spec",
    "calendars": "a calendar",
    "capacity": "the capacity block",
}
_MOST = 3


def causes(report: ReportDiff) -> list[str]:
    """`prime-day is now 96h (specs/calendars/us-retail.yaml:14)`, `new data`; the most telling first."""
    told = list(dict.fromkeys(_events(report)))
    told += list(_exclusions(report))
    silent = {"calendars", "spec"} if told else set()
    told += [_INPUT_WORDS[name] for name in report.inputs if name in _INPUT_WORDS and name not in silent]
    rest = len(told) - _MOST
    return [*told[:_MOST], f"{rest} more"] if rest > 0 else told


def _events(report: ReportDiff) -> Iterator[str]:
    """One cause an occurrence: `prime-day moved to Tue 21 Jul 2026 and is now 96h (file:line)`."""
    told = [
        one for one in report.changes if one.kind == "event" and one.fact in _EVENT_WORDS and one.material
    ]
    for subject, group in groupby(told, key=lambda change: change.subject):
        changes = list(group)
        said = " and ".join(_EVENT_WORDS[change.fact].format(_after(change)) for change in changes)
        where = f" ({changes[0].place})" if changes[0].place else ""
        yield f"{subject.rpartition(' ')[0]} {said}{where}"


def _after(change: FigureChange) -> str:
    return words.start(str(change.after)) if change.unit == "moment" else str(change.after)


def _exclusions(report: ReportDiff) -> Iterator[str]:
    windows = [change for change in report.changes if change.kind == "exclusion"]
    for fact, verb in (("added", "left out"), ("removed", "counted again")):
        found = [change for change in windows if change.fact == fact]
        if found:
            first = found[0].subject.partition(" to ")[0][:10]
            more = f" and {len(found) - 1} more" if len(found) > 1 else ""
            yield f"data of {first}{more} {verb}"


_EVENT_WORDS = {
    "date": "moved to {}",
    "length": "is now {}",
    "added": "is new",
    "removed": "is gone",
}
