"""The comment in a pull request: short, true, and never over budget."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from cloudtune.errors import Family
from cloudtune.git.revisions import SHORT
from cloudtune.report import words
from cloudtune.report.escape import Safe, md
from cloudtune.review import phrases
from cloudtune.review.diff_text import shown
from cloudtune.review.order_changes import orders_sentence
from cloudtune.review.phrases import causes
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.errors import Problem
    from cloudtune.report.templates import Templates
    from cloudtune.review.change import Diff, FigureChange, HighestPeak, ReportDiff

TEMPLATE = "comment.md.j2"
MOST_ROWS = 50
BUDGETS = (60_000, 30_000, 10_000)
"""Characters; each next one is tried where the platform refuses the one before."""
_MOST_DETAILS = 20
"""Changes shown of one report: the material ones come first."""
_ALL = 1_000_000


@dataclass(frozen=True)
class Comment:
    """Everything that the comment is made of: plain facts, so that one job may hand them to another."""

    diff: Diff
    problems: tuple[Problem, ...] = ()
    """What the verdict found, then what is wrong with reports that it does not speak of."""
    explained: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Id -> attribution in words, where the change was explained."""
    as_of: str = ""
    """The last day of the newest data."""
    prefix: str = ""
    """Of CloudTune's root below the top of its repository: empty, or ending in a slash."""

    @property
    def is_quiet(self) -> bool:
        """True where no forecast moves materially and nothing is wrong; warnings alone wake nobody."""
        return not self.diff.material and not any(problem.is_error for problem in self.problems)


def render_comment(
    comment: Comment, templates: Templates, *, blob: str = "", budget: int = BUDGETS[0]
) -> str:
    """The Markdown body; where it is over budget whole sections go, in a fixed order.

    `blob` is the address of a file at the head, up to CloudTune's root: empty for no links.
    """
    body = ""
    for level in _LEVELS:
        body = templates.render(TEMPLATE, **_values(comment, blob, level))
        if len(body) <= budget:
            return body
    # Why: the last level has no list left; only a hostile template can still be longer.
    return body[:budget]


@dataclass(frozen=True)
class _Level:
    """How much of everything is told."""

    details: bool = False
    rows: int = _ALL
    warnings: bool = False
    stale: int = _ALL
    gates: int = _ALL


_LEVELS = (
    _Level(details=True, warnings=True),
    _Level(warnings=True),
    _Level(warnings=True, rows=MOST_ROWS),
    _Level(rows=MOST_ROWS),
    _Level(rows=MOST_ROWS, stale=10),
    _Level(rows=10, stale=0, gates=10),
    _Level(rows=0, stale=0, gates=0),
)
"""The order of sacrifice: details, rows beyond the worst 50, warnings, stale reports, gates, everything."""


def _values(comment: Comment, blob: str, level: _Level) -> dict[str, Any]:
    """What the template is told; every text in it is escaped there."""
    diff = comment.diff
    errors = [problem for problem in comment.problems if problem.is_error]
    gate_rows = [_finding(one, blob) for one in errors if one.family is Family.GATES]
    stale_rows = [_finding(one, blob) for one in errors if one.family is not Family.GATES]
    soft = [_finding(one, blob) for one in comment.problems if not one.is_error]
    table = [_row(report, comment) for report in sorted(diff.material, key=_worst)]
    return {
        "marker": Safe(""),
        "sentence": sentence(comment),
        "rows": table[: level.rows],
        "more_rows": len(table) - len(table[: level.rows]),
        "gates": gate_rows[: level.gates],
        "more_gates": len(gate_rows) - len(gate_rows[: level.gates]),
        "stale": stale_rows[: level.stale],
        "more_stale": len(stale_rows) - len(stale_rows[: level.stale]),
        "warnings": soft if level.warnings else [],
        "more_warnings": 0 if level.warnings else len(soft),
        "details": [_details(report) for report in diff.reports if report.changes] if level.details else [],
        "is_cut": not level.details,
        "quiet": _quiet(diff),
        "base": diff.base,
        "head": diff.head,
        "reproduce": f"cloudtune diff {diff.base_commit[:SHORT] or 'HEAD'} --explain",
    }


def sentence(comment: Comment) -> str:
    """The verdict: `Two of 41 forecasts move materially; every gate passes`."""
    errors = [problem for problem in comment.problems if problem.is_error]
    gates = sum(problem.family is Family.GATES for problem in errors)
    others = len({(problem.file, problem.code) for problem in errors if problem.family is not Family.GATES})
    parts = [phrases.verdict(comment.diff).removesuffix(".")]
    parts.append(
        f"{counted(gates, 'gate')} {'fails' if gates == 1 else 'fail'}" if gates else "every gate passes"
    )
    if others:
        parts.append(f"{counted(others, 'finding')} to mend")
    orders = orders_sentence(comment.diff)
    return "; ".join(parts) + "." + (f" {orders}" if orders else "")


