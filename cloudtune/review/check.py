"""Staleness, gates and expectations in one verdict: offline, nothing is fitted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudtune.errors import Family, Problem, Severity
from cloudtune.report import words
from cloudtune.report.gates import days_words, holds, limit_words, metric_words
from cloudtune.report.order_files import committed_orders, unserved
from cloudtune.review.documents import Base
from cloudtune.review.staleness import plan_of, read_state
from cloudtune.review.work import CODE_OF, NEEDS_FIT, Reason
from cloudtune.run.committed import committed_state
from cloudtune.spec.gates import FLEET_METRICS, PLAIN_METRICS
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from cloudtune.report.document import Document
    from cloudtune.report.orders import OrdersDocument
    from cloudtune.review.staleness import Present
    from cloudtune.review.work import Because, Work, WorkPlan
    from cloudtune.spec.gates import Gate
    from cloudtune.spec.store import SpecFile, Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the committed reports may stand."""

    problems: tuple[Problem, ...]
    """Errors first, then by file; located in their files where a store was at hand."""
    checked: int
    plan: WorkPlan
    recomputed: str = ""
    """How many reports were computed anew, in words."""

    def beside(self, found: Iterable[Problem], recomputed: str) -> Verdict:
        """The verdict with what computing reports anew has shown."""
        problems = tuple(sorted((*self.problems, *found), key=_order))
        return replace(self, problems=problems, recomputed=recomputed)

    @property
    def holds(self) -> bool:
        """True where nothing is wrong; warnings may remain."""
        return not any(problem.is_error for problem in self.problems)

    @property
    def sentence(self) -> str:
        """One sentence for a summary."""
        errors = [problem for problem in self.problems if problem.is_error]
        gates = sum(problem.family is Family.GATES for problem in errors)
        stale = sum(work.is_work for work in self.plan.work)
        others = sum(problem.family not in {Family.GATES, Family.STALENESS} for problem in errors)
        warnings = len(self.problems) - len(errors)
        parts = [
            f"{stale:,} stale" if stale else "all fresh",
            f"{counted(gates, 'gate')} failing" if gates else "every gate passes",
            *[counted(others, "other error")] * bool(others),
        ]
        aside = f" {counted(warnings, 'warning')}." if warnings else ""
        anew = f" {self.recomputed}." * bool(self.recomputed)
        return f"{counted(self.checked, 'report')}: {', '.join(parts)}.{anew}{aside}"


def check(
    store: Store,
    specs: Sequence[SpecFile],
    present: Present,
    base: Base | None = None,
    *,
    whole: bool = True,
) -> Verdict:
    """Hold every report of `specs` against its spec, its gates, and those that the base revision had for it.

    `whole` is False where `specs` is a selection: then reports without a spec are none of its business.
    """
    states = {item.id: read_state(store.root, item.id) for item in specs}
    plan = plan_of(store.root, specs, states, present, whole=whole)
    found = [*_broken(store, whole=whole), *_stale(plan), *plan.notes]
    for item in specs:
        document = states[item.id].document
        if document is not None:
            judge = base or Base()
            found += gate_problems(item, document, judge.documents.get(item.id), present.today)
            found += fleet_problems(item, committed_orders(store.root, item.id), present.today)
            found += _loosened(item, document, judge, present.today)
    # Why: what has no path into its file is about the whole of it, not about its first line.
    located = dict.fromkeys(store.locate(problem) if problem.path else problem for problem in found)
    return Verdict(tuple(sorted(located, key=_order)), len(specs), plan)


def _broken(store: Store, *, whole: bool) -> Iterator[Problem]:
    """Why: a spec that can't be read must not vanish from the verdict."""
    if whole:
        yield from (problem for problem in store.problems if problem.is_error)
        if (brought := committed_state(store.root)) is not None:
            yield brought


def _stale(plan: WorkPlan) -> Iterator[Problem]:
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


NOMINAL_COVERAGE = 0.8
_DISTANCES = {"coverage": lambda value: abs(value - NOMINAL_COVERAGE), "bias": abs}
"""Metrics that are worse the farther they are from a target; others are worse the larger they are."""


def gate_problems(
    item: SpecFile, document: Document, base: Document | None, today: date
) -> Iterator[Problem]:
    """What the gates and expectations of a spec say of its committed report."""
    for number, gate in enumerate(item.spec.gates):
        if gate.metric not in FLEET_METRICS:
            yield from _gate(item, gate, number, document, base, today)
    for row in document["gates"]:
        if row["kind"] == "expect" and row["result"] != "pass":
            yield _expectation(item, row["gate"], row["result"], row["value"], tuple(row["path"]))


