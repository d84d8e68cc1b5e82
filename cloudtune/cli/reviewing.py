"""What the commands of a review share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.cli.opening import day
from cloudtune.engine.result import ENGINE
from cloudtune.report.templates import load_templates
from cloudtune.review.present import present_of
from cloudtune.run.workers import one_thread_each

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.report.document import Document
    from cloudtune.review.change import Diff
    from cloudtune.review.staleness import Present
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import SpecFile, Store


def present(store: Store, today: str | None) -> Present:
    """Today's engine, templates and data."""
    return present_of(store, ENGINE, load_templates(store.root), day(today))


def spec_files(store: Store, ids: Sequence[str]) -> list[SpecFile]:
    """The specs behind ids."""
    return [store.specs[each] for each in ids]


def explained(store: Store, diff: Diff, *, allow_outside: bool) -> Diff:
    """The diff with each material change taken apart by refits."""
    one_thread_each()
    # Imported late: a fit needs the engine, a plain diff does not.
    from cloudtune.review.refits import Refitter, explained_diff
    from cloudtune.run.steps import document_of, execute

    def refit(spec: ResolvedSpec) -> Document:
        return document_of(execute(spec, store.root, allow_outside=allow_outside), store)

    return explained_diff(diff, store, Refitter(refit, ENGINE))
