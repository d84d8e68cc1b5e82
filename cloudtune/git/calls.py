"""The one call of git: settings that let no repository run code, and words for what goes wrong.

Why so many settings: the files around us may be a stranger's, and a folder among them may pretend to be a
repository. Everything by which git's own configuration starts a program is switched off for each call.
"""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, cast

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from types import ModuleType
    from typing import IO, BinaryIO

    from git import Git

SETTINGS = {
    "safe.bareRepository": "explicit",
    "core.fsmonitor": "false",
    "core.hooksPath": os.devnull,
    "core.pager": "cat",
    "core.askPass": "",
    "core.sshCommand": "false",
    "core.quotePath": "false",
    "credential.helper": "",
    "diff.external": "",
    "diff.trustExitCode": "false",
    "log.showSignature": "false",
    "gpg.program": "false",
    "protocol.allow": "never",
    "gc.auto": "0",
    "maintenance.auto": "false",
}
"""What every call sets over the configuration of the repository, the user and the machine."""
ENVIRONMENT = {
    "GIT_ALLOW_PROTOCOL": "",
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_LITERAL_PATHSPECS": "1",
}
"""Nothing is fetched (a partial clone would, by a command of its choice), locked, asked or globbed."""
MOST_BYTES = 64 * 1024 * 1024
"""No report and no spec is larger; an object that is gets refused before it is read."""


@dataclass(frozen=True, eq=False)
class Repository:
    """A git repository, seen from CloudTune's root inside it."""

    root: Path
    top: Path
    """The folder that holds `.git`."""

    @property
    def prefix(self) -> str:
        """Of the root below the top of the repository: empty, or ending in a slash."""
        below = self.root.resolve().relative_to(self.top).as_posix()
        return "" if below == "." else f"{below}/"

    @property
    def is_shallow(self) -> bool:
        """True where history was cut off by the clone."""
        return said(self, "rev-parse", "--is-shallow-repository") == "true"


def open_repository(root: Path) -> Repository:
    """The repository around `root`; refuses where there is none.

    Why we look for `.git` ourselves: git would also take a folder that looks like a bare repository, and no
    checkout can put a file called `.git` into place.
    """
    place = root.resolve()
    top = next((folder for folder in (place, *place.parents) if (folder / ".git").exists()), None)
    if top is None:
        raise Refusal(_no_repository(root))
    repository = Repository(root, top)
    # Whatever makes git refuse one, an owner that it doesn't trust for example, is told in its own words.
    if said(repository, "rev-parse", "--is-inside-work-tree") != "true":
        raise Refusal(_no_repository(root))
    return repository


def said(repository: Repository, *words: str) -> str:
    """What git prints; refuses where it fails."""
    try:
        return _run(repository, words)
    except _library().GitCommandError as error:
        raise Refusal(failed(f"git {words[0]} failed", str(error.stderr).strip())) from error


def answer(repository: Repository, *words: str) -> str | None:
    """What git prints, or None where it says no."""
    try:
        return _run(repository, words) or None
    except _library().GitCommandError:
        return None


def objects(repository: Repository, ids: Sequence[str]) -> Iterator[bytes]:
    """The contents of blobs, in their order; refuses what is no blob, or too large.

    Why not one by one: a stream has git read ahead while we parse, on a core of its own.
    """
    with TemporaryFile() as wanted, _stream(repository, wanted, ids) as found:
        for each in ids:
            _, kind, *size = found.readline().split() or (b"", b"")
            if kind != b"blob":
                raise Refusal(failed(f"object {each[:7]} can't be read", "git fsck"))
            if int(*size) > MOST_BYTES:
                raise Refusal(failed(f"object {each[:7]} is too large", f"it has {int(*size):,} bytes"))
            yield found.read(int(*size) + 1)[:-1]


def failed(what: str, why: str) -> Problem:
    """A problem that git named, with its own words as the mend."""
    mend = why.removeprefix("stderr: ").strip(" '\n")[:500]
    return Problem("CT727", what, mend or "run the same git command by hand")


@contextmanager
def _stream(repository: Repository, wanted: IO[bytes], ids: Sequence[str]) -> Iterator[IO[bytes]]:
    wanted.write("".join(f"{each}\n" for each in ids).encode())
    wanted.seek(0)
    process = _git(repository).execute(
        _command(("cat-file", "--batch", "--buffer")),
        istream=cast("BinaryIO", wanted),
        as_process=True,
        shell=False,
    )
    try:
        yield process.stdout
    finally:
        process.stdout.close()
        with suppress(_library().GitCommandError):
            process.wait()


def _run(repository: Repository, words: Sequence[str]) -> str:
    return str(_git(repository).execute(_command(words), with_extended_output=False, shell=False))


def _command(words: Sequence[str]) -> list[str]:
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    return ["git", "--no-pager", "--no-replace-objects", *settings, *words]


def _git(repository: Repository) -> Git:
    found = _library().Git(repository.top)
    found.update_environment(**ENVIRONMENT)
    return found


def _library() -> ModuleType:
    """GitPython, which costs 0.2 s that only reviews pay, and which can't be had without git."""
    try:
        import git  # noqa: PLC0415 - see above
    except ImportError as error:
        raise Refusal(_no_git()) from error
    return git


def _no_git() -> Problem:
    return Problem("CT720", "git is not installed, so there is nothing to compare with", "install git")


def _no_repository(root: Path) -> Problem:
    return Problem(
        "CT720",
        f"{root.resolve().name or '/'} is in no git repository, so there is nothing to compare with",
        "git init, commit the reports, and compare from then on",
    )
