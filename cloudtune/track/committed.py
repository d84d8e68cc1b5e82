"""The forecast that was committed before a window: its commit, its specs, its points."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.data.load import load
from cloudtune.errors import Problem, Refusal
from cloudtune.report import words
from cloudtune.report.reading import parse
from cloudtune.review.explain import specs_at
from cloudtune.review.revisions import commit_of, commits_touching, content, listing, open_repository
from cloudtune.timegrid import Moment
from cloudtune.track.vintage import vintage_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from cloudtune.data.series import Cleaned
    from cloudtune.report.document import Document
    from cloudtune.review.revisions import Repository
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.track.vintage import Vintage

SHORT = 7


@dataclass(frozen=True, slots=True)
class Committed:
    """A committed report and the commit that holds it."""

    commit: str
    date: str
    """ISO date of the commit; empty where a revision was named."""
    document: Document

    @property
    def label(self) -> str:
        """`1f2e3d4 of 3 Jun 2026`."""
        return f"{self.commit[:SHORT]} of {words.start(self.date[:10])}" if self.date else self.commit[:SHORT]


def committed_before(root: Path, report_id: str, start: datetime, revision: str | None = None) -> Committed:
    """The newest committed report that had seen no data after `start`; or that of `revision`.

    Why data and not the clock of the commit decide: a forecast is a forecast because of what
    it had not seen, whenever it was committed.
    """
    path = f"reports/{report_id}.json"
    if revision is not None:
        repository = open_repository(root)
        return _at(repository, commit_of(repository, revision), path, "")
    try:
        found = _unseen(open_repository(root), path, start)
    except Refusal as refusal:
        raise Refusal(*refusal.problems, _nothing(report_id, start)) from refusal
    if found is None:
        raise Refusal(_nothing(report_id, start))
    return found


def committed_vintage(
    found: Committed, report_id: str, root: Path, *, allow_outside: bool = False
) -> Vintage:
    """The points of a committed forecast: its own specs and the data up to where it had seen them."""
    with specs_at(root, found.commit) as store:
        resolved = store.forecasts.get(report_id)
        if resolved is None:
            raise Refusal(_no_spec(report_id, found))
        cleaned = load(open_ended(resolved), root, allow_outside=allow_outside)
    made = _through(found.document).at(ZoneInfo(found.document["timezone"]))
    return vintage_of(cleaned, resolved, made, found.label)


def open_ended(resolved: ResolvedSpec) -> ResolvedSpec:
    """The spec with all the data that there is, past its `series.end` too."""
    series = resolved.spec.series.model_copy(update={"end": None})
    return replace(resolved, spec=resolved.spec.model_copy(update={"series": series}))


def actuals_of(resolved: ResolvedSpec, root: Path, *, allow_outside: bool = False) -> Cleaned:
    """The series as it is today."""
    return load(open_ended(resolved), root, allow_outside=allow_outside)


def _unseen(repository: Repository, path: str, start: datetime) -> Committed | None:
    """The newest report that had seen nothing after `start`."""
    for found in _newest_first(repository, path):
        through = _through(found.document).at(ZoneInfo(found.document["timezone"]))
        if through.astimezone(start.tzinfo) <= start:
            return found
    return None


def _newest_first(repository: Repository, path: str) -> Iterator[Committed]:
    for commit, date, _ in reversed(list(commits_touching(repository, "HEAD", path))):
        side = listing(repository, commit, path)
        if path in side.blobs:
            yield _at(repository, commit, path, date)


def _at(repository: Repository, commit: str, path: str, date: str) -> Committed:
    side = listing(repository, commit, path)
    if path not in side.blobs:
        raise Refusal(
            Problem("CT780", f"{commit[:SHORT]} holds no {path}", "name a revision with a report", file=path)
        )
    document, _ = parse(path, content(repository, side, path), commit)
    return Committed(commit, date, document)


def _through(document: Document) -> Moment:
    return Moment.parse(document["inputs"]["data_through"])


def _nothing(report_id: str, start: datetime) -> Problem:
    message = f"no committed report of {report_id} was made before {start:%Y-%m-%d %H:%M}"
    hint = "commit reports before the event; or see what would have been forecast with --train-to"
    return Problem("CT780", message, hint, file=f"reports/{report_id}.json")


def _no_spec(report_id: str, found: Committed) -> Problem:
    message = f"{found.commit[:SHORT]} holds the report of {report_id}, but no valid spec for it"
    return Problem("CT781", message, "choose another --revision, or --train-to")
