"""Pydantic's errors in words for people, with the key that was meant."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, get_args

from cloudtune.errors import CODES, Problem
from cloudtune.spec.messages import article, did_you_mean, either, enumerated, nearest, quoted
from cloudtune.spec.reader import ENOUGH
from cloudtune.spec.sources import SOURCE_KINDS
from cloudtune.spec.values import Block, blocks_of, key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic import ValidationError
    from pydantic_core import ErrorDetails

    from cloudtune.errors import SpecPath


@dataclass(frozen=True, slots=True)
class _Issue:
    """One error of pydantic, its path freed from the tags of unions."""

    model: type[Block]
    data: Any
    """All that was validated."""
    kind: str
    path: SpecPath
    value: Any
    context: dict[str, Any]
    is_key: bool = False
    """True where a name that the user chose is wrong, not what it stands for."""

    @property
    def key(self) -> str:
        """The nearest key on the way to the value."""
        return next((part for part in reversed(self.path) if isinstance(part, str)), "spec")


@dataclass(frozen=True, slots=True)
class _Words:
    code: str
    message: str
    hint: str = ""
    at_key: bool = False
    deeper: SpecPath = ()
    """The part of the value that is to blame."""


def problems_of(error: ValidationError, model: type[Block], data: Any, file: str) -> list[Problem]:
    """Every mistake that pydantic found, each with its path into `data`."""
    every = error.errors(include_url=False)
    problems = [_problem(_issue(found, model, data), file) for found in every[:ENOUGH]]
    if len(every) > ENOUGH:
        message = f"and {len(every) - ENOUGH:,} more problems in this file"
        last = problems.pop()
        problems.append(replace(last, message=f"{last.message}, {message}"))
    return problems


def _issue(found: ErrorDetails, model: type[Block], data: Any) -> _Issue:
    loc = found["loc"]
    path = clean_path(loc, data, keeps_last=found["type"] == "missing")
    is_key = bool(loc) and loc[-1] == "[key]"
    return _Issue(model, data, found["type"], path, found["input"], found.get("ctx") or {}, is_key)


def clean_path(loc: SpecPath, data: Any, *, keeps_last: bool = False) -> SpecPath:
    """The part of pydantic's location that exists in the data, and the key that is missing."""
    path: list[str | int] = []
    for segment in loc:
        if _leads(segment, data):
            data = data[segment]
            path.append(segment)
    if keeps_last and loc and (not path or path[-1] != loc[-1]):
        path.append(loc[-1])
    return tuple(path)


def _leads(segment: str | int, data: Any) -> bool:
    if isinstance(data, list):
        return isinstance(segment, int) and segment < len(data)
    return isinstance(data, dict) and segment in data


def _problem(issue: _Issue, file: str) -> Problem:
    if issue.kind in CODES:
        words = _Words(issue.kind, f"`{issue.key}`: {issue.context['message']}", issue.context["hint"])
    else:
        words = _TABLE.get(issue.kind, _other)(issue)
    path = (*issue.path, *words.deeper)
    at_key = words.at_key or issue.is_key
    return Problem(words.code, words.message, words.hint, file=file, path=path, at_key=at_key)


def _unknown(issue: _Issue) -> _Words:
    key, block = str(issue.path[-1]), issue.path[:-1]
    where = next((f" in `{part}`" for part in reversed(block) if isinstance(part, str)), "")
    return _Words("CT201", f"unknown key {quoted(key)}{where}", _key_hint(issue, key), at_key=True)


def _key_hint(issue: _Issue, key: str) -> str:
    """The key that was meant: one of this block, else one that belongs elsewhere."""
    known = keys_at(issue.model, issue.path[:-1], issue.data)
    if nearest(key, known):
        return did_you_mean(key, known)
    places = homes(issue.model)
    if key in places:
        home = places[key]
        if home == ".".join(str(part) for part in issue.path[:-1]):
            return f"`{key}` is for another `kind`; here: {enumerated(known)}"
        return f"`{key}` belongs under `{home}`" if home else f"`{key}` belongs at the top level"
    elsewhere = nearest(key, [name for name in places if name not in known])
    if elsewhere and len(key) >= _CLOSE_LENGTH:
        return f"did you mean `{f'{places[elsewhere]}.{elsewhere}'.lstrip('.')}`?"
    return did_you_mean(key, known)


