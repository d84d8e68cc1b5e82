"""Two documents in, the changes between them out."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cloudtune.report.noise import NEWS, accuracy_noise
from cloudtune.report.sticky import is_refresh
from cloudtune.review.change import FigureChange, Weighing, is_outside, judge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from cloudtune.report.document import AccuracyRow, Document, OccurrenceRow, PeriodRow, Range
    from cloudtune.review.change import Kind


_SAME_OCCURRENCE_DAYS = 120
"""Occurrences further apart are two occurrences, not one that moved: yearly events stay apart."""

_FIGURES: tuple[tuple[str, str], ...] = (("peak", "number"), ("lift", "factor"), ("total", "number"))


def compare_events(old: Document, new: Document, weighing: Weighing) -> Iterator[FigureChange]:
    """Occurrences moved, lengthened, added and removed, and figures of those that stayed."""
    names = dict.fromkeys(row["name"] for row in (*new["events"], *old["events"]))
    for name in names:
        before = [row for row in old["events"] if row["name"] == name]
        after = [row for row in new["events"] if row["name"] == name]
        pairs = pair(before, after)
        for was, now in pairs:
            yield from _occurrence(was, now, weighing)
        yield from _came(old, [row for row in after if all(row is not now for _, now in pairs)])
        yield from _went(new, [row for row in before if all(row is not was for was, _ in pairs)])


def pair(
    before: list[OccurrenceRow], after: list[OccurrenceRow]
) -> list[tuple[OccurrenceRow, OccurrenceRow]]:
    """Old and new rows of the same occurrence: equal starts first, then the nearest."""
    gaps = sorted(
        (_days_apart(was, now), i, j) for i, was in enumerate(before) for j, now in enumerate(after)
    )
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for gap, i, j in gaps:
        if gap <= _SAME_OCCURRENCE_DAYS and i not in taken_before and j not in taken_after:
            taken_before.add(i)
            taken_after.add(j)
            pairs.append((i, j))
    return [(before[i], after[j]) for i, j in sorted(pairs, key=lambda one: one[1])]


def _occurrence(was: OccurrenceRow, now: OccurrenceRow, weighing: Weighing) -> Iterator[FigureChange]:
    subject, file, line = _name(now), now["file"], now["line"]
    if was["start"] != now["start"]:
        yield FigureChange(
            "event",
            subject,
            "date",
            was["start"],
            now["start"],
            True,
            "the event moved",
            "moment",
            file,
            line,
        )
    if was["length"] != now["length"]:
        longer = _minutes(now) > _minutes(was)
        why = f"the event is {'longer' if longer else 'shorter'}"
        yield FigureChange(
            "event", subject, "length", was["length"], now["length"], True, why, "text", file, line
        )
    if was["learned_from"] != now["learned_from"]:
        sides = was["learned_from"], now["learned_from"]
        yield FigureChange("event", subject, "learned from", *sides, False, "", "text", file, line)
    yield from _figures(was, now, weighing)


def _figures(was: OccurrenceRow, now: OccurrenceRow, weighing: Weighing) -> Iterator[FigureChange]:
    subject, file, line = _name(now), now["file"], now["line"]
    for fact, unit in _FIGURES:
        a: Range = was[fact]  # type: ignore[literal-required]
        b: Range = now[fact]  # type: ignore[literal-required]
        if a["value"] == b["value"]:
            continue
        why = judge(a, b["value"], weighing)
        yield FigureChange("event", subject, fact, a["value"], b["value"], bool(why), why, unit, file, line)  # type: ignore[arg-type]


def _came(old: Document, rows: Iterable[OccurrenceRow]) -> Iterator[FigureChange]:
    last = _last(old)
    for row in rows:
        # Why: an occurrence beyond the old horizon is there because time went by, not because of a decision.
        news = not last or row["start"] <= last
        why = "the event is new" if news else ""
        peak = row["peak"]["value"]
        yield FigureChange(
            "event", _name(row), "added", None, peak, news, why, "number", row["file"], row["line"]
        )


def _went(new: Document, rows: Iterable[OccurrenceRow]) -> Iterator[FigureChange]:
    through = new["inputs"]["data_through"]
    for row in rows:
        over = bool(through) and row["start"] < through
        why = "" if over else "the event is gone"
        fact = "over" if over else "removed"
        yield FigureChange(
            "event", _name(row), fact, row["peak"]["value"], None, not over, why, "number", row["file"]
        )


def _name(row: OccurrenceRow) -> str:
    return f"{row['name']} {row['start'][:10]}"


def _last(document: Document) -> str:
    return max((str(row.get("last", "")) for row in document["granularities"]), default="")


def _days_apart(was: OccurrenceRow, now: OccurrenceRow) -> float:
    return (
        abs((datetime.fromisoformat(was["start"]) - datetime.fromisoformat(now["start"])).total_seconds())
        / 86400
    )


def _minutes(row: OccurrenceRow) -> float:
    return (datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"])).total_seconds() / 60


INPUTS = ("spec", "calendars", "data", "engine", "template")
ERROR_TOLERANCE = 0.1
"""Backtest errors are noisy: a tenth of their size is no news."""


def compare(old: Document, new: Document, tolerance: float) -> tuple[FigureChange, ...]:
    """Every figure that differs, in the order of a report's sections."""
    weighing = Weighing(tolerance, is_refresh(new, old))
    return tuple(change for part in _PARTS for change in part(old, new, weighing))


