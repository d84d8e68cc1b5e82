"""A team's own query, judged: one SELECT, over files that it names, with one answer for one state of them.

Why the tree and never the text: what runs is written by DuckDB from the tree that was judged, and is
judged once more, so no trick of quoting can hide a statement, a file or a function from us.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.data.opening import SpecPlace

Tree = dict[str, Any]
"""A node of DuckDB's syntax tree, as JSON."""
READERS = frozenset(
    [
        "read_csv",
        "read_csv_auto",
        "read_parquet",
        "parquet_scan",
        "read_json",
        "read_json_auto",
        "read_ndjson",
        "read_ndjson_auto",
    ]
)
"""Table functions whose first argument names files."""
TABLE_FUNCTIONS = READERS | {"range", "generate_series", "unnest"}
"""All that a query may call in FROM: others list files, settings and secrets, or run SQL from a text."""
CHANGING = frozenset(
    [
        "now",
        "today",
        "current_date",
        "current_time",
        "current_timestamp",
        "transaction_timestamp",
        "current_localtime",
        "current_localtimestamp",
        "localtime",
        "localtimestamp",
        "get_current_time",
        "get_current_timestamp",
        "random",
        "setseed",
        "uuid",
        "uuidv4",
        "uuidv7",
        "gen_random_uuid",
        "nextval",
        "currval",
        "setval",
        "stats",
        "sleep_ms",
        "write_log",
        "vector_type",
        "txid_current",
        "current_connection_id",
        "current_transaction_id",
        "current_query_id",
        "current_query",
        "current_setting",
        "getvariable",
        "getenv",
        "in_search_path",
        "version",
        "error",
        "current_user",
        "user",
        "session_user",
        "current_role",
        "pg_postmaster_start_time",
    ]
)
"""Functions whose answer is of the clock, of chance or of the machine, not of the data."""
_ENDINGS = (".csv", ".tsv", ".parquet", ".json", ".jsonl", ".ndjson", ".csv.gz", ".csv.zst")
_RENAME = "give every VALUES a name, (VALUES (1)) AS t(x), or write the query in a plainer way"


@dataclass(frozen=True, slots=True)
class Judged:
    """A query that may run."""

    sql: str
    """One SELECT, every file in it by its whole name."""
    named: tuple[str, ...]
    """The files and patterns as the query wrote them."""


def judged(query: str, whole: Callable[[str], str], place: SpecPlace) -> Judged:
    """`query` with each name of a file made whole; refuses (CT413) what isn't one plain SELECT."""
    with duckdb.connect(":memory:", config={"threads": 1, "enable_external_access": False}) as connection:
        try:
            return _judged(connection, query, whole, place)
        except RecursionError:
            raise place.refusal(
                "CT413", "the query is nested too deeply", "write it in steps, WITH"
            ) from None
        except duckdb.Error as error:
            words = str(error).splitlines()[0][:200]
            raise place.refusal("CT413", f"the query is refused: {words}", "write one SELECT") from error


def _judged(
    connection: duckdb.DuckDBPyConnection, query: str, whole: Callable[[str], str], place: SpecPlace
) -> Judged:
    tree = _parsed(connection, query, place)
    _refuse(tree, place)
    names = tuple(dict.fromkeys(name for _, _, name in _names(tree, place)))
    for node, key, name in list(_names(tree, place)):
        _rename(node, key, whole(name))
    sql = _one_value(connection, "SELECT json_deserialize_sql(?::JSON)", json.dumps(tree))
    final = _parsed(connection, sql, place)
    _refuse(final, place)
    if _shape(final) != _shape(tree):
        raise place.refusal("CT413", "the query can't be told again as it was written", _RENAME)
    return Judged(sql, names)


def _parsed(connection: duckdb.DuckDBPyConnection, query: str, place: SpecPlace) -> Tree:
    """The tree of exactly one SELECT."""
    tree: Tree = json.loads(_one_value(connection, "SELECT json_serialize_sql(?::VARCHAR)", query))
    if tree["error"]:
        reason = str(tree.get("error_message", "unknown")).splitlines()[0][:200]
        reason = "it is no SELECT" if "Only SELECT" in reason else reason
        raise place.refusal("CT413", f"the query is refused: {reason}", "write one SELECT")
    kinds = [statement.type for statement in connection.extract_statements(query)]
    if len(tree["statements"]) != 1 or kinds != [duckdb.StatementType.SELECT]:
        raise place.refusal("CT413", "the query holds several statements", "write one SELECT")
    return tree


