"""Which folder is the root, and which files are specs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.spec.words import printable

if TYPE_CHECKING:
    from pathlib import Path

SPECS = "specs"
DEFAULTS = "_defaults.yaml"


@dataclass(frozen=True, slots=True)
class Found:
    """The YAML files below specs/, as POSIX paths relative to the root, in order."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def find_root(start: Path, given: Path | None = None) -> Path:
    """The given root, else the nearest folder upwards with specs/, else that of git."""
    if given is not None:
        if not given.is_dir():
            raise Refusal(Problem("CT116", f"the root {given} is no folder", "check --root"))
        return given.resolve()
    upwards = [start.resolve(), *start.resolve().parents]
    for marker in (SPECS, ".git"):
        for folder in upwards:
            if (folder / marker).exists():
                return folder
    hint = "run `cloudtune init` here, or point at a repository with --root"
    raise Refusal(Problem("CT116", f"no specs/ folder in {start} or above it", hint))


def discover(root: Path) -> Found:
    """Every spec file below specs/; names that start with a dot are left alone."""
    files: list[str] = []
    problems: list[Problem] = []
    for folder, folders, names in os.walk(root / SPECS):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in sorted(names):
            file = f"{relative}/{name}"
            problem = _stray(name, file)
            if problem:
                problems.append(problem)
            elif name.endswith(".yaml") and not name.startswith("."):
                files.append(file)
    return Found(tuple(files), tuple(problems))


def _stray(name: str, file: str) -> Problem | None:
    """What is wrong with a file that looks like a spec but would be passed over."""
    if name.startswith("."):
        return None
    if not file.isprintable():
        hint = "rename it with letters, digits and hyphens"
        message = "the name of this file has characters that can't be shown"
        return Problem("CT303", message, hint, file=printable(file))
    if name.lower().endswith((".yml", ".yaml")) and not name.endswith(".yaml"):
        stem = name.rpartition(".")[0]
        return Problem("CT303", "spec files end in .yaml", f"rename it to {stem}.yaml", file=file)
    if name.startswith("_") and name.endswith(".yaml") and name != DEFAULTS:
        hint = f"rename it to {DEFAULTS}, or to a name without the underscore"
        return Problem("CT303", f"only {DEFAULTS} may start with an underscore", hint, file=file)
    return None
