"""Staleness, gates and expectations in one verdict: offline, nothing is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Severity
from cloudtune.review.gates import gate_problems
from cloudtune.review.phrases import count
from cloudtune.review.plan import plan_of, read_state
from cloudtune.review.reasons import CODE_OF, Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from cloudtune.report.document import Document
    from cloudtune.review.plan import Present
    from cloudtune.review.reasons import Because, Plan, Work
    from cloudtune.spec.store import SpecFile, Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the committed reports may stand."""

    problems: tuple[Problem, ...]
    """Errors first, then by file; located in their files where a store was at hand."""
    checked: int
    plan: Plan

    @property
    def holds(self) -> bool:
        """True where nothing is wrong; warnings may remain."""
        return not any(problem.is_error for problem in self.problems)

    @property
    def sentence(self) -> str:
        """One sentence for a summary."""
        errors = [problem for problem in self.problems if problem.is_error]
        if not errors:
            return f"{count(self.checked, 'report')}: all fresh, every gate passes."
        gates = sum(problem.code.startswith("CT6") for problem in errors)
        stale = len({problem.file for problem in errors if not problem.code.startswith("CT6")})
        parts = [count(stale, "stale report")] * bool(stale) + [f"{count(gates, 'gate')} failing"] * bool(
            gates
        )
        return f"{count(self.checked, 'report')}: {', '.join(parts)}."


def check(
    store: Store,
    specs: Sequence[SpecFile],
    present: Present,
    base: Mapping[str, Document] | None = None,
    *,
    whole: bool = True,
) -> Verdict:
    """Hold every report of `specs` against its spec, its gates and the documents of `base`.

    `whole` is False where `specs` is a selection: then reports without a spec are none of its business.
    """
    states = {item.id: read_state(store.root, item.id) for item in specs}
    plan = plan_of(store.root, specs, states, present, whole=whole)
    found = [*_broken(store, whole=whole), *_stale(plan), *plan.notes]
    for item in specs:
        document = states[item.id].document
        if document is not None:
            before = (base or {}).get(item.id)
            found += gate_problems(item, document, before, present.today)
    located = dict.fromkeys(store.locate(problem) for problem in found)
    return Verdict(tuple(sorted(located, key=_order)), len(specs), plan)


def _broken(store: Store, *, whole: bool) -> Iterator[Problem]:
    """Why: a spec that can't be read must not vanish from the verdict."""
    if whole:
        yield from (problem for problem in store.problems if problem.is_error)


def _stale(plan: Plan) -> Iterator[Problem]:
    for work in plan.work:
        for because in work.reasons:
            yield _problem(work, because)


def _problem(work: Work, because: Because) -> Problem:
    severity: Severity = "warning" if because.reason is Reason.EXPIRED else "error"
    message = f"{work.id}: {_LEAD[because.reason]}: {because.detail}"
    return Problem(CODE_OF[because.reason], message, work.mend, severity, because.file)


_LEAD: dict[Reason, str] = {
    Reason.MISSING: "the report is missing",
    Reason.SPEC_CHANGED: "the report is stale",
    Reason.CALENDAR_CHANGED: "the report is stale",
    Reason.DATA_CHANGED: "the report is stale",
    Reason.ENGINE_CHANGED: "the report is stale",
    Reason.TEMPLATE_CHANGED: "the report needs a new rendering",
    Reason.HAND_EDITED: "the report was edited by hand",
    Reason.ORPHAN: "the report has no spec",
    Reason.EXPIRED: "the report is about to run out",
}


def _order(problem: Problem) -> tuple[bool, str, int, str]:
    return (not problem.is_error, problem.file, problem.span.line if problem.span else 0, problem.code)
