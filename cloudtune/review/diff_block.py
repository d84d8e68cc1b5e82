"""One report's changes as lines that fit a terminal."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from cloudtune.report import words
from cloudtune.review import phrases
from cloudtune.review.attribution import telling

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloudtune.review.attribution import Explained
    from cloudtune.review.change import Change, ReportDiff

WIDTH = 80
MOST = 12
"""Changes that text shows of one report; JSON has all of them."""
_INDENT = " " * 6


def block(report: ReportDiff, changes: Sequence[Change], explained: Iterable[Explained]) -> str:
    """A report's id, its changes by what they are about, what is left out, and what each cause brought."""
    status = phrases.status(report)
    groups = groupby(changes[:MOST], key=lambda change: (change.kind, change.subject, change.material))
    lines = [line for _, group in groups for line in _group(list(group))]
    told = [line for one in explained for line in _taken_apart(one)]
    head = f"{report.id}  ({status})" if status else report.id
    return "\n".join([head, *_whole(report), *lines, *_rest(report, changes), *told, ""])


def _whole(report: ReportDiff) -> Iterator[str]:
    """The peak of a forecast that came or went."""
    document = {"added": report.after, "removed": report.before}.get(report.status)
    if document is not None and document["peak"] is not None:
        peak = document["peak"]
        yield f"  ! peak: {words.number(peak['height']['value'])} on {words.when(peak['at'])}"


def _group(changes: list[Change]) -> Iterator[str]:
    """A line for a single fact; else a heading, then a line for each."""
    first = changes[0]
    mark = "!" if first.material else " "
    if len(changes) == 1:
        yield from _fitted(f"  {mark} {phrases.line(first)}", _reason(first))
        return
    yield from _fitted(f"  {mark} {phrases.subject(first)}", first.place if first.why else "", "  ")
    for change in changes:
        yield from _fitted(f"{_INDENT}{change.fact}: {phrases.sides(change)}", change.why)


def _reason(change: Change) -> str:
    where = f" ({change.place})" if change.place else ""
    return f"{change.why}{where}" if change.why else ""


def _rest(report: ReportDiff, changes: Sequence[Change]) -> Iterator[str]:
    more = len(changes) - MOST
    if more > 0:
        yield f"    and {more} more: --format json has them"
    elif report.changes and not changes:
        yield "    no figure that shows: --format json has them"


def _taken_apart(explained: Explained) -> Iterator[str]:
    yield f"  = {explained.figure} {explained.sides}"
    for share in telling(explained):
        yield from _fitted(
            f"{_INDENT}{words.signed(share.amount):>7}  {share.cause.words}", share.cause.place, "  "
        )


def _fitted(text: str, more: str, glue: str = ", ") -> Iterator[str]:
    """One line, or two where it would be too wide."""
    whole = f"{text}{glue}{more}" if more else text
    if len(whole) <= WIDTH:
        yield whole
    else:
        yield text
        yield f"{' ' * (len(text) - len(text.lstrip()) + 4)}{more}"
