"""Staleness, gates and expectations in one verdict: offline, nothing is fitted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Severity
from cloudtune.review.gates import gate_problems
from cloudtune.review.phrases import count
from cloudtune.review.plan import plan_of, read_state
from cloudtune.review.reasons import CODE_OF, NEEDS_FIT, Reason

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
        gates = sum(problem.code.startswith("CT6") for problem in errors)
        stale = sum(work.is_work for work in self.plan.work)
        others = sum(not problem.code.startswith(("CT6", "CT71")) for problem in errors)
        warnings = len(self.problems) - len(errors)
        parts = [
            f"{stale:,} stale" if stale else "all fresh",
            f"{count(gates, 'gate')} failing" if gates else "every gate passes",
            *[count(others, "other error")] * bool(others),
        ]
        aside = f" {count(warnings, 'warning')}." if warnings else ""
        return f"{count(self.checked, 'report')}: {', '.join(parts)}.{aside}"


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
    # Why: what has no path into its file is about the whole of it, not about its first line.
    located = dict.fromkeys(store.locate(problem) if problem.path else problem for problem in found)
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
    lead = f"{work.id} is stale" if because.reason in _STALE else work.id
    message = f"{lead}: {because.detail}"
    return Problem(CODE_OF[because.reason], message, work.mend, severity, because.file)


_STALE = NEEDS_FIT - {Reason.MISSING} | {Reason.TEMPLATE_CHANGED}


def _order(problem: Problem) -> tuple[bool, str, int, str]:
    return (not problem.is_error, problem.file, problem.span.line if problem.span else 0, problem.code)
