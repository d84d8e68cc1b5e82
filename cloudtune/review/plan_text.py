"""A plan as text, Markdown or JSON."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from cloudtune.report.escape import md
from cloudtune.review.phrases import count
from cloudtune.review.reasons import Reason

if TYPE_CHECKING:
    from cloudtune.review.reasons import Plan, Work

SCHEMA = "cloudtune/plan/v1"
_REASONS = max(len(reason.value) for reason in Reason)


def as_text(plan: Plan) -> str:
    """For a terminal: reasons, the reports of each, and what stays."""
    width = max((len(work.id) for work in plan.work), default=0)
    lines = [line for work in plan.work for line in _lines(work, width)]
    return "\n".join([*lines, *_summary(plan), ""])


def as_markdown(plan: Plan) -> str:
    """For a review."""
    rows = [
        f"| {md(work.id)} | {because.reason.value} | {md(because.detail)} |"
        for work in plan.work
        for because in work.reasons
    ]
    table = ["| report | reason | found |", "|---|---|---|", *rows, ""] if rows else []
    return "\n".join([*table, *_summary(plan), ""])


def as_json(plan: Plan) -> dict[str, Any]:
    """For programs."""
    return {
        "schema_version": SCHEMA,
        "fresh": plan.fresh,
        "work": [_work_json(work) for work in plan.work],
        "notes": [{"code": note.code, "message": note.message, "file": note.file} for note in plan.notes],
    }


def _work_json(work: Work) -> dict[str, Any]:
    return {
        "id": work.id,
        "reasons": [
            {"reason": because.reason.value, "detail": because.detail, "file": because.file}
            for because in work.reasons
        ],
        "is_work": work.is_work,
        "needs_fit": work.needs_fit,
        "mend": work.mend,
    }


def _lines(work: Work, width: int) -> list[str]:
    names = [work.id, *[""] * (len(work.reasons) - 1)]
    return [
        f"{name:<{width}}  {because.reason.value:<{_REASONS}}  {because.detail}"
        for name, because in zip(names, work.reasons, strict=True)
    ]


def _summary(plan: Plan) -> list[str]:
    work = [one for one in plan.work if one.is_work]
    orphans = sum(one.is_orphan for one in work)
    fits = sum(one.needs_fit for one in work)
    times = Counter(because.reason.value for one in plan.work for because in one.reasons)
    notes = [f"{len(plan.notes)} could not be compared with their data"] if plan.notes else []
    if not work:
        return [" · ".join(["nothing to do", *notes, f"{plan.fresh:,} up to date"])]
    by_reason = ", ".join(f"{number:,} {reason}" for reason, number in sorted(times.items()))
    writes = f"{count(fits, 'fit')}, {count(len(work) - orphans, 'report')} to write"
    away = f", {orphans:,} to remove" if orphans else ""
    return [" · ".join([f"{writes}{away}: {by_reason}", *notes, f"{plan.fresh:,} up to date"])]
