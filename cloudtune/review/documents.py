"""Committed report documents of a revision, or of the working tree."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudtune.errors import Refusal
from cloudtune.git.calls import open_repository
from cloudtune.git.revisions import changed_files, checked_out, contents, listing
from cloudtune.report.io import LONG_LISTS, REPORTS, read_document, report_id, without
from cloudtune.spec import load_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from cloudtune.errors import Problem
    from cloudtune.git.calls import Repository
    from cloudtune.git.revisions import Listing
    from cloudtune.report.document import Document
    from cloudtune.spec.gates import Gate
    from cloudtune.spec.store import SpecFile, Store

SPECS = "specs"


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


@contextmanager
def specs_at(root: Path, commit: str) -> Iterator[Store]:
    """The specs of a commit, as a store; its files live as long as the context."""
    with checked_out(open_repository(root), commit, SPECS) as folder:
        yield load_store(folder, allow_outside=True)


@dataclass(frozen=True)
class Base:
    """What a change is judged by: the reports and the specs that it would change."""

    documents: Mapping[str, Document] = field(default_factory=dict)
    specs: Mapping[str, SpecFile] = field(default_factory=dict)
    """Of a base whose specs differ from today's; none where they are the same."""

    changed: frozenset[str] = frozenset()
    """Ids of the reports that are not, byte for byte, those of the base."""

    def gates_of(self, item: SpecFile) -> Sequence[Gate]:
        """The gates that a forecast had; a spec that went to another folder is known by its name."""
        namesakes = [one for one in self.specs.values() if one.spec.name == item.spec.name]
        found = self.specs.get(item.id) or (namesakes[0] if len(namesakes) == 1 else None)
        return found.spec.gates if found else ()


def base_at(repository: Repository, revision: str) -> Base:
    """The reports of a revision that can be read, and its specs where they are not today's."""
    documents = documents_at(repository, revision)
    files = changed_files(repository, revision, REPORTS, SPECS)
    changed = frozenset(report_id(file) for file in files) - {""}
    if not any(file.startswith(f"{SPECS}/") for file in files):
        return Base(documents, {}, changed)
    with specs_at(repository.root, revision) as store:
        return Base(documents, dict(store.specs), changed)
