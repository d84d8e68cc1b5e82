"""A team's own query, checked to be one SELECT with file names made whole."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb

from cloudtune.data.opening import quoted
from cloudtune.data.sources.reader import Relation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from cloudtune.data.opening import SpecPlace
    from cloudtune.data.sources.reader import Asked
    from cloudtune.spec.sources import DuckdbSource

_FILE_ENDINGS = (".csv", ".csv.gz", ".parquet", ".json", ".jsonl", ".ndjson", ".tsv")


class DuckdbReader:
    """Reads `kind: duckdb`."""

    mend = "try the query in DuckDB; here it sees files of the repository alone"

    def open(self, source: DuckdbSource, asked: Asked) -> Relation:
        """The query as a relation that sees the repository, or all folders where they are allowed."""
        root = asked.access.root.resolve()
        query = with_full_paths(source.query, root, asked.place.below("query"))
        database = asked.files(source.path)[0] if source.path else None
        seen = root.parents[-1] if asked.access.allow_outside else root
        return Relation(f"({query})", (seen,), database)


def with_full_paths(query: str, root: Path, place: SpecPlace) -> str:
    """`query` with every relative file name in it placed below `root`.

    Why: DuckDB judges a relative name by the process's folder, which need not be the root.
    """
    text = query.strip().rstrip("; \n").encode()
    found = set(_file_names(_parsed(text.decode(), place)))
    for at, name in sorted(found, reverse=True):
        text = text[:at] + quoted(str(root / name)).encode() + text[_end_of(text, at) :]
    return text.decode()


def _parsed(query: str, place: SpecPlace) -> Any:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [query]).fetchone()
    tree: Any = json.loads(row[0] if row else '{"error": true}')
    if tree["error"]:
        reason = str(tree.get("error_message", "unknown")).splitlines()[0]
        reason = "it is no SELECT" if "Only SELECT" in reason else reason
        raise place.refusal("CT413", f"the query is refused: {reason}", "write one SELECT")
    if len(tree["statements"]) != 1:
        raise place.refusal("CT413", "the query holds several statements", "write one SELECT")
    return tree


def _file_names(node: Any) -> Iterator[tuple[int, str]]:
    """Position and name of every file that the syntax tree reads."""
    if isinstance(node, list):
        for child in node:
            yield from _file_names(child)
    if isinstance(node, dict):
        yield from _named_here(node)
        for child in node.values():
            yield from _file_names(child)


def _named_here(node: dict[str, Any]) -> Iterator[tuple[int, str]]:
    if node.get("type") == "BASE_TABLE" and node["table_name"].endswith(_FILE_ENDINGS):
        yield node["query_location"], node["table_name"]
    if node.get("type") == "TABLE_FUNCTION":
        yield from _literals(node["function"]["arguments"])


def _literals(node: Any) -> Iterator[tuple[int, str]]:
    """Position and text of the file names among the arguments of a table function."""
    if isinstance(node, list):
        for child in node:
            yield from _literals(child)
    if isinstance(node, dict):
        literal = node.get("literal")
        if isinstance(literal, dict) and str(literal.get("text")).endswith(_FILE_ENDINGS):
            yield node["query_location"], literal["text"]
        for child in node.values():
            yield from _literals(child)


def _end_of(text: bytes, at: int) -> int:
    """Where the quoted name that starts at `at` ends."""
    mark, end = text[at : at + 1], at + 1
    while text[end : end + 1] != mark or text[end + 1 : end + 2] == mark:
        end += 1 + (text[end : end + 1] == mark)
    return end + 1