def changed_inputs(old: Document, new: Document) -> tuple[str, ...]:
    """Names of the inputs that differ."""
    before: dict[str, str] = {**old["inputs"]}  # type: ignore[dict-item]
    after: dict[str, str] = {**new["inputs"]}  # type: ignore[dict-item]
    return tuple(name for name in INPUTS if before[name] != after[name])


def _peak(old: Document, new: Document, weighing: Weighing) -> Iterator[FigureChange]:
    before, after = old["peak"], new["peak"]
    if before is None or after is None:
        return
    if before["at"] != after["at"]:
        moved = before["at"][:10] != after["at"][:10]
        # Why: after new data alone one of several much alike days is the highest, and days go by.
        why = "another day" if moved and not weighing.is_refresh else ""
        yield FigureChange("peak", "peak", "time", before["at"], after["at"], bool(why), why, "moment")
    yield from _number("peak", "peak", "height", before["height"], after["height"]["value"], weighing)


def _growth(old: Document, new: Document, weighing: Weighing) -> Iterator[FigureChange]:
    before, after = old["growth"], new["growth"]
    a, b = before["value"], after["value"]
    if a is None or b is None or a == b:
        return
    # Why: growth is a rate already; its change counts in points, not relative to itself.
    if weighing.is_refresh:
        why = judge(before, b, weighing)
        yield FigureChange("growth", "growth a year", "rate", a, b, bool(why), why, "percent")
        return
    outside = is_outside(b, before)
    material = outside or abs(b - a) > weighing.tolerance
    why = "outside the old interval" if outside else "beyond the tolerance" if material else ""
    yield FigureChange("growth", "growth a year", "rate", a, b, material, why, "percent")


def _weekly(old: Document, new: Document, weighing: Weighing) -> Iterator[FigureChange]:
    before = {row.date: row for row in old["weekly"]}
    for row in new["weekly"]:
        was = before.get(row.date)
        if was is not None and was.value != row.value:
            yield from _number("week", f"week of {row.date}", "total", _as_range(was), row.value, weighing)


def _accuracy(old: Document, new: Document, weighing: Weighing) -> Iterator[FigureChange]:
    before = {(row["step"], row["ahead"]): row for row in old["accuracy"]}
    for row in new["accuracy"]:
        was = before.get((row["step"], row["ahead"]))
        if was is not None:
            yield from _errors(was, row, weighing)


def _errors(was: AccuracyRow, row: AccuracyRow, weighing: Weighing) -> Iterator[FigureChange]:
    subject = f"{row['step']}, {row['ahead']}"
    for metric in ("wape", "peak_error", "coverage"):
        a, b = was[metric], row[metric]
        if a is None or b is None or a == b:
            continue
        allowed = ERROR_TOLERANCE * max(abs(a), ERROR_TOLERANCE)
        if weighing.is_refresh:
            allowed = max(allowed, NEWS * accuracy_noise(was, metric, weighing.tolerance))
        worse = abs(b - a) > allowed
        yield FigureChange(
            "accuracy", subject, metric, a, b, worse, "beyond the tolerance" if worse else "", "percent"
        )


def _gates(old: Document, new: Document, _: Weighing) -> Iterator[FigureChange]:
    before = {row["gate"]: row["result"] for row in old["gates"]}
    after = {row["gate"]: row["result"] for row in new["gates"]}
    for gate in (*after, *(gate for gate in before if gate not in after)):
        a, b = before.get(gate), after.get(gate)
        if a != b:
            why = "the gate is gone" if b is None else f"the gate now says {b}"
            yield FigureChange(
                "gate", gate, "result", a, b, material=not (a is None and b == "pass"), why=why, unit="text"
            )


def _exclusions(old: Document, new: Document, _: Weighing) -> Iterator[FigureChange]:
    before = {(row["start"], row["end"]): row["reason"] for row in old["exclusions"]}
    after = {(row["start"], row["end"]): row["reason"] for row in new["exclusions"]}
    for start, end in sorted(before.keys() ^ after.keys()):
        came = (start, end) in after
        reason = (after if came else before)[start, end]
        fact, why = ("added", "data is left out") if came else ("removed", "data counts again")
        was, now = (None, reason) if came else (reason, None)
        yield FigureChange(
            "exclusion", f"{start} to {end}", fact, was, now, material=True, why=why, unit="text"
        )


def _surprises(old: Document, new: Document, _: Weighing) -> Iterator[FigureChange]:
    """Days that came in far from those before them; when they are long ago they leave without a word."""
    known = {row.date for row in old.get("surprises", [])}
    for row in new.get("surprises", []):
        if row.date not in known:
            why = "far from the days before it"
            yield FigureChange("data", f"data of {row.date}", "astray", None, row.share, True, why, "percent")


def _number(
    kind: Kind, subject: str, fact: str, was: Range, now: float | None, weighing: Weighing
) -> Iterator[FigureChange]:
    if was["value"] != now:
        why = judge(was, now, weighing)
        yield FigureChange(kind, subject, fact, was["value"], now, material=bool(why), why=why)


def _as_range(row: PeriodRow) -> Range:
    return {"value": row.value, "low": row.low, "high": row.high}


_PARTS: tuple[Callable[[Document, Document, Weighing], Iterator[FigureChange]], ...] = (
    _surprises, _peak, compare_events, _weekly, _growth, _accuracy, _gates, _exclusions,
)  # fmt: skip
