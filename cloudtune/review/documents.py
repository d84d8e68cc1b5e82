"""Committed report documents of a revision, or of the working tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Refusal
from cloudtune.git.calls import open_repository
from cloudtune.git.revisions import contents, listing
from cloudtune.report.io import LONG_LISTS, REPORTS, read_document, report_id, without

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from cloudtune.errors import Problem
    from cloudtune.git.calls import Repository
    from cloudtune.git.revisions import Listing
    from cloudtune.report.document import Document


@dataclass(frozen=True, slots=True)
class Reports:
    """The documents of one side that could be read, and what was wrong with the others."""

    documents: Mapping[str, Document]
    """By id: `store/us-orders`."""
    problems: tuple[Problem, ...] = ()


def report_paths(side: Listing) -> dict[str, str]:
    """Id -> path of every report document of a side."""
    return {name: path for path in sorted(side.blobs) if (name := report_id(path))}


def read_reports(repository: Repository, side: Listing, paths: Mapping[str, str]) -> Reports:
    """Documents of a side (id -> path) without their points; one bad file never hides the others."""
    documents: dict[str, Document] = {}
    problems: list[Problem] = []
    texts = contents(repository, side, paths.values())
    for (name, path), data in zip(paths.items(), texts, strict=True):
        try:
            documents[name], found = read_document(path, without(data, *LONG_LISTS), side.commit)
        except Refusal as refusal:
            found = refusal.problems
        problems += found
    return Reports(documents, tuple(problems))


def documents_at(repository: Repository, revision: str) -> Mapping[str, Document]:
    """Every report of a revision that can be read, by id."""
    side = listing(repository, revision, REPORTS)
    return read_reports(repository, side, report_paths(side)).documents


def base_documents(root: Path, revision: str) -> Mapping[str, Document]:
    """The same for a folder."""
    return documents_at(open_repository(root), revision)