def _missing(issue: _Issue) -> _Words:
    last = issue.path[-1] if issue.path else ""
    if isinstance(last, int):
        return _Words("CT212", f"`{issue.key}` needs two values", "write [low, high]")
    block = [part for part in issue.path[:-1] if isinstance(part, str)]
    where = f"`{block[-1]}`" if block else "the spec"
    example = _EXAMPLES.get(str(last), f"add `{last}:`")
    return _Words("CT202", f"{where} needs `{last}`", example, at_key=True)


def _choice(issue: _Issue) -> _Words:
    known = re.findall(r"'([^']*)'", str(issue.context.get("expected", "")))
    value = issue.value
    if "seasonality" in issue.path and issue.key == "seasonality":
        return _season(value, known)
    if not isinstance(value, str):
        return _Words("CT204", f"`{issue.key}` is {_kind(value)}", f"Known: {enumerated(known)}")
    if len(known) == 1 and known[0] != "auto":
        return _Words("CT203", f"`{issue.key}` can't be {quoted(value)}", f'write "{known[0]}"')
    return _Words("CT203", f"`{issue.key}` can't be {quoted(value)}", did_you_mean(value, known))


def _season(value: Any, known: list[str]) -> _Words:
    if known == ["auto"]:
        hint = "write auto, or a list like [daily, weekly, yearly]"
        return _Words("CT203", f"`seasonality` can't be {quoted(value)}", hint)
    hint = f"{did_you_mean(str(value), known)}, or {{name, period, order}}"
    return _Words("CT203", f"`seasonality` has no pattern {quoted(value)}", hint)


def _tag(issue: _Issue) -> _Words:
    known = re.findall(r"'([^']*)'", str(issue.context.get("expected_tags", "")))
    tag = issue.value.get("kind") if isinstance(issue.value, dict) else None
    message = f"`{issue.key}` has no kind {quoted(tag)}"
    return _Words("CT203", message, did_you_mean(str(tag), known), deeper=("kind",))


def _no_tag(issue: _Issue) -> _Words:
    if not isinstance(issue.value, dict):
        return _shape("a map")(issue)
    return _Words("CT202", f"`{issue.key}` needs `kind`", f"kind: {either(SOURCE_KINDS)}", at_key=True)


def _shape(wanted: str) -> Callable[[_Issue], _Words]:
    def words(issue: _Issue) -> _Words:
        if isinstance(issue.value, dict) and issue.value.keys() == {"env"}:
            return _Words("CT219", f"`{issue.key}` takes no secret", "write the value itself")
        subject = f"an item of `{issue.key}`" if _is_item(issue) else f"`{issue.key}`"
        message = f"{subject} must be {wanted}, not {_kind(issue.value)}"
        return _Words("CT204", message, _SHAPES.get(wanted, ""))

    return words


def _is_item(issue: _Issue) -> bool:
    return bool(issue.path) and isinstance(issue.path[-1], int)


def _kind(value: Any) -> str:
    names = {dict: "a map", list: "a list", type(None): "empty"}
    return names.get(type(value), quoted(value))


def _bound(words: str, limit: str) -> Callable[[_Issue], _Words]:
    def bound(issue: _Issue) -> _Words:
        message = f"`{issue.key}` is {float(issue.value):g}; it must be {words} {issue.context[limit]:g}"
        return _Words("CT205", message)

    return bound


def _too_short(issue: _Issue) -> _Words:
    if isinstance(issue.value, str):
        return _Words("CT211", f"`{issue.key}` is empty", "write it, or leave the key out")
    return _Words("CT212", f"`{issue.key}` has no item", "add at least one")


def _too_long(issue: _Issue) -> _Words:
    most = issue.context.get("max_length")
    what = "characters" if isinstance(issue.value, str) else "items"
    return _Words("CT211", f"`{issue.key}` has more than {most} {what}")


