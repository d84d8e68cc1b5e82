"""The recipes of CONTRIBUTING.md, followed step by step in a copy of the tree."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.project.tree import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COPIED = ("cloudtune", "docs", "schema", "specs", "templates", "tests", "pyproject.toml", "CONTRIBUTING.md")
STEP = re.compile(r"^(\d)\. (.*?)(?=^\d\. |\Z|\n\n)", re.MULTILINE | re.DOTALL)
PATH = re.compile(r"`([\w./-]+/[\w.-]*)`")


@dataclass(frozen=True)
class Change:
    """What a step of a recipe does to one file: a text that takes the place of another, or a new file."""

    step: int
    path: str
    new: str
    old: str = ""

    def make(self, root: Path) -> None:
        path = root / self.path
        if not self.old:
            assert not path.exists(), f"{self.path} is there already"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self.new, encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8")
        assert before.count(self.old) == 1, f"{self.path} has no single {self.old!r}"
        path.write_text(before.replace(self.old, self.new), encoding="utf-8")


def steps(title: str) -> dict[int, tuple[str, ...]]:
    """The files and folders that each step of a recipe names."""
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    recipe = page.split(f"\n## {title}\n")[1].split("\n## ")[0]
    return {int(number): tuple(PATH.findall(text)) for number, text in STEP.findall(recipe)}


def follow(title: str, name: str, changes: list[Change], folder: Path) -> Path:
    """A copy of the tree in which each step was done, and nothing beside; `yours` bears the name."""
    root = folder / "copy of the tree"
    for part in COPIED:
        source, target = ROOT / part, root / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, target)
    told = steps(title)
    assert {change.step for change in changes} == set(told), "a step is told and not done, or the other way"
    for change in changes:
        named = [path.replace("yours", name) for path in told[change.step]]
        assert any(change.path == path or (path[-1] == "/" and path in change.path) for path in named), (
            f"step {change.step} doesn't say {change.path}"
        )
        change.make(root)
    return root


def python(root: Path, *arguments: str, cwd: Path | None = None) -> str:
    """What a process that imports the copy prints; it must succeed."""
    environment = {key: value for key, value in os.environ.items() if key != "CI"}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd or root,
        env=environment | {"PYTHONPATH": str(root), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{arguments}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def run_tests(root: Path, *arguments: str) -> str:
    """What the tests of the copy say."""
    return python(root, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *arguments)
