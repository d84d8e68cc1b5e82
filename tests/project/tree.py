"""The files of the project, as the tests about the project see them."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from shutil import which
from subprocess import run

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "cloudtune"


@cache
def modules() -> tuple[Path, ...]:
    return tuple(sorted(PACKAGE.rglob("*.py")))


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def layer(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git knows; empty outside a clone."""
    if which("git") is None or not (ROOT / ".git").exists():
        return ()
    names = run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