def _other(issue: _Issue) -> _Words:
    message = f"`{issue.key}` can't be {quoted(issue.value)}"
    return _Words("CT204", message, f"see docs/spec.md for what {article(issue.key)} may be")


_CLOSE_LENGTH = 4
"""Shorter keys resemble too much."""
_SHAPES = {
    "a list": "write [one, two], or one item a line after `- `",
    "a map": "write {key: value}, or one key a line, indented",
    "text": "write one value; quote it where it holds `: ` or `#`",
}
_EXAMPLES = {
    "version": "add `version: cloudtune/v1`",
    "step": "add `step: 1min` (or 5min 10min 15min 30min 1h 1d 1w)",
    "timezone": "add `timezone: America/Los_Angeles`: days and events are local time",
    "series": "add `series:` with `source`, `step` and `timezone`",
    "source": "add `source: {kind: csv, path: data/orders.csv, time: minute, value: orders}`",
    "granularities": "add `granularities: [{step: 1h, horizon: 90d}]`",
    "horizon": "add `horizon: 90d`",
    "events": "add `events:` with at least one event",
    "end": "add `end:`, the first instant after the window",
}
_TABLE: dict[str, Callable[[_Issue], _Words]] = {
    "extra_forbidden": _unknown,
    "missing": _missing,
    "literal_error": _choice,
    "union_tag_invalid": _tag,
    "union_tag_not_found": _no_tag,
    "list_type": _shape("a list"),
    "tuple_type": _shape("a list"),
    "model_type": _shape("a map"),
    "model_attributes_type": _shape("a map"),
    "dict_type": _shape("a map"),
    "string_type": _shape("text"),
    "int_type": _shape("a number"),
    "float_type": _shape("a number"),
    "bool_type": _shape("true or false"),
    "is_instance_of": _shape("text"),
    "greater_than": _bound("above", "gt"),
    "greater_than_equal": _bound("at least", "ge"),
    "less_than": _bound("below", "lt"),
    "less_than_equal": _bound("at most", "le"),
    "too_short": _too_short,
    "string_too_short": _too_short,
    "too_long": _too_long,
    "string_too_long": _too_long,
}

_DEEPEST = 6


def keys_at(model: type[Block], path: SpecPath, data: Any) -> list[str]:
    """The keys known to the block that `path` leads to, in the order of the schema."""
    blocks: list[type[Block]] = [model]
    for segment in path:
        data = data[segment]
        if isinstance(segment, str):
            # A key that no block knows is a name of the user's own: its value is what the map holds.
            if any(segment in _children(block) for block in blocks):
                blocks = [inner for block in blocks for inner in _children(block).get(segment, ())]
            blocks = [block for block in blocks if _is_kind(block, data)]
    return list(dict.fromkeys(key for block in blocks for key in _children(block)))


def _is_kind(block: type[Block], data: Any) -> bool:
    """False for a block of another kind than the data says it is."""
    field = block.model_fields.get("kind")
    if field is None or not isinstance(data, dict) or "kind" not in data:
        return True
    return data["kind"] in get_args(field.annotation)


@cache
def homes(model: type[Block]) -> dict[str, str]:
    """For each key of the language the block it belongs under, the shallowest one."""
    found: dict[str, str] = {}
    level: list[tuple[str, type[Block]]] = [("", model)]
    for _ in range(_DEEPEST):
        for where, block in level:
            for key in _children(block):
                found.setdefault(key, where)
        level = [deeper for where, block in level for deeper in _deeper(where, block)]
    return found


def _deeper(where: str, block: type[Block]) -> Iterator[tuple[str, type[Block]]]:
    for key, inner in _children(block).items():
        path = f"{where}.{key}" if where else key
        yield from ((path, child) for child in inner)


@cache
def _children(block: type[Block]) -> dict[str, tuple[type[Block], ...]]:
    fields = block.model_fields
    return {key_of(name, block): tuple(blocks_of(field.annotation)) for name, field in fields.items()}
