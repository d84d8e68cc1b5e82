"""Editions of events: which of the old ones each new one is, and what changed about it."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from cloudtune.review.change import Change
from cloudtune.review.material import judge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cloudtune.report.document import Document, EventRow, Range

_SAME_EDITION_DAYS = 120
"""Editions further apart are two editions, not one that moved: yearly events stay apart."""

_FIGURES: tuple[tuple[str, str], ...] = (("peak", "number"), ("lift", "factor"), ("total", "number"))


def compare_events(old: Document, new: Document, tolerance: float) -> Iterator[Change]:
    """Editions moved, lengthened, added and removed, and figures of those that stayed."""
    names = dict.fromkeys(row["name"] for row in (*new["events"], *old["events"]))
    for name in names:
        before = [row for row in old["events"] if row["name"] == name]
        after = [row for row in new["events"] if row["name"] == name]
        pairs = pair(before, after)
        for was, now in pairs:
            yield from _edition(was, now, tolerance)
        yield from _came(old, [row for row in after if all(row is not now for _, now in pairs)])
        yield from _went(new, [row for row in before if all(row is not was for was, _ in pairs)])


def pair(before: list[EventRow], after: list[EventRow]) -> list[tuple[EventRow, EventRow]]:
    """Old and new rows of the same edition: equal starts first, then the nearest."""
    gaps = sorted(
        (_days_apart(was, now), i, j) for i, was in enumerate(before) for j, now in enumerate(after)
    )
    taken_before: set[int] = set()
    taken_after: set[int] = set()
    pairs: list[tuple[int, int]] = []
    for gap, i, j in gaps:
        if gap <= _SAME_EDITION_DAYS and i not in taken_before and j not in taken_after:
            taken_before.add(i)
            taken_after.add(j)
            pairs.append((i, j))
    return [(before[i], after[j]) for i, j in sorted(pairs, key=lambda one: one[1])]


def _edition(was: EventRow, now: EventRow, tolerance: float) -> Iterator[Change]:
    subject, file, line = _name(now), now["file"], now["line"]
    if was["start"] != now["start"]:
        yield Change(
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
        yield Change("event", subject, "length", was["length"], now["length"], True, why, "text", file, line)
    if was["learned_from"] != now["learned_from"]:
        sides = was["learned_from"], now["learned_from"]
        yield Change("event", subject, "learned from", *sides, False, "", "text", file, line)
    yield from _figures(was, now, tolerance)


def _figures(was: EventRow, now: EventRow, tolerance: float) -> Iterator[Change]:
    subject, file, line = _name(now), now["file"], now["line"]
    for fact, unit in _FIGURES:
        a: Range = was[fact]  # type: ignore[literal-required]
        b: Range = now[fact]  # type: ignore[literal-required]
        if a["value"] == b["value"]:
            continue
        why = judge(a, b["value"], tolerance)
        yield Change("event", subject, fact, a["value"], b["value"], bool(why), why, unit, file, line)  # type: ignore[arg-type]


def _came(old: Document, rows: Iterable[EventRow]) -> Iterator[Change]:
    last = _last(old)
    for row in rows:
        # Why: an edition beyond the old horizon is there because time went by, not because of a decision.
        news = not last or row["start"] <= last
        why = "the event is new" if news else ""
        peak = row["peak"]["value"]
        yield Change("event", _name(row), "added", None, peak, news, why, "number", row["file"], row["line"])


def _went(new: Document, rows: Iterable[EventRow]) -> Iterator[Change]:
    through = new["inputs"]["data_through"]
    for row in rows:
        over = bool(through) and row["start"] < through
        why = "" if over else "the event is gone"
        fact = "over" if over else "removed"
        yield Change(
            "event", _name(row), fact, row["peak"]["value"], None, not over, why, "number", row["file"]
        )


def _name(row: EventRow) -> str:
    return f"{row['name']} {row['start'][:10]}"


def _last(document: Document) -> str:
    return max((str(row.get("last", "")) for row in document["granularities"]), default="")


def _days_apart(was: EventRow, now: EventRow) -> float:
    return (
        abs((datetime.fromisoformat(was["start"]) - datetime.fromisoformat(now["start"])).total_seconds())
        / 86400
    )


def _minutes(row: EventRow) -> float:
    return (datetime.fromisoformat(row["end"]) - datetime.fromisoformat(row["start"])).total_seconds() / 60