def _row(report: ReportDiff, comment: Comment) -> dict[str, Any]:
    """One line of the table: the figure that says most, and why it moved."""
    name = md(report.id)
    change = headline(report)
    explained = comment.explained.get(report.id)
    why = [explained] if explained else causes(report)
    status = phrases.status(report)
    if change is None:
        sides = _peak_words(report.peak_before), _peak_words(report.peak_after)
        return {
            "name": name,
            "figure": status,
            "before": sides[0],
            "after": sides[1],
            "shift": "",
            "why": why,
        }
    return {**_cells(change), "name": name, "figure": _figure(report, change, status), "why": why}


def _figure(report: ReportDiff, change: FigureChange, status: str) -> str:
    """`peak, prime-day, Tue 21 Jul 2026 00:01`: a peak says when and what drives it."""
    peak = report.peak_after if change.kind == "peak" else None
    named = [phrases.name(change), peak.driver, words.when(peak.at)] if peak else [phrases.name(change)]
    return ", ".join(filter(None, [*named, status]))


def _peak_words(peak: HighestPeak | None) -> str:
    return f"peak {words.number(peak.height)}" if peak else ""


def headline(report: ReportDiff) -> FigureChange | None:
    """The one material change to show: the peak, else an edited event's own, else the largest."""
    material = [change for change in report.changes if change.material]
    edited = {change.subject for change in material if change.fact in _EDITS}
    return min(material, key=lambda change: _rank(change, edited), default=None)


def _rank(change: FigureChange, edited: set[str]) -> tuple[int, bool, float]:
    size = -abs(change.relative or 0.0)
    if change.kind == "event" and change.subject in edited and change.relative is not None:
        return 1, change.fact != "peak", size
    return _RANK.get((change.kind, change.fact), 9), False, size


_EDITS = frozenset({"date", "length", "added", "removed"})
_RANK = {
    ("data", "astray"): 0,
    ("peak", "height"): 0,
    ("gate", "result"): 2,
    ("event", "peak"): 3,
    ("event", "date"): 4,
    ("event", "length"): 4,
    ("event", "added"): 4,
    ("event", "removed"): 4,
    ("growth", "rate"): 5,
    ("week", "total"): 6,
    ("exclusion", "added"): 7,
    ("order", "units"): 8,
}


def _worst(report: ReportDiff) -> tuple[int, float, str]:
    change = headline(report)
    size = abs(change.relative or 0.0) if change is not None else 0.0
    return (0 if change is not None else 1, -size, report.id)


def _details(report: ReportDiff) -> dict[str, Any]:
    status = phrases.status(report)
    found = shown(report)
    rows = [
        {**_cells(change), "why": change.why, "material": change.material} for change in found[:_MOST_DETAILS]
    ]
    return {
        "name": report.id,
        "status": status,
        "rows": rows,
        "count": counted(len(found), "change"),
        "more": len(found) - len(rows),
    }


def _cells(change: FigureChange) -> dict[str, Any]:
    return {
        "figure": phrases.name(change),
        "before": phrases.value(change, change.before),
        "after": phrases.value(change, change.after),
        "shift": phrases.shift(change),
    }


def _finding(problem: Problem, blob: str) -> dict[str, Any]:
    line = problem.span.line if problem.span else None
    where = f"{problem.file}:{line}" if line else problem.file
    return {
        "code": problem.code,
        "message": problem.message,
        "hint": problem.hint,
        "where": link(where, problem.file, line, blob),
    }


def link(text: str, file: str, line: int | None, blob: str) -> Safe:
    """`text` as a link to a line of a file at the head, or as code where there is no address."""
    if not file:
        return Safe("")
    if not blob:
        return md(text)
    anchor = f"#L{line}" if line else ""
    return Safe(f"[{md(text)}]({blob}{quote(file)}{anchor})")


def _quiet(diff: Diff) -> str:
    """What needs no row: `39 unchanged`, `2 within tolerance`."""
    still = sum(not report.is_material and report.moves for report in diff.reports)
    inputs = sum(not report.moves for report in diff.reports)
    parts = [
        (diff.unchanged, "unchanged"),
        (still, "within tolerance"),
        (inputs, "with new inputs and equal figures"),
    ]
    return " · ".join(f"{number:,} {said}" for number, said in parts if number) or "no other report"
