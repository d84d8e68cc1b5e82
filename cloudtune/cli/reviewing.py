"""What the commands of a review share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from cloudtune.cli.opening import day
from cloudtune.pipeline.version import ENGINE
from cloudtune.report.templates import load_templates
from cloudtune.review.documents import REPORTS, read_reports, report_paths
from cloudtune.review.present import present_of
from cloudtune.review.revisions import listing, open_repository

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudtune.report.document import Document
    from cloudtune.review.plan import Present
    from cloudtune.spec.store import SpecFile, Store

DEFAULT_BASE = "origin/main"


def present(store: Store, today: str | None) -> Present:
    """Today's engine, templates and data."""
    return present_of(store, ENGINE, load_templates(store.root), day(today))


def spec_files(store: Store, ids: Sequence[str]) -> list[SpecFile]:
    """The specs behind ids."""
    return [store.specs[each] for each in ids]


def base_documents(store: Store, base: str | None) -> Mapping[str, Document] | None:
    """The reports of a revision, by id; None without one."""
    if base is None:
        return None
    repository = open_repository(store.root)
    side = listing(repository, base, REPORTS)
    return read_reports(repository, side, report_paths(side)).documents


def base_of_pull_request() -> str:
    """The branch that a CI job's pull request goes into, else origin/main."""
    name = os.environ.get("GITHUB_BASE_REF") or os.environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
    return f"origin/{name}" if name else DEFAULT_BASE
