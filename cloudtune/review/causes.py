"""Why a report moved, in a reviewer's words, as far as the reports themselves can tell."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cloudtune.report import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.review.change import Change, ReportDiff

_INPUT_WORDS = {
    "data": "new data",
    "engine": "another engine",
    "spec": "the spec",
    "calendars": "a calendar",
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
    """One cause an edition: `prime-day moved to Tue 21 Jul 2026 and is now 96h (file:line)`."""
    told = [
        one for one in report.changes if one.kind == "event" and one.fact in _EVENT_WORDS and one.material
    ]
    for subject, group in groupby(told, key=lambda change: change.subject):
        changes = list(group)
        said = " and ".join(_EVENT_WORDS[change.fact].format(_after(change)) for change in changes)
        where = f" ({changes[0].place})" if changes[0].place else ""
        yield f"{subject.rpartition(' ')[0]} {said}{where}"


def _after(change: Change) -> str:
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
