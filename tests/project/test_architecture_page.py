"""The tables of docs/architecture.md hold what the code holds."""

from __future__ import annotations

import ast
import re
import tomllib

from tests.project.tree import PACKAGE, ROOT, imported, layer, modules, parsed

PAGE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
IMPORTED_AS = {"GitPython": "git", "DuckDB": "duckdb"}


def table(heading: str) -> list[list[str]]:
    """The cells of the first table below a heading, without its head."""
    below = PAGE.split(f"\n## {heading}\n", 1)[1]
    rows = [line.strip("|").split("|") for line in below.split("\n## ", 1)[0].splitlines() if line[:1] == "|"]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def quoted(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def test_the_layers_are_those_that_the_tool_checks_in_their_order():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    (layers,) = [contract["layers"] for contract in contracts["contracts"] if contract["id"] == "layers"]
    assert [quoted(row[0]) for row in table("Layers")] == [re.findall(r"\w+", words) for words in layers]


def test_key_types_live_in_their_layer():
    missing = [
        name
        for row in table("Layers")
        for name in quoted(row[2])
        if not any(name in defined(each) for each in quoted(row[0]))
    ]
    assert missing == []


def defined(name: str) -> set[str]:
    nodes = [node for path in modules() if layer(path) == name for node in parsed(path).body]
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    assigned = [target for node in nodes if isinstance(node, ast.Assign) for target in node.targets]
    return classes | {target.id for target in assigned if isinstance(target, ast.Name)}


def test_libraries_live_where_the_page_says():
    homes = {
        library.strip(): set(quoted(row[0]))
        for row in table("Layers")
        for library in row[3].split(",")
        if library.strip()
    }
    assert len(homes) > 5
    for library, layers in homes.items():
        users = users_of(IMPORTED_AS.get(library, library))
        assert users, library
        assert users <= layers, library


def users_of(library: str) -> set[str]:
    return {layer(path) for path in modules() if library in {name.split(".")[0] for name in imported(path)}}


def test_the_room_of_the_spec_is_told_whole():
    told = [name for row in table("The room of the spec") for name in quoted(row[0])]
    assert sorted(told) == sorted(path.stem for path in (PACKAGE / "spec").glob("[!_]*.py"))