def fleet_problems(item: SpecFile, sheet: OrdersDocument | None, today: date) -> Iterator[Problem]:
    """What the gates on a fleet say of the committed order sheet, and units that can't be had."""
    if sheet is None:
        return
    if sheet["missing"]:
        yield unserved(sheet, item.file)
    figures = {"shortage": sheet["shortage"], "order_lateness": float(sheet["order_lateness"])}
    for number, gate in enumerate(item.spec.gates):
        found = figures.get(gate.metric)
        if found is not None and not holds(gate, found):
            name = metric_words(gate.metric)
            message = f"{name} is {_say(gate.metric, found)}; the gate allows {limit_words(gate)}"
            problem = Problem("CT601", message, "see the order sheet for which event or order it is")
            yield _waived(gate, problem, today, item.file, ("gates", number))


def _gate(
    item: SpecFile, gate: Gate, number: int, document: Document, base: Document | None, today: date
) -> Iterator[Problem]:
    step = str(gate.step or item.spec.series.step)
    name = f"{metric_words(gate.metric)} of {step}"
    found = _figure(document, gate.metric, step)
    where = item.file, ("gates", number)
    if found is None:
        yield Problem(
            "CT605",
            f"{name} has no figure to judge",
            "lengthen the backtest, or drop the gate",
            "error",
            *where,
        )
        return
    for problem in (_bound(gate, name, found), _against_base(gate, name, found, step, base)):
        if problem is not None:
            yield _waived(gate, problem, today, *where)


def _loosened(item: SpecFile, document: Document, base: Base, today: date) -> Iterator[Problem]:
    """Gates of the base revision that this change takes away or edits, where they would have failed it.

    Why: who sends a forecast must not also choose what it is held to. A figure that this change leaves as it
    was is none of its doing; there the new gates count alone, so that a gate can be changed by itself.
    """
    was, path = base.documents.get(item.id), ("gates",) if item.spec.gates else ()
    for gate in base.gates_of(item):
        step = str(gate.step or item.spec.series.step)
        found, before = (_figure(one, gate.metric, step) if one else None for one in (document, was))
        if gate in item.spec.gates or found is None or found == before:
            continue
        name = f"{metric_words(gate.metric)} of {step}"
        for problem in (_bound(gate, name, found), _against_base(gate, name, found, step, was)):
            if problem is not None and _waived(gate, problem, today, "", ()).is_error:
                message = f"{problem.message}: so says the base revision, and this change loosens it"
                yield Problem("CT608", message, _ITS_OWN, "error", item.file, path)


_ITS_OWN = "change the gate in a pull request of its own, then send the forecast"


def _bound(gate: Gate, name: str, found: float) -> Problem | None:
    if holds(gate, found):
        return None
    message = f"{name} is {_say(gate.metric, found)}; the gate allows {limit_words(gate)}"
    return Problem("CT601", message, "see the accuracy section of the report for what errs most")


def _against_base(gate: Gate, name: str, found: float, step: str, base: Document | None) -> Problem | None:
    allowed = gate.worse_than_base_by
    if allowed is None:
        return None
    before = _figure(base, gate.metric, step) if base is not None else None
    if before is None:
        message = f"{name} can't be held against its base: there is none"
        return Problem("CT606", message, "it is compared once the base has this report", "warning")
    size = _DISTANCES.get(gate.metric, float)
    if size(found) <= size(before) * (1 + allowed):
        return None
    message = (
        f"{name} is {_say(gate.metric, found)}, on the base {_say(gate.metric, before)}; "
        f"the gate allows {words.percent(allowed)} worse"
    )
    return Problem("CT603", message, "see what the change did to the accuracy: cloudtune diff --explain")


def _waived(gate: Gate, problem: Problem, today: date, file: str, path: tuple[str | int, ...]) -> Problem:
    """The problem as it counts today: waived through the waiver's last day, an error past it."""
    code, hint, severity = problem.code, problem.hint, problem.severity
    message = problem.message
    if gate.waive is not None and problem.is_error:
        until = gate.waive.until.date
        if today <= until:
            code, severity = "CT607", "warning"
            message = f"{message}; waived until {until}: {gate.waive.reason}"
        else:
            code, path = "CT604", (*path, "waive", "until")
            message = f"{message}; its waiver ended on {until}: {gate.waive.reason}"
            hint = "mend the forecast, or agree on a new date in the spec"
    return Problem(code, message, hint, severity, file, path)


def _expectation(
    item: SpecFile, name: str, result: str, value: float | None, path: tuple[str | int, ...]
) -> Problem:
    if result == "untested":
        message = f"{name} can't be tested: no occurrence within the horizon"
        return Problem(
            "CT605", message, "add the next occurrence to its calendar", "warning", item.file, path
        )
    message = f"{name} fails: it is {words.factor(value)}"
    return Problem(
        "CT602",
        message,
        "the expectation is wrong, or the forecast is: say which in the spec",
        "error",
        item.file,
        path,
    )


def _figure(document: Document, metric: str, step: str) -> float | None:
    rows = [row for row in document["accuracy"] if row["step"] == step and row["ahead"] == "all"]
    value = rows[0].get(metric) if rows else None
    return value if isinstance(value, (int, float)) else None


def _say(metric: str, value: float) -> str:
    if metric == "order_lateness":
        return days_words(value)
    return words.factor(value) if metric in PLAIN_METRICS else words.percent(value)
