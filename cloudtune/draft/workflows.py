"""Workflows for a repository of its own: pinned to a commit of CloudTune, or not written at all."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from typing import TYPE_CHECKING, Literal

from cloudtune.errors import Refusal
from cloudtune.files import write_text
from cloudtune.git.calls import answer, open_repository

if TYPE_CHECKING:
    from pathlib import Path

Forge = Literal["github", "gitlab"]
_COMMIT = re.compile(r"[0-9a-f]{40}")
_ACTION = re.compile(r"[\w.-]+/[\w.-]+")
_URL = re.compile(r"https://[\w.-]+(:\d+)?/[\w./~-]+")
_GITHUB = "https://github.com/"
_FILES: dict[Forge, dict[str, str]] = {
    "github": {
        f".github/workflows/cloudtune-{name}.yml": f"{name}.yml"
        for name in ("validate", "comment", "refresh")
    },
    "gitlab": {".gitlab/cloudtune.yml": "gitlab.yml"},
}
INCLUDE = "include:\n  - local: .gitlab/cloudtune.yml\n"
"""What a .gitlab-ci.yml says to take the jobs in."""


class NoOrigin(ValueError):
    """A place that workflows can't fetch CloudTune from."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where CloudTune itself is to be fetched from: a repository and one commit of it."""

    repository: str
    """`OWNER/REPOSITORY` on GitHub, or an https address."""
    commit: str

    @property
    def action(self) -> str:
        """`OWNER/REPOSITORY` as a GitHub workflow names an action; empty for another host."""
        name = self.repository.removeprefix(_GITHUB).removesuffix(".git")
        return name if _ACTION.fullmatch(name) else ""

    @property
    def url(self) -> str:
        """The address to clone from."""
        return self.repository if "://" in self.repository else f"{_GITHUB}{self.repository}"


def origin_of(repository: str, commit: str) -> Origin | None:
    """What was asked for, else what this very install came from; None where it came from neither."""
    if not repository and not commit:
        return _installed_from()
    if not _COMMIT.fullmatch(commit):
        hint = "a branch or a tag may move under a workflow; `git rev-parse v0.1.0` tells the commit"
        raise NoOrigin(f"--commit {commit!r} is no commit of 40 digits: {hint}")
    if not (_ACTION.fullmatch(repository) or _URL.fullmatch(repository)):
        hint = "write --action OWNER/REPOSITORY, or an https address"
        raise NoOrigin(f"--action {repository!r} names no repository: {hint}")
    return Origin(repository, commit)


def forge_of(folder: Path) -> Forge:
    """GitLab where the repository's remote or a CI file says so, else GitHub."""
    if (folder / ".gitlab-ci.yml").exists():
        return "gitlab"
    try:
        remote = answer(open_repository(folder), "remote", "get-url", "origin") or ""
    except Refusal:
        return "github"
    return "gitlab" if "gitlab" in remote else "github"


def write_workflows(folder: Path, forge: Forge, origin: Origin) -> list[Path]:
    """Write the workflows that aren't there yet; returns what was written."""
    if forge == "github" and not origin.action:
        hint = "mirror it, and name the mirror with --action OWNER/REPOSITORY"
        raise NoOrigin(f"{origin.repository} is not on GitHub, whose workflows can't use it: {hint}")
    texts = {name: _text(file, origin) for name, file in _FILES[forge].items()}
    if forge == "gitlab":
        texts[".gitlab-ci.yml"] = INCLUDE
    return [folder / name for name, text in texts.items() if _write_new(folder, name, text)]


def _text(file: str, origin: Origin) -> str:
    text = (files("cloudtune.draft") / "forge" / file).read_text("utf-8")
    if file == "gitlab.yml":
        return text.replace(" URL\n", f" {origin.url}\n").replace(" COMMIT\n", f" {origin.commit}\n")
    return text.replace("OWNER/REPOSITORY@COMMIT", f"{origin.action}@{origin.commit}")


def _write_new(folder: Path, name: str, text: str) -> bool:
    path = folder / name
    return not (path.exists() or path.is_symlink()) and write_text(path, text, folder)


def _installed_from() -> Origin | None:
    """The repository and commit that pip or uv noted when they installed from git."""
    try:
        noted = json.loads(distribution("cloudtune").read_text("direct_url.json") or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    url, commit = str(noted.get("url", "")), str(noted.get("vcs_info", {}).get("commit_id", ""))
    return Origin(url, commit) if _COMMIT.fullmatch(commit) and _URL.fullmatch(url) else None
