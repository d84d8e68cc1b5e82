"""Git as the archive of forecasts: every report that was ever committed, in order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.review.documents import REPORTS, parse, without_charts
from cloudtune.review.revisions import commits_touching

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.report.document import Document
    from cloudtune.review.revisions import Repository

_GONE = "D"


@dataclass(frozen=True, eq=False)
class Vintage:
    """A report as one commit left it."""

    id: str
    commit: str
    date: str
    """ISO day of the commit."""
    document: Document


def vintages(
    repository: Repository,
    revision: str = "HEAD",
    keep: Callable[[str], bool] = lambda _: True,
    problems: list[Problem] | None = None,
) -> Iterator[Vintage]:
    """Reports of the first-parent history of `revision`, old ones first, each new forecast once.

    Reports that can't be read are named in `problems`. Refuses a shallow clone: it would
    score a handful of vintages and look like the whole truth.
    """
    if repository.is_shallow:
        raise Refusal(_too_shallow())
    before: dict[str, tuple[object, object]] = {}
    for commit, date, rows in commits_touching(repository, revision, REPORTS):
        for name, blob in _reports(rows, len(repository.prefix)):
            if not keep(name):
                continue
            document = _read(repository, name, blob, commit, problems)
            if document is not None and _is_news(document, before):
                yield Vintage(name, commit, date[:10], document)


def _is_news(document: Document, before: dict[str, tuple[object, object]]) -> bool:
    """True where the outlook differs from the one before it, which is noted."""
    outlook = (document["daily"], document["weekly"])
    is_news = before.get(document["id"]) != outlook
    before[document["id"]] = outlook
    return is_news


def _reports(rows: list[str], skip: int) -> Iterator[tuple[str, str]]:
    """(id, blob) of each document that a commit wrote, from lines of `git log --raw`."""
    for row in rows:
        facts, _, path = row.partition("\t")
        _, _, _, blob, status = facts.split(" ")
        inside = path[skip:]
        if status[0] != _GONE and inside.startswith(f"{REPORTS}/") and inside.endswith(".json"):
            yield inside.removeprefix(f"{REPORTS}/").removesuffix(".json"), blob


def _read(
    repository: Repository, name: str, blob: str, commit: str, problems: list[Problem] | None
) -> Document | None:
    try:
        return parse(f"{REPORTS}/{name}.json", without_charts(repository.read(blob)), commit)[0]
    except Refusal as refusal:
        if problems is not None:
            problems += refusal.problems
        return None


def _too_shallow() -> Problem:
    return Problem(
        "CT722",
        "this clone is shallow: the archive of forecasts is cut off",
        "git fetch --unshallow origin (in a workflow: fetch-depth: 0)",
    )
