"""Files below .cloudtune/ are made here or they are nobody's: a repository that brings some is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = ".cloudtune"
_SIGNS = (b".cloudtune/cache/", b".cloudtune/forecasts/")


def committed_state(root: Path) -> Problem | None:
    """A problem where git tracks files below .cloudtune/; None where it doesn't, or where there is no git.

    Why the index itself and not `git ls-files`: this is asked often, and a process of git costs
    more than the rest.
    """
    index = _index(root.resolve())
    try:
        content = index.read_bytes() if index is not None else b""
    except OSError:
        return None
    if not any(sign in content for sign in _SIGNS):
        return None
    hint = f"git rm -r --cached {FOLDER}, and name {FOLDER}/ in .gitignore"
    message = f"git tracks files below {FOLDER}/, which are made anew by each run"
    return Problem("CT745", message, hint, file=FOLDER)


def refuse_committed(root: Path) -> None:
    """Raise where `committed_state` finds something."""
    if (problem := committed_state(root)) is not None:
        raise Refusal(problem)


def _index(root: Path) -> Path | None:
    """The index of the repository around `root`, of a worktree, too."""
    for folder in (root, *root.parents):
        git = folder / ".git"
        if git.is_dir():
            return git / "index"
        if git.is_file():
            place = git.read_text(encoding="utf-8", errors="replace").removeprefix("gitdir:").strip()
            return folder / place / "index"
    return None
