"""What a run would do and why: the reasons, the work, and how a plan is told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cloudtune.errors import command
from cloudtune.report.escape import md
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from cloudtune.errors import Problem


INDEX = "index"
"""In the place of an id: the page of the fleet."""


class Reason(StrEnum):
    """Stable codes; scripts may rely on them."""

    MISSING = "MISSING"
    SPEC_CHANGED = "SPEC_CHANGED"
    CALENDAR_CHANGED = "CALENDAR_CHANGED"
    DATA_CHANGED = "DATA_CHANGED"
    ENGINE_CHANGED = "ENGINE_CHANGED"
    TEMPLATE_CHANGED = "TEMPLATE_CHANGED"
    HAND_EDITED = "HAND_EDITED"
    ORPHAN = "ORPHAN"
    EXPIRED = "EXPIRED"


CODE_OF: dict[Reason, str] = {reason: f"CT{number}" for number, reason in enumerate(Reason, start=710)}
"""CT710 for MISSING, and so on in order."""

NEEDS_FIT = frozenset(
    {
        Reason.MISSING,
        Reason.SPEC_CHANGED,
        Reason.CALENDAR_CHANGED,
        Reason.DATA_CHANGED,
        Reason.ENGINE_CHANGED,
    }
)
"""The others cost a new rendering, a deletion, or fresh data."""


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, with what it was found in."""

    reason: Reason
    detail: str
    """`calendars/us-retail.yaml differs from what the report was made of`."""
    file: str = ""

    @property
    def is_work(self) -> bool:
        """False where a run would change nothing: only fresher data can mend an expired report."""
        return self.reason is not Reason.EXPIRED


@dataclass(frozen=True, slots=True)
class Work:
    """A report that is not as it should be."""

    id: str
    reasons: tuple[Because, ...]

    @property
    def is_work(self) -> bool:
        """True where a run would change a byte."""
        return any(because.is_work for because in self.reasons)

    @property
    def needs_fit(self) -> bool:
        """True where a run would fit the model."""
        return any(because.reason in NEEDS_FIT for because in self.reasons)

    @property
    def is_orphan(self) -> bool:
        """True where the report is to be removed."""
        return any(because.reason is Reason.ORPHAN for because in self.reasons)

    @property
    def mend(self) -> str:
        """The command that puts it right."""
        if self.is_orphan:
            return command("git", "rm", f"reports/{self.id}.*")
        if self.id == INDEX:
            return "cloudtune run"
        if not self.is_work:
            return f"fetch newer data, then {command('cloudtune', 'run', '-s', self.id)}"
        return command("cloudtune", "run", "-s", self.id)


@dataclass(frozen=True, slots=True)
class WorkPlan:
    """What a run would do, and why."""

    work: tuple[Work, ...]
    """By id."""
    fresh: int
    notes: tuple[Problem, ...] = ()
    """Broken reports, data that could not be looked at."""

    @property
    def is_empty(self) -> bool:
        """True where a run would change no byte."""
        return not any(work.is_work for work in self.work)


SCHEMA = "cloudtune/plan/v1"
_REASONS = max(len(reason.value) for reason in Reason)


def as_text(plan: WorkPlan) -> str:
    """For a terminal: reasons, the reports of each, and what stays."""
    width = max((len(work.id) for work in plan.work), default=0)
    lines = [line for work in plan.work for line in _lines(work, width)]
    return "\n".join([*lines, *_summary(plan), ""])


def as_markdown(plan: WorkPlan) -> str:
    """For a review."""
    rows = [
        f"| {md(work.id)} | {because.reason.value} | {md(because.detail)} |"
        for work in plan.work
        for because in work.reasons
    ]
    table = ["| report | reason | found |", "|---|---|---|", *rows, ""] if rows else []
    return "\n".join([*table, *_summary(plan), ""])


def as_json(plan: WorkPlan) -> dict[str, Any]:
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


def _summary(plan: WorkPlan) -> list[str]:
    work = [one for one in plan.work if one.is_work]
    orphans = sum(one.is_orphan for one in work)
    fits = sum(one.needs_fit for one in work)
    times = Counter(because.reason.value for one in plan.work for because in one.reasons)
    notes = [f"{len(plan.notes)} could not be compared with their data"] if plan.notes else []
    if not work:
        return [" · ".join(["nothing to do", *notes, f"{plan.fresh:,} up to date"])]
    by_reason = ", ".join(f"{number:,} {reason}" for reason, number in sorted(times.items()))
    writes = f"{counted(fits, 'fit')}, {counted(len(work) - orphans, 'report')} to write"
    away = f", {orphans:,} to remove" if orphans else ""
    return [" · ".join([f"{writes}{away}: {by_reason}", *notes, f"{plan.fresh:,} up to date"])]
