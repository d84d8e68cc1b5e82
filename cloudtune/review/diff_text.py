"""A diff as text, Markdown or JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtune.report.escape import md
from cloudtune.review import attribution, phrases
from cloudtune.review.diff_block import MOST, block
from cloudtune.review.weeks import summarise

if TYPE_CHECKING:
    from cloudtune.review.change import Change, Diff, ReportDiff

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


def shown(report: ReportDiff) -> list[Change]:
    """The changes that people see: weeks summed up, material ones first, none that reads as no change."""
    changes = [change for change in summarise(report.changes) if change.material or phrases.shows(change)]
    return sorted(changes, key=lambda change: not change.material)


def _rows(report: ReportDiff) -> list[str]:
    link = md(report.id)
    status = phrases.status(report)
    first = [f"| {link} | {md(status)} | | | | |"] if status else []
    return first + [_row(link, change) for change in shown(report)[:MOST]]


def _row(link: str, change: Change) -> str:
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


def _change_json(change: Change) -> dict[str, Any]:
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
