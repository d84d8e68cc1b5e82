"""JSON Schemas of the spec language, for editors that complete and explain."""

from __future__ import annotations

import ast
import inspect
import json
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from cloudtune.spec.events import CalendarSpec
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.gameday import GamedaySpec
from cloudtune.spec.reader import read
from cloudtune.spec.values import Block, blocks_of, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


KINDS = ("forecast", "calendar", "gameday", "defaults")
_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_TITLES = {
    "forecast": "CloudTune forecast",
    "calendar": "CloudTune calendar",
    "gameday": "CloudTune game day",
    "defaults": "CloudTune defaults of a folder",
}
_NOISE = frozenset({"title", "discriminator"})
_NARROW = frozenset({"const", "enum", "pattern"})
_MERGED = ("SeriesBlock", "Trend", "Backtest", "Capacity", "Zones", "ScheduleBlock")
"""Blocks that merge key by key: what one file lacks, another may give."""


def schema_text(kind: str) -> str:
    """The JSON Schema of a kind of file, always the same bytes; KeyError for an unknown kind."""
    return json.dumps(_SCHEMAS[kind](), indent=2, ensure_ascii=False) + "\n"


def _plain(kind: str, model: type[Block]) -> dict[str, Any]:
    schema = model.model_json_schema(by_alias=True)
    named = {block.__name__: block for block in _family(model)}
    definitions = schema.pop("$defs", {})
    for name, definition in definitions.items():
        _explain(definition, named[name])
    _explain(schema, model)
    if "EventSpec" in definitions:
        _only_one_way(definitions["EventSpec"])
    return {
        "$schema": _DIALECT,
        "title": _TITLES[kind],
        **_tidy(schema),
        "$defs": {name: _tidy(each) for name, each in definitions.items()},
    }


def _forecast() -> dict[str, Any]:
    return _plain("forecast", ForecastSpec)


def _calendar() -> dict[str, Any]:
    return _plain("calendar", CalendarSpec)


def _gameday() -> dict[str, Any]:
    return _plain("gameday", GamedaySpec)


def _defaults() -> dict[str, Any]:
    """Every key of a forecast that may be inherited, none of them required."""
    schema = _plain("defaults", ForecastSpec)
    for key in ("version", "kind", "name"):
        del schema["properties"][key]
    schema.pop("required")
    for name in _MERGED:
        schema["$defs"][name].pop("required", None)
    del schema["$defs"]["SeriesBlock"]["properties"]["source"]
    schema["description"] = "What every forecast in this folder and below it inherits."
    return schema


_SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "forecast": _forecast,
    "calendar": _calendar,
    "gameday": _gameday,
    "defaults": _defaults,
}


def _family(model: type[Block]) -> Iterator[type[Block]]:
    """The block and all that it is made of."""
    yield model
    for field in model.model_fields.values():
        for inner in blocks_of(field.annotation):
            yield from _family(inner)


def _explain(schema: dict[str, Any], block: type[Block]) -> None:
    """Add meaning and example to each key; let an optional one be empty."""
    docs = docs_of(block)
    required = schema.get("required", [])
    for name, field in block.model_fields.items():
        key = key_of(name, block)
        described = schema["properties"][key] = _nullable(
            schema["properties"][key], is_required=key in required
        )
        described["description"] = docs[name].meaning
        if docs[name].example:
            described["examples"] = [_as_yaml(docs[name].example)]
        if field.default_factory is not None:
            described["default"] = field.get_default(call_default_factory=True)
        if not _says_something(described.get("default")):
            described.pop("default", None)


def _says_something(default: Any) -> bool:
    given = list(default.values()) if isinstance(default, dict) else [default]
    return any(value not in (None, "", []) for value in given)


def _nullable(schema: dict[str, Any], *, is_required: bool) -> dict[str, Any]:
    """A key with nothing behind it counts as not given, unless it is required."""
    options = schema.get("anyOf", [])
    if is_required or {"type": "null"} in options:
        return schema
    inner = {key: value for key, value in schema.items() if key != "default"}
    default = {key: value for key, value in schema.items() if key == "default"}
    return {"anyOf": [inner, {"type": "null"}], **default}


def _only_one_way(event: dict[str, Any]) -> None:
    event["oneOf"] = [{"required": [key]} for key in ("occurrences", "rule", "holiday")]


def _tidy(schema: Any) -> Any:
    """Without the noise of generated titles; text may also look like a number to an editor."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidy = {
        key: _properties(value) if key == "properties" else _tidy(value)
        for key, value in schema.items()
        if key not in _NOISE
    }
    if tidy.get("type") == "string" and not _NARROW & tidy.keys():
        tidy["type"] = ["string", "number", "boolean"]
    return tidy


def _properties(properties: dict[str, Any]) -> dict[str, Any]:
    return {key: _tidy(value) for key, value in properties.items()}


def _as_yaml(example: str) -> Any:
    """The example as an editor reads it; text stays as it is written."""
    document = read(f"example: {example}".encode(), "example")
    return example if document.problems else document.data["example"]


_EXAMPLE = "Example: "


@dataclass(frozen=True, slots=True)
class Doc:
    """What a key means, with an example as it is written in YAML."""

    meaning: str
    example: str = ""


@cache
def docs_of(block: type[Block]) -> dict[str, Doc]:
    """The words below each field of a block, its parents' included, by field name."""
    parents = [parent for parent in reversed(block.__mro__) if issubclass(parent, Block)]
    return {name: doc for parent in parents if parent is not Block for name, doc in _own(parent)}


def _own(block: type[Block]) -> Iterator[tuple[str, Doc]]:
    # Why not pydantic's use_attribute_docstrings: it reads the source at every start.
    tree = ast.parse(inspect.getsource(block)).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, words in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = _text(words)
            if text:
                yield field.target.id, _doc(text)


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return inspect.cleandoc(value.value)
    return ""


def _doc(text: str) -> Doc:
    meaning, _, example = text.partition(f"\n{_EXAMPLE}")
    return Doc(" ".join(meaning.split()), " ".join(example.split()))
