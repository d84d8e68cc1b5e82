"""The `where` of a file source: one condition on columns, and nothing else, however it is written."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import duckdb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.data.opening import SpecPlace

_FRAME = "SELECT * FROM rows WHERE "
_CLASSES = frozenset(
    {"COLUMN_REF", "CONSTANT", "COMPARISON", "CONJUNCTION", "OPERATOR", "BETWEEN", "FUNCTION", "CAST", "TYPE"}
)
_FUNCTIONS = frozenset(
    [
        "~~",
        "!~~",
        "~~*",
        "!~~*",
        "like_escape",
        "not_like_escape",
        "lower",
        "upper",
        "trim",
        "ltrim",
        "rtrim",
        "length",
        "left",
        "right",
        "substr",
        "substring",
        "contains",
        "starts_with",
        "ends_with",
        "prefix",
        "suffix",
        "replace",
        "abs",
        "round",
        "floor",
        "ceil",
        "+",
        "-",
        "*",
        "/",
        "%",
        "regexp_matches",
        "regexp_full_match",
        "year",
        "month",
        "day",
        "hour",
        "weekday",
        "dayofweek",
        "date_part",
    ]
)
_MEND = (
    "write one condition, such as country = 'DE' AND day <> 'Total'; a query with more is for kind: duckdb"
)


def filtered(relation: str, condition: str, place: SpecPlace) -> str:
    """The rows of `relation` that meet the condition, as SQL; refuses what is no plain condition on columns.

    Why: a spec may come from a stranger. DuckDB parses the text; all but the condition must be the frame that
    it was put into; each node must be known; and what runs is written anew from that tree, not from the text.
    """
    tree, frame = _parsed(condition, place), _parsed("true", place)
    node = tree["statements"][0]["node"]
    found, node["where_clause"] = node["where_clause"], None
    frame["statements"][0]["node"]["where_clause"] = None
    if _bare(tree) != _bare(frame):
        raise place.refusal("CT413", "`where` holds more than a condition", _MEND)
    for foreign in _foreign(found):
        raise place.refusal("CT413", f"`where` holds {foreign}, which is no plain condition", _MEND)
    node["where_clause"] = found
    written = _written(tree)
    return f"(WITH rows AS (FROM {relation}) {written})"


def _parsed(condition: str, place: SpecPlace) -> Any:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        row = connection.execute("SELECT json_serialize_sql(?::VARCHAR)", [_FRAME + condition]).fetchone()
    tree: Any = json.loads(row[0] if row else '{"error": true}')
    if (
        tree["error"]
        or len(tree["statements"]) != 1
        or tree["statements"][0]["node"]["type"] != "SELECT_NODE"
    ):
        reason = str(tree.get("error_message", "it is more than one")).splitlines()[0]
        raise place.refusal("CT413", f"`where` is no condition: {reason}", _MEND)
    return tree


def _written(tree: Any) -> str:
    with duckdb.connect(":memory:", config={"threads": 1}) as connection:
        row = connection.execute("SELECT json_deserialize_sql(?::JSON)", [json.dumps(tree)]).fetchone()
    return str(row[0]) if row else ""


def _bare(node: Any) -> Any:
    """The tree without the places of its parts in the text."""
    if isinstance(node, list):
        return [_bare(each) for each in node]
    if isinstance(node, dict):
        return {key: _bare(value) for key, value in node.items() if not key.startswith("query_location")}
    return node


def _foreign(node: Any) -> Iterator[str]:
    """What isn't known of a condition: classes of nodes, and functions."""
    if isinstance(node, list):
        for each in node:
            yield from _foreign(each)
    if not isinstance(node, dict):
        return
    kind = node.get("class")
    if kind is not None and kind not in _CLASSES:
        yield f"a {str(kind).lower().replace('_', ' ')}"
    if kind == "FUNCTION" and (node["function_name"] not in _FUNCTIONS or node["schema"] or node["catalog"]):
        yield f"the function {node['function_name']}"
    for value in node.values():
        yield from _foreign(value)
