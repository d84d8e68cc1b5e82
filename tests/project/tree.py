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
def importers() -> dict[Path, set[Path]]:
    """Each module with the modules of the package that import from it, late imports too."""
    homes = {dotted(path): path for path in modules()}
    found: dict[Path, set[Path]] = {path: set() for path in modules()}
    for path in modules():
        for name in imported(path):
            home = homes.get(name) or homes.get(name.rpartition(".")[0])
            if home is not None and home != path:
                found[home].add(path)
    return found


def imported(path: Path) -> set[str]:
    """Dotted names of all that a module imports: of `from a import b` it is `a.b`."""
    names: set[str] = set()
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
            names |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return names


def dotted(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def tracked() -> tuple[Path, ...]:
    """Every file git knows; empty outside a clone."""
    if which("git") is None or not (ROOT / ".git").exists():
        return ()
    names = run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return tuple(path for name in names.split("\0") if name and (path := ROOT / name).is_file())


def pages() -> list[Path]:
    return [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "bench").glob("*.md")]
