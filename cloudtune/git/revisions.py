"""Git as a store of specs and reports: the only place that talks to git."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from git import Repo

SHORT = 7
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


@dataclass(frozen=True, eq=False)
class Repository:
    """A git repository, seen from CloudTune's root inside it."""

    root: Path
    repo: Repo
    prefix: str
    """Of the root below the top of the repository: empty, or ending in a slash."""

    @property
    def is_shallow(self) -> bool:
        """True where history was cut off by the clone."""
        return bool(_git(self, "rev-parse", "--is-shallow-repository") == "true")

    def read(self, blob: str) -> bytes:
        """The content of a blob."""
        try:
            return bytes(self.repo.git.get_object_data(blob)[3])
        except (ValueError, OSError) as error:
            raise Refusal(_failed(f"object {blob[:SHORT]} can't be read", str(error))) from error

    def read_all(self, blobs: Sequence[str]) -> Iterator[bytes]:
        """The contents of blobs, in their order.

        Why not one by one: a stream has git read ahead while we parse, on a core of its own.
        """
        with TemporaryFile() as wanted:
            wanted.write("".join(f"{blob}\n" for blob in blobs).encode())
            wanted.seek(0)
            process = self.repo.git.cat_file(batch=True, buffer=True, istream=wanted, as_process=True)
            for blob in blobs:
                _, kind, *size = process.stdout.readline().split() or (b"", b"")
                if kind != b"blob":
                    raise Refusal(_failed(f"object {blob[:SHORT]} can't be read", "git fsck"))
                yield process.stdout.read(int(*size) + 1)[:-1]


def open_repository(root: Path) -> Repository:
    """The repository around `root`; refuses where there is none."""
    import git  # noqa: PLC0415 - costs 0.2 s that only reviews pay

    try:
        repo = git.Repo(root, search_parent_directories=True)
        top = repo.working_tree_dir
    except (git.InvalidGitRepositoryError, git.NoSuchPathError, git.GitCommandNotFound) as error:
        raise Refusal(_no_repository(root)) from error
    if top is None:
        raise Refusal(_no_repository(root))
    below = root.resolve().relative_to(type(root)(top).resolve()).as_posix()
    return Repository(root, repo, "" if below == "." else f"{below}/")


def commit_of(repository: Repository, revision: str) -> str:
    """The full id of the commit that `revision` names; refuses where there is none."""
    # Why: a revision is a user's text and must not be taken for an option of git.
    name = f"{revision}^{{commit}}"
    found = _try(repository, "rev-parse", "--verify", "--quiet", "--end-of-options", name)
    if found is None:
        raise Refusal(_not_found(repository, revision))
    return found


def merge_base(repository: Repository, first: str, second: str) -> str:
    """Where two revisions parted; refuses where the clone is too shallow to know."""
    ends = commit_of(repository, first), commit_of(repository, second)
    found = _try(repository, "merge-base", *ends)
    if found is None:
        raise Refusal(_no_base(repository, first, second))
    return found.splitlines()[0]


def listing(repository: Repository, revision: str | None, *folders: str) -> Listing:
    """The files below `folders` at a revision, or in the working tree where it is None."""
    if revision is None:
        return _working_tree(repository, folders)
    commit = commit_of(repository, revision)
    text = _git(repository, "ls-tree", "-r", "-z", "--full-tree", commit, "--", *_inside(repository, folders))
    blobs = dict(_tree_rows(text, len(repository.prefix)))
    return Listing(label(repository, revision, commit), commit, blobs)


def contents(repository: Repository, side: Listing, paths: Iterable[str]) -> Iterator[bytes]:
    """The bytes of files of a listing, in order."""
    if side.commit:
        return repository.read_all([side.blobs[path] for path in paths])
    return ((repository.root / path).read_bytes() for path in paths)


def content(repository: Repository, side: Listing, path: str) -> bytes:
    """The bytes of a file of a listing."""
    if side.commit:
        return repository.read(side.blobs[path])
    return (repository.root / path).read_bytes()


