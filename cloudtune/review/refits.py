"""Refits that take a change apart: old spec on today's data, then the new spec edit by edit."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.review.attribution import Cause, Explained, attribute
from cloudtune.review.documents import specs_at
from cloudtune.review.spec_edits import steps_between
from cloudtune.timegrid import Moment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.report.document import Document
    from cloudtune.review.change import Diff, ReportDiff
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store

KEPT = Cause("figures kept within the tolerance, or a report that is stale")
"""What is left between a fresh fit and the committed figure."""


@dataclass(frozen=True)
class Refitter:
    """What explanations are made with."""

    refit: Callable[[ResolvedSpec], Document]
    """A fresh document of a spec on today's data; may refuse."""
    engine: str
    """Of those documents."""


def explained_diff(diff: Diff, store: Store, lab: Refitter) -> Diff:
    """The diff with its material changes taken apart; what can't be is among its problems."""
    found, problems = explain_diff(diff, store, lab)
    return replace(diff, explained=tuple(found), problems=(*diff.problems, *problems))


def explain_diff(diff: Diff, store: Store, lab: Refitter) -> tuple[list[Explained], list[Problem]]:
    """Take every material change of a diff apart; those that can't be are named."""
    found: list[Explained] = []
    problems: list[Problem] = []
    with specs_at(store.root, diff.base_commit) as old_store:
        for report in diff.material:
            try:
                found += explain_report(report, old_store, store, lab)
            except Refusal as refusal:
                problems += refusal.problems
    return found, problems


def explain_report(report: ReportDiff, old_store: Store, new_store: Store, lab: Refitter) -> list[Explained]:
    """The peak of a report and those of its events that moved, taken apart; none of new and gone ones."""
    before, after = report.before, report.after
    if before is None or after is None:
        return []
    old, new = _spec(old_store, report.before_id or report.id), _spec(new_store, report.id)
    steps = [
        (cause, lab.refit(resolved)) for cause, resolved in _stages(before, after, old, new, new_store, lab)
    ]
    names = [name for name in _figures(before) if name in _figures(after)]
    found = [_explained(report.id, name, before, steps, after) for name in names]
    return [one for one in found if one.shows]


def _stages(
    before: Document, after: Document, old: ResolvedSpec, new: ResolvedSpec, store: Store, lab: Refitter
) -> Iterator[tuple[Cause, ResolvedSpec]]:
    """Engine, then data, then the spec: each stage is a spec to fit on what there is today."""
    engine = before["inputs"]["engine"] != lab.engine
    data = before["inputs"]["data"] != after["inputs"]["data"]
    if engine:
        yield Cause("engine"), _until(old, before["inputs"]["data_through"]) if data else old
    if data:
        yield Cause("new data"), old
    for step in steps_between(old, new, store.line_of):
        yield step.cause, step.resolved


def _until(resolved: ResolvedSpec, through: str) -> ResolvedSpec:
    """The spec as if the data ended where the old report's did."""
    series = resolved.spec.series.model_copy(update={"end": Moment.parse(through)})
    return replace(resolved, spec=resolved.spec.model_copy(update={"series": series}))


def _explained(
    name: str, figure: str, before: Document, steps: list[tuple[Cause, Document]], after: Document
) -> Explained:
    first, last = _figures(before)[figure], _figures(after)[figure]
    values = [(cause, _figures(document).get(figure, first)) for cause, document in steps]
    reached = values[-1][1] if values else first
    if reached != last:
        values.append((KEPT, last))
    return Explained(name, figure, first, last, attribute(first, values))


def _figures(document: Document) -> dict[str, float]:
    """The figures that can be taken apart: the peak, and that of each event's next occurrence."""
    found: dict[str, float] = {}
    if document["peak"] is not None and document["peak"]["height"]["value"]:
        found["peak"] = document["peak"]["height"]["value"]
    for event in document["events"]:
        if event["peak"]["value"]:
            found.setdefault(f"{event['name']} peak", event["peak"]["value"])
    return found


def _spec(store: Store, name: str) -> ResolvedSpec:
    if name not in store.specs:
        broken = Problem("CT729", f"{name} has no valid spec on one side, so its change can't be explained",
                         "cloudtune validate", file=store.broken.get(name, ""))  # fmt: skip
        raise Refusal(broken)
    return store.resolve(name)
