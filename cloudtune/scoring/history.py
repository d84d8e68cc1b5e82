"""Git as the archive of forecasts: every report that was ever committed, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.git.calls import objects
from cloudtune.git.revisions import files_written
from cloudtune.report.io import (
    CHARTS,
    REPORTS,
    read_document,
    report_file,
    report_id,
    section,
    until,
    without,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.git.calls import Repository
    from cloudtune.report.document import Document

_EVER = "9999-12-31"


@dataclass(frozen=True, eq=False)
class ReportVintage:
    """A report as one commit left it."""

    id: str
    commit: str
    date: str
    """ISO day of the commit."""
    document: Document
    """Without charts, and without days that nobody asked for."""


@dataclass(frozen=True, slots=True)
class _Written:
    """A report that a commit wrote."""

    id: str
    blob: str
    commit: str
    date: str


def vintages(
    repository: Repository,
    revision: str = "HEAD",
    keep: Callable[[str], bool] = lambda _: True,
    last_day: Callable[[str], str] = lambda _: _EVER,
    problems: list[Problem] | None = None,
) -> Iterator[ReportVintage]:
    """Reports of the first-parent history of `revision`, old ones first, each new forecast once.

    `last_day` says by id up to which day the forecast matters. Reports that can't be read are
    named in `problems`. Refuses a shallow clone: it would score a handful of vintages and look
    like the whole truth.
    """
    refuse_shallow(repository)
    written = [one for one in _written(repository, revision) if keep(one.id)]
    texts = objects(repository, [one.blob for one in written])
    before: dict[str, bytes] = {}
    for one, data in zip(written, texts, strict=True):
        # Text in another layout than ours is news as soon as any of it differs.
        outlook = section(data, "daily") + section(data, "weekly") or data
        if before.get(one.id) != outlook:
            before[one.id] = outlook
            yield from _vintage(one, _lightened(data, last_day(one.id)), problems)


def refuse_shallow(repository: Repository) -> None:
    """Refuse a clone whose history was cut off."""
    if repository.is_shallow:
        message = "this clone is shallow: the archive of forecasts is cut off"
        mend = "git fetch --unshallow origin (in a workflow: fetch-depth: 0)"
        raise Refusal(Problem("CT722", message, mend))


def _written(repository: Repository, revision: str) -> Iterator[_Written]:
    """Every report that every commit wrote."""
    for file in files_written(repository, revision, REPORTS):
        if file.blob and (name := report_id(file.path)):
            yield _Written(name, file.blob, file.commit, file.date[:10])


def _lightened(data: bytes, last: str) -> bytes:
    """Why: most of the time of a score goes into parsing numbers that it never looks at."""
    unused = (*CHARTS, "weekly") if section(data, "daily") else CHARTS
    return until(without(data, *unused), "daily", last)


def _vintage(one: _Written, data: bytes, problems: list[Problem] | None) -> Iterator[ReportVintage]:
    try:
        document, _ = read_document(report_file(one.id), data, one.commit)
    except Refusal as refusal:
        if problems is not None:
            problems += refusal.problems
        return
    yield ReportVintage(one.id, one.commit, one.date, document)