def label(repository: Repository, revision: str, commit: str) -> str:
    """`main@1f2e3d4`; the short id alone where the name is an id or a symbolic one."""
    short = commit[:SHORT]
    if commit.startswith(revision.lower()):
        return short
    if revision == "HEAD":
        branch = _try(repository, "symbolic-ref", "--quiet", "--short", "HEAD")
        return f"{branch}@{short}" if branch else short
    return f"{revision}@{short}"


def commits_touching(
    repository: Repository, revision: str, folder: str
) -> Iterator[tuple[str, str, list[str]]]:
    """(commit, its ISO date, raw changes) from old to new, for each commit that touched `folder`."""
    commit = commit_of(repository, revision)
    text = _git(
        repository, "log", "--reverse", "--raw", "--no-abbrev", "--no-renames", "-m", "--first-parent",
        "--format=%x01%H %cI", commit, "--", *_inside(repository, (folder,)),
    )  # fmt: skip
    for block in text.split("\x01")[1:]:
        head, *rows = block.splitlines()
        sha, date = head.split(" ", 1)
        yield sha, date, [row for row in rows if row.startswith(":")]


def changed_files(repository: Repository, base: str) -> frozenset[str]:
    """Paths below the root that differ between a revision and the working tree."""
    commit = commit_of(repository, base)
    text = _git(repository, "diff", "--name-only", "-z", "--no-renames", commit, "--")
    prefix = repository.prefix
    return frozenset(p[len(prefix) :] for p in text.split("\0") if p and p.startswith(prefix))


def blob_id(data: bytes) -> str:
    """The id that git gives to a file's content."""
    return hashlib.sha1(b"blob %d\0" % len(data) + data, usedforsecurity=False).hexdigest()


def _working_tree(repository: Repository, folders: tuple[str, ...]) -> Listing:
    root = repository.root
    files = (path for folder in folders for path in sorted((root / folder).rglob("*")) if path.is_file())
    blobs = {path.relative_to(root).as_posix(): blob_id(path.read_bytes()) for path in files}
    return Listing("the working tree", "", blobs)


def _tree_rows(text: str, skip: int) -> Iterator[tuple[str, str]]:
    for row in filter(None, text.split("\0")):
        facts, _, path = row.partition("\t")
        mode, _, blob = facts.split(" ")
        if mode.startswith(_BLOB):
            yield path[skip:], blob


def _inside(repository: Repository, folders: tuple[str, ...]) -> list[str]:
    return [f":(top,literal){repository.prefix}{folder}" for folder in folders]


def _git(repository: Repository, *arguments: str) -> str:
    """What git prints; refuses where it fails."""
    from git import GitCommandError  # noqa: PLC0415 - see open_repository

    try:
        return _text(repository, arguments)
    except GitCommandError as error:
        said = str(error.stderr).strip()
        raise Refusal(_failed(f"git {arguments[0]} failed", said)) from error


def _try(repository: Repository, *arguments: str) -> str | None:
    """What git prints, or None where it says no."""
    from git import GitCommandError  # noqa: PLC0415 - see open_repository

    try:
        return _text(repository, arguments) or None
    except GitCommandError:
        return None


def _text(repository: Repository, arguments: tuple[str, ...]) -> str:
    command: list[Any] = ["git", *arguments]
    return str(repository.repo.git.execute(command, with_extended_output=False))


def _no_repository(root: Path) -> Problem:
    return Problem(
        "CT720",
        f"{root.resolve().name or '/'} is in no git repository, so there is nothing to compare with",
        "git init, commit the reports, and compare from then on",
    )


def _not_found(repository: Repository, revision: str) -> Problem:
    # A remote knows branches and tags, not the way from one commit to another.
    fetch = "" if _STEPS.search(revision) else f"git fetch origin {revision.removeprefix('origin/')}"
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


def _failed(what: str, said: str) -> Problem:
    return Problem(
        "CT727", what, said.removeprefix("stderr: ").strip(" '\n") or "run the same git command by hand"
    )