def _one_value(connection: duckdb.DuckDBPyConnection, sql: str, value: str) -> str:
    row = connection.execute(sql, [value]).fetchone()
    return str(row[0]) if row else ""


def _nodes(node: Any) -> Iterator[Tree]:
    """Every node of a tree, whatever it is a part of."""
    if isinstance(node, list):
        for child in node:
            yield from _nodes(child)
    elif isinstance(node, dict):
        yield node
        for child in node.values():
            yield from _nodes(child)


def _refuse(tree: Tree, place: SpecPlace) -> None:
    for node in _nodes(tree):
        if reason := _reason(node):
            raise place.refusal("CT413", f"the query is refused: {reason[0]}", reason[1])


def _reason(node: Tree) -> tuple[str, str] | None:
    """Why a node may not be in a query, and what to write instead."""
    if node.get("type") == "SHOW_REF":
        return "it describes tables", "write a SELECT of their rows"
    if node.get("type") == "TABLE_FUNCTION":
        name = str(node["function"].get("function_name", "")).lower()
        if name not in TABLE_FUNCTIONS:
            return f"{name}() is no source of rows here", f"there are {', '.join(sorted(TABLE_FUNCTIONS))}"
        return None
    if changing := _changing(node):
        return f"{changing} changes from run to run", "same input, same forecast: use the data's own times"
    sample = node.get("sample")
    if isinstance(sample, dict) and not sample.get("repeatable"):
        return "a sample changes from run to run", "read all rows, or add REPEATABLE (1)"
    return None


def _changing(node: Tree) -> str:
    """The name of what has another answer in each run, or nothing."""
    name = str(node.get("function_name", "")).lower()
    if name in CHANGING or (name == "age" and len(node.get("arguments", ())) == 1):
        return f"{name}()"
    column = [str(each).lower() for each in node.get("column_names", ())]
    # A column may be called `user`; a word of the clock without brackets is DuckDB's, not a column.
    is_clock = len(column) == 1 and column[0].startswith(("current_", "localtime"))
    return column[0] if is_clock and column[0] in CHANGING else ""


def _names(tree: Tree, place: SpecPlace) -> Iterator[tuple[Tree, str, str]]:
    """Each name of a file: the node that holds it, its key there, and the name."""
    for node in _nodes(tree):
        if node.get("type") == "BASE_TABLE" and _is_file(str(node["table_name"])):
            yield node, "table_name", str(node["table_name"])
        if node.get("type") == "TABLE_FUNCTION" and node["function"]["function_name"].lower() in READERS:
            for literal in _first_argument(node["function"]["arguments"], place):
                yield literal, "text", str(literal["text"])


def _is_file(table: str) -> bool:
    return "/" in table or "\\" in table or table.lower().endswith(_ENDINGS)


def _first_argument(arguments: list[Any], place: SpecPlace) -> list[Tree]:
    """The literals of a reader's files: a text, or a list of texts."""
    given = arguments[0].get("expression", {}) if arguments else {}
    is_list = str(given.get("function_name", "")).lower() in {"list_value", "list_pack"}
    items = [each.get("expression", {}) for each in given["arguments"]] if is_list else [given]
    literals: list[Tree] = [each.get("literal") or {} for each in items]
    if not literals or not all(each.get("kind") == "STRING" for each in literals):
        message = "the query is refused: the name of a file is reckoned, not written"
        raise place.refusal("CT413", message, "write it as a text, or a list of texts")
    return literals


def _rename(node: Tree, key: str, name: str) -> None:
    node[key] = name
    if key == "table_name" and "qualified_name" in node:
        node["qualified_name"]["path"][-1] = name


def _shape(node: Any) -> Any:
    """A tree without the places of its nodes in the text."""
    if isinstance(node, dict):
        return {key: _shape(value) for key, value in node.items() if not key.startswith("query_location")}
    return [_shape(each) for each in node] if isinstance(node, list) else node
