"""Two revisions in, one diff of their committed reports out: no checkout, no refit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from cloudtune.git.calls import open_repository
from cloudtune.git.revisions import listing, merge_base
from cloudtune.report.io import REPORTS
from cloudtune.review.change import TOLERANCE, Diff, HighestPeak, ReportDiff
from cloudtune.review.compare import changed_inputs, compare
from cloudtune.review.documents import Reports, read_reports, report_paths
from cloudtune.review.order_changes import order_changes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from cloudtune.errors import Problem
    from cloudtune.git.calls import Repository
    from cloudtune.report.document import Document
    from cloudtune.review.change import FigureChange


def diff_revisions(
    root: Path,
    base: str = "HEAD",
    head: str | None = None,
    *,
    since_parting: bool = False,
    tolerance: float = TOLERANCE,
    keep: Callable[[str], bool] = lambda _: True,
) -> Diff:
    """Compare the reports of `base` with those of `head`, or of the working tree.

    With `since_parting` the base is where the two parted, as in a pull request.
    `keep` says by id which forecasts to look at.
    """
    repository = open_repository(root)
    start = merge_base(repository, base, head or "HEAD") if since_parting else base
    return diff_sides(repository, start, head, tolerance, keep)


def diff_sides(
    repository: Repository,
    base: str,
    head: str | None,
    tolerance: float = TOLERANCE,
    keep: Callable[[str], bool] = lambda _: True,
) -> Diff:
    """Compare two sides; reports whose bytes are equal are counted, not read."""
    old, new = listing(repository, base, REPORTS), listing(repository, head, REPORTS)
    before, after = ({k: v for k, v in report_paths(side).items() if keep(k)} for side in (old, new))
    same = [name for name in after if name in before and old.blobs[before[name]] == new.blobs[after[name]]]
    for name in same:
        del before[name], after[name]
    was, now = read_reports(repository, old, before), read_reports(repository, new, after)
    found = diff_documents(was.documents, now.documents, tolerance)
    # Why: a report that exists but can't be read is not a new one, nor is it gone.
    moved = tuple(one for one in found if not _is_half_read(one, before, after))
    # Why: a renamed tag or owner changes bytes of a report and says nothing new.
    talk = was.documents.keys() & now.documents.keys() - {one.id for one in found}
    orders = order_changes(repository, old, new, keep)
    moved = _with_orders(moved, orders, now.documents)
    unchanged = len(same) + len(talk) - len(orders.keys() - {one.id for one in found})
    problems = _once((was, now))
    return Diff(old.label, new.label, moved, unchanged, old.commit, new.commit, problems)


def _with_orders(
    found: tuple[ReportDiff, ...],
    orders: Mapping[str, tuple[FigureChange, ...]],
    documents: Mapping[str, Document],
) -> tuple[ReportDiff, ...]:
    """Reports with the changes of their order sheets; one whose sheet alone moved is there for that."""
    joined = [replace(one, changes=(*one.changes, *orders.get(one.id, ()))) for one in found]
    known = {one.id for one in found}
    alone = [
        # Its forecast is as it was, so what moved its orders is what is asked of them.
        ReportDiff(name, "changed", changes, ("capacity",), after=documents.get(name))
        for name, changes in orders.items()
        if name not in known
    ]
    return tuple(sorted([*joined, *alone], key=lambda one: (not one.is_material, one.id)))


def diff_documents(
    old: Mapping[str, Document], new: Mapping[str, Document], tolerance: float = TOLERANCE
) -> tuple[ReportDiff, ...]:
    """The reports that differ: those a reviewer should look at first, then by id."""
    renamed = _renames(
        {name: old[name] for name in old.keys() - new.keys()},
        {name: new[name] for name in new.keys() - old.keys()},
    )
    found = [_changed(name, old[name], new[name], tolerance) for name in new.keys() & old.keys()]
    found += [_renamed(was, name, old, new, tolerance) for name, was in renamed.items()]
    came = new.keys() - old.keys() - renamed.keys()
    gone = old.keys() - new.keys() - set(renamed.values())
    found += [ReportDiff(name, "added", peak_after=_peak(new[name]), after=new[name]) for name in came]
    found += [ReportDiff(name, "removed", peak_before=_peak(old[name]), before=old[name]) for name in gone]
    moved = [one for one in found if one.status != "changed" or one.changes or one.inputs]
    return tuple(sorted(moved, key=lambda one: (not one.is_material, one.id)))


def _changed(name: str, was: Document, now: Document, tolerance: float) -> ReportDiff:
    changes, inputs = compare(was, now, tolerance), changed_inputs(was, now)
    return ReportDiff(name, "changed", changes, inputs, "", _peak(was), _peak(now), was, now)


def _renamed(
    was: str, name: str, old: Mapping[str, Document], new: Mapping[str, Document], tolerance: float
) -> ReportDiff:
    same = _changed(name, old[was], new[name], tolerance)
    return replace(same, status="renamed", before_id=was)


def _peak(document: Document) -> HighestPeak | None:
    peak = document["peak"]
    return HighestPeak(peak["at"], peak["height"]["value"], peak["driver"]) if peak else None


def _renames(gone: Mapping[str, Document], came: Mapping[str, Document]) -> dict[str, str]:
    """New id -> old id: same name in another folder, else the same data under another name."""
    found: dict[str, str] = {}
    for same in (_by_name, _by_data):
        old = _unique(same, {k: v for k, v in gone.items() if k not in found.values()})
        new = _unique(same, {k: v for k, v in came.items() if k not in found})
        found |= {new[key]: old[key] for key in new.keys() & old.keys() if key}
    return found


def _by_name(document: Document) -> str:
    return document["name"]


def _by_data(document: Document) -> str:
    data = document["inputs"]["data"]
    return f"{data} {document['step']}" if data else ""


def _unique(same: Callable[[Document], str], documents: Mapping[str, Document]) -> dict[str, str]:
    """Key -> id, for keys that only one document has."""
    keys = {name: same(document) for name, document in documents.items()}
    times = Counter(keys.values())
    return {key: name for name, key in keys.items() if times[key] == 1}


def _is_half_read(one: ReportDiff, before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    return (one.status == "added" and one.id in before) or (one.status == "removed" and one.id in after)


def _once(sides: Iterable[Reports]) -> tuple[Problem, ...]:
    return tuple(dict.fromkeys(problem for side in sides for problem in side.problems))
