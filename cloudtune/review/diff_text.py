"""A diff as text, Markdown or JSON."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any

from cloudtune.report import words
from cloudtune.report.escape import md
from cloudtune.review import attribution, phrases
from cloudtune.review.attribution import telling
from cloudtune.review.phrases import summarise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from cloudtune.review.attribution import Explained
    from cloudtune.review.change import Diff, FigureChange, ReportDiff


SCHEMA = "cloudtune/diff/v1"


def as_text(diff: Diff) -> str:
    """For a terminal: a block for each report that moved, then what stood still."""
    blocks = [
        block(report, shown(report), (one for one in diff.explained if one.id == report.id))
        for report in diff.reports
        if report.moves
    ]
    return "\n".join([*blocks, phrases.verdict(diff), _footer(diff), ""])


def as_markdown(diff: Diff) -> str:
    """For a review: one table of changed figures, then what stood still."""
    rows = [row for report in diff.reports if report.moves for row in _rows(report)]
    head = ["| forecast | figure | before | after | change | because |", "|---|---|---|---|---|---|"]
    table = [*head, *rows, ""] if rows else []
    because = [f"- {md(one.id)} {md(attribution.sentence(one))}" for one in diff.explained]
    told = ["What each cause brought:", "", *because, ""] if because else []
    return "\n".join([f"**{phrases.verdict(diff)}**", "", *table, *told, _footer(diff), ""])


def as_json(diff: Diff) -> dict[str, Any]:
    """For programs: every change, unrounded."""
    return {
        "schema_version": SCHEMA,
        "base": {"label": diff.base, "commit": diff.base_commit},
        "head": {"label": diff.head, "commit": diff.head_commit},
        "verdict": phrases.verdict(diff),
        "unchanged": diff.unchanged,
        "reports": [_report_json(report) for report in diff.reports],
        "explained": attribution.as_json(diff.explained)["explained"],
        "problems": [
            {
                "code": one.code,
                "severity": one.severity,
                "message": one.message,
                "hint": one.hint,
                "file": one.file,
            }
            for one in diff.problems
        ],
    }


def shown(report: ReportDiff) -> list[FigureChange]:
    """The changes that people see: weeks summed up, material ones first, none that reads as no change."""
    changes = [change for change in summarise(report.changes) if change.material or phrases.shows(change)]
    return sorted(changes, key=lambda change: not change.material)


def _rows(report: ReportDiff) -> list[str]:
    link = md(report.id)
    status = phrases.status(report)
    first = [f"| {link} | {md(status)} | | | | |"] if status else []
    return first + [_row(link, change) for change in shown(report)[:MOST]]


def _row(link: str, change: FigureChange) -> str:
    moved = phrases.shift(change)
    strong = f"**{moved}**" if moved and change.material else moved
    why = f"{change.why} ({change.place})" if change.why and change.place else change.why
    sides = (md(phrases.value(change, side)) for side in (change.before, change.after))
    return f"| {link} | {md(phrases.name(change))} | {' | '.join(sides)} | {strong} | {md(why)} |"


def _footer(diff: Diff) -> str:
    return f"{diff.unchanged:,} unchanged · compared {diff.base} with {diff.head}"


def _report_json(report: ReportDiff) -> dict[str, Any]:
    return {
        "id": report.id,
        "status": report.status,
        "before_id": report.before_id or report.id,
        "material": report.is_material,
        "inputs": list(report.inputs),
        "changes": [_change_json(change) for change in report.changes],
    }


def _change_json(change: FigureChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "subject": change.subject,
        "fact": change.fact,
        "before": change.before,
        "after": change.after,
        "relative": change.relative,
        "material": change.material,
        "why": change.why,
        "file": change.file,
        "line": change.line,
    }


WIDTH = 80
MOST = 12
"""Changes that text shows of one report; JSON has all of them."""
_INDENT = " " * 6


def block(report: ReportDiff, changes: Sequence[FigureChange], explained: Iterable[Explained]) -> str:
    """A report's id, its changes by what they are about, what is left out, and what each cause brought."""
    status = phrases.status(report)
    groups = groupby(changes[:MOST], key=lambda change: (change.kind, change.subject, change.material))
    lines = [line for _, group in groups for line in _group(list(group))]
    told = [line for one in explained for line in _taken_apart(one)]
    head = f"{report.id}  ({status})" if status else report.id
    return "\n".join([head, *_whole(report), *lines, *_rest(report, changes), *told, ""])


def _whole(report: ReportDiff) -> Iterator[str]:
    """The peak of a forecast that came or went."""
    peak = {"added": report.peak_after, "removed": report.peak_before}.get(report.status)
    if peak is not None:
        yield f"  ! peak: {words.number(peak.height)} on {words.when(peak.at)}"


def _group(changes: list[FigureChange]) -> Iterator[str]:
    """A line for a single fact; else a heading, then a line for each."""
    first = changes[0]
    mark = "!" if first.material else " "
    if len(changes) == 1:
        yield from _fitted(f"  {mark} {phrases.line(first)}", _reason(first))
        return
    yield from _fitted(f"  {mark} {phrases.subject(first)}", first.place if first.why else "", "  ")
    for change in changes:
        yield from _fitted(f"{_INDENT}{change.fact}: {phrases.sides(change)}", change.why)


def _reason(change: FigureChange) -> str:
    where = f" ({change.place})" if change.place else ""
    return f"{change.why}{where}" if change.why else ""


def _rest(report: ReportDiff, changes: Sequence[FigureChange]) -> Iterator[str]:
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
