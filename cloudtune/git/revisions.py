"""Git as a store of specs and reports: revisions, the files of each, and their contents."""

from __future__ import annotations

import hashlib
import re
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal, command
from cloudtune.git.calls import Repository, answer, objects, said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

SHORT = 7
_ID = re.compile(r"[0-9a-f]{40}([0-9a-f]{24})?")
_UNFIT = re.compile(r"^-|[\x00-\x1f\x7f]")
_STEPS = re.compile(r"[~^@:]")
_BLOB = "100"
"""Modes of files begin so; links and submodules are no reports."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The files below some folders at one revision, or in the working tree."""

    label: str
    """For people: `main@1f2e3d4`, `the working tree`."""
    commit: str
    """Full id; empty for the working tree."""
    blobs: Mapping[str, str]
    """Path relative to the root -> id of its content."""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A file as one commit left it."""

    commit: str
    date: str
    """ISO date of the commit."""
    path: str
    """Relative to the root."""
    blob: str
    """Id of its content; empty where the commit removed it, or made it a link."""


def commit_of(repository: Repository, revision: str) -> str:
    """The full id of the commit that `revision` names; refuses where there is none."""
    # Why: a revision is a user's text and must not be taken for an option or a set of commits (`^HEAD`).
    name = f"{revision}^{{commit}}"
    fit = not _UNFIT.search(revision)
    found = answer(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", name) if fit else None
    if found is None or not _ID.fullmatch(found):
        raise Refusal(_not_found(repository, revision))
    return found


def merge_base(repository: Repository, first: str, second: str) -> str:
    """Where two revisions parted; refuses where the clone is too shallow to know."""
    ends = commit_of(repository, first), commit_of(repository, second)
    found = answer(repository, "merge-base", *ends)
    if found is None:
        raise Refusal(_no_base(repository, first, second))
    return found.splitlines()[0]


def listing(repository: Repository, revision: str | None, *folders: str) -> Listing:
    """The files below `folders` at a revision, or in the working tree where it is None."""
    if revision is None:
        return _working_tree(repository, folders)
    commit = commit_of(repository, revision)
    text = said(repository, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *_inside(repository, folders))
    blobs = dict(_tree_rows(text, len(repository.prefix)))
    return Listing(label(repository, revision, commit), commit, blobs)


def contents(repository: Repository, side: Listing, paths: Iterable[str]) -> Iterator[bytes]:
    """The bytes of files of a listing, in order."""
    if side.commit:
        return objects(repository, [side.blobs[path] for path in paths])
    return ((repository.root / path).read_bytes() for path in paths)


@contextmanager
def checked_out(repository: Repository, revision: str, *folders: str) -> Iterator[Path]:
    """A folder with the files of a revision below `folders`; it lives as long as the context."""
    side = listing(repository, revision, *folders)
    with TemporaryDirectory(prefix="cloudtune-") as place:
        for path, data in zip(side.blobs, contents(repository, side, side.blobs), strict=True):
            file = Path(place) / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(data)
        yield Path(place)


def label(repository: Repository, revision: str, commit: str) -> str:
    """`main@1f2e3d4`; the short id alone where the name is an id or a symbolic one."""
    short = commit[:SHORT]
    if commit.startswith(revision.lower()):
        return short
    if revision == "HEAD":
        branch = answer(repository, "symbolic-ref", "--quiet", "--short", "HEAD")
        return f"{branch}@{short}" if branch else short
    return f"{revision}@{short}"


def files_written(repository: Repository, revision: str, folder: str) -> Iterator[WrittenFile]:
    """Every file below `folder` that a commit of the first-parent history wrote or removed, in order."""
    tip = commit_of(repository, revision)
    text = said(
        repository, "log", "--reverse", "--raw", "-z", "--no-abbrev", "--no-renames", "-m", "--first-parent",
        "--no-ext-diff", "--no-textconv", "--no-show-signature", "--no-mailmap", "--format=%x01%H %cI",
        tip, "--", *_inside(repository, (folder,)),
    )  # fmt: skip
    skip = len(repository.prefix)
    commit = date = ""
    words = iter(text.split("\0"))
    for word in words:
        fact = word.lstrip("\n")
        if fact.startswith("\x01"):
            commit, date = fact[1:].split(" ", 1)
        elif fact:
            # The word after it is a path, whatever it looks like.
            _, mode, _, blob, _ = fact.split(" ")
            yield WrittenFile(commit, date, next(words)[skip:], blob if mode.startswith(_BLOB) else "")


def changed_files(repository: Repository, base: str, *folders: str) -> frozenset[str]:
    """Paths below `folders` that differ between a revision and the working tree.

    Why no `git diff`: it would run the filters that a configuration names, and write the index.
    """
    old, new = listing(repository, base, *folders), listing(repository, None, *folders)
    paths = set(old.blobs.keys() ^ new.blobs.keys())
    for path in old.blobs.keys() & new.blobs.keys():
        if old.blobs[path] not in _ids((repository.root / path).read_bytes()):
            paths.add(path)
    return frozenset(paths)


def blob_id(data: bytes) -> str:
    """The id that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _ids(data: bytes) -> frozenset[str]:
    """What git may call a file of the working tree: as it is, or with the line ends that it stores."""
    return frozenset({blob_id(data), blob_id(data.replace(b"\r\n", b"\n"))})


def _working_tree(repository: Repository, folders: tuple[str, ...]) -> Listing:
    root = repository.root
    found = (path for folder in folders for path in sorted((root / folder).rglob("*")))
    # As in a commit: what a link leads to is no file of its folder.
    files = (path for path in found if path.is_file() and not path.is_symlink())
    blobs = {path.relative_to(root).as_posix(): blob_id(path.read_bytes()) for path in files}
    return Listing("the working tree", "", blobs)


def _tree_rows(text: str, skip: int) -> Iterator[tuple[str, str]]:
    for row in filter(None, text.split("\0")):
        facts, _, path = row.partition("\t")
        mode, _, blob = facts.split(" ")
        if mode.startswith(_BLOB):
            yield path[skip:], blob


def _inside(repository: Repository, folders: tuple[str, ...]) -> list[str]:
    return [f"{repository.prefix}{folder}" for folder in folders]


def _not_found(repository: Repository, revision: str) -> Problem:
    # A remote knows branches and tags, not the way from one commit to another.
    is_name = not (_STEPS.search(revision) or _UNFIT.search(revision))
    fetch = command("git", "fetch", "origin", revision.removeprefix("origin/")) if is_name else ""
    if repository.is_shallow:
        return Problem(
            "CT722",
            f"revision {revision!r} can't be found, and this clone is shallow",
            f"git fetch --unshallow origin{f' && {fetch}' if fetch else ''} (in a workflow: fetch-depth: 0)",
        )
    spelling = "check the spelling with git branch --all"
    hint = f"{fetch}, or {spelling}" if fetch else "see how far back git log goes"
    return Problem("CT721", f"revision {revision!r} can't be found", hint)


def _no_base(repository: Repository, first: str, second: str) -> Problem:
    if repository.is_shallow:
        return Problem(
            "CT722",
            f"this clone is too shallow to say where {first!r} and {second!r} parted",
            "git fetch --unshallow origin (in a workflow: fetch-depth: 0)",
        )
    return Problem(
        "CT723",
        f"{first!r} and {second!r} share no history",
        "compare two revisions of the same repository, or leave out --merge-base",
    )
