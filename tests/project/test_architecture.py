"""The shape of the code: rooms by thought, short functions, one door for words, clock and chance."""

from __future__ import annotations

import ast
from collections import Counter
from statistics import median
from typing import TYPE_CHECKING

import pytest

from tests.project.tree import PACKAGE, ROOT, importers, layer, modules, parsed

if TYPE_CHECKING:
    from pathlib import Path

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
CLOCKS = {"now", "today", "utcnow", "time", "time_ns"}
MAY_READ_THE_CLOCK = {"cli"}  # every layer below is told the time
ONE_FILE_AN_ENTRY = {"commands", "detectors", "sources"}  # folders of a table: one reader, the table
WAITS_FOR_A_SERVER = {"cloudtune/hosting/web.py"}  # rate limits are given as a time of day


def functions(path: Path) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(parsed(path)) if isinstance(node, FUNCTIONS)]


def body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from the first statement after the docstring to the end; a long list of parameters is no body."""
    first = function.body[1:] if ast.get_docstring(function) else function.body
    return (function.end_lineno or 0) - first[0].lineno + 1 if first else 0


def test_the_guards_see_the_package():
    assert len(modules()) > 30
    assert sum(len(functions(path)) for path in modules()) > 200


def lines(path: Path) -> int:
    return len(path.read_bytes().splitlines())


def test_no_file_is_longer_than_500_lines():
    sizes = {path.relative_to(ROOT).as_posix(): lines(path) for path in modules()}
    assert {name: size for name, size in sizes.items() if size > 500} == {}


def test_a_thought_is_told_in_one_file():
    """A short module with one reader, next door, is a part of its reader."""
    torn = {
        path.relative_to(ROOT).as_posix(): f"{lines(path)} lines, read by {reader.relative_to(ROOT)} alone"
        for path in modules()
        if path.name != "__init__.py" and lines(path) < 60 and path.parent.name not in ONE_FILE_AN_ENTRY
        for reader in sole_reader(path)
        if reader.parent == path.parent
    }
    assert torn == {}


def sole_reader(path: Path) -> tuple[Path, ...]:
    readers = tuple(importers()[path])
    return readers if len(readers) == 1 else ()


def test_half_of_the_modules_have_a_hundred_lines_or_more():
    assert median(lines(path) for path in modules() if path.name != "__init__.py") >= 100


def test_no_class_name_is_used_twice():
    names = Counter(
        node.name for path in modules() for node in ast.walk(parsed(path)) if isinstance(node, ast.ClassDef)
    )
    assert [name for name, times in names.items() if times > 1] == []


def test_no_function_is_longer_than_40_lines():
    long = [
        f"{path.relative_to(ROOT)}:{function.lineno} {function.name}: {body_lines(function)}"
        for path in modules()
        for function in functions(path)
        if body_lines(function) > 40
    ]
    assert long == []


def test_nine_functions_in_ten_have_at_most_25_lines():
    lengths = sorted(body_lines(function) for path in modules() for function in functions(path))
    assert lengths[int(0.9 * len(lengths))] <= 25


def test_every_module_says_its_job_in_one_sentence():
    unsaid = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if parsed(path).body and not first_line(path).endswith(".")
    ]
    assert unsaid == []


def first_line(path: Path) -> str:
    return (ast.get_docstring(parsed(path)) or "").split("\n", maxsplit=1)[0]


def test_only_the_console_prints():
    loud = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert set(loud) <= {"cloudtune/cli/console.py"}


def test_the_clock_is_read_at_the_edge_alone():
    readers = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in modules()
        if layer(path) not in MAY_READ_THE_CLOCK
        and path.relative_to(ROOT).as_posix() not in WAITS_FOR_A_SERVER
        for node in ast.walk(parsed(path))
        if isinstance(node, ast.Call) and reads_the_clock(node.func)
    ]
    assert readers == []


def reads_the_clock(called: ast.expr) -> bool:
    return (
        isinstance(called, ast.Attribute)
        and called.attr in CLOCKS
        and isinstance(called.value, ast.Name)
        and called.value.id in {"datetime", "date", "time", "Timestamp", "pd", "dt"}
    )


@pytest.mark.parametrize("library", ["click", "random", "unittest"])
def test_libraries_that_are_not_ours_to_use_are_not_imported(library):
    users = [path.relative_to(ROOT).as_posix() for path in modules() if library in imported(parsed(path))]
    assert users == []


def test_effects_on_the_whole_process_belong_to_the_command_line():
    users = [
        path.relative_to(ROOT).as_posix()
        for path in modules()
        if layer(path) != "cli" and imported(parsed(path)) & {"atexit", "gc", "locale", "warnings"}
    ]
    assert users == ["cloudtune/spec/dates.py"]  # the holidays package warns of what we ask it for


def imported(tree: ast.Module) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
        elif isinstance(node, ast.Call) and ast.unparse(node.func) == "import_module":
            names |= {arg.value.split(".")[0] for arg in node.args if isinstance(arg, ast.Constant)}
    return names


def test_every_layer_has_tests_of_its_own():
    layers = {layer(path) for path in modules() if path.parent != PACKAGE and functions(path)}
    tested = {folder.name for folder in (ROOT / "tests").iterdir() if list(folder.glob("test_*.py"))}
    assert len(layers) > 10
    assert layers - tested <= {"git"}
