"""A spec as it takes effect: as YAML that says where each value comes from, and as hashes."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Any

from cloudtune.spec.secret import Secret
from cloudtune.spec.values import Block, defaults_of, key_of
from cloudtune.timegrid import Duration, Moment, Rate, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudtune.errors import SpecPath
    from cloudtune.spec.capacity import Capacity
    from cloudtune.spec.defaults import Layers
    from cloudtune.spec.events import CalendarSpec
    from cloudtune.spec.forecast import ForecastSpec


def effective_text(spec: ForecastSpec, layers: Layers) -> str:
    """The spec with defaults merged in, as YAML; comments say which of its layers gave a value."""
    lines = _lines(tree(spec, with_defaults=True), (), layers)
    return "\n".join([f"# {layers.own.file}", *lines])


def _lines(block: dict[str, Any], path: SpecPath, layers: Layers) -> list[str]:
    """Maps key by key, as they merge; lists whole, as they replace each other."""
    lines: list[str] = []
    pad = "  " * len(path)
    for key, value in block.items():
        here = (*path, key)
        if isinstance(value, dict) and value:
            lines += [f"{pad}{key}:", *_lines(value, here, layers)]
            continue
        first, *rest = entry_lines(key, value, len(pad)) if path == () else [f"{pad}{key}: {flow(value)}"]
        lines += [f"{first}{_origin(here, layers)}", *rest]
    return lines


def _origin(path: SpecPath, layers: Layers) -> str:
    if not layers.has(path):
        return "  # default"
    document, place = layers.origin(path)
    if document is layers.own or place is None:
        return ""
    return f"  # from {document.file}:{place.span(at_key=True).line}"


_WIDTH = 100
_PLAIN = re.compile(r"[A-Za-z0-9_./+][A-Za-z0-9_ ./+*@-]*(?<! )", re.ASCII)
_NULLS = frozenset({"~", "null", "Null", "NULL"})
_ESCAPES = {"\\": "\\\\", '"': '\\"'}


def dump(spec: Block) -> str:
    """The spec as YAML, without the values that are defaults anyway."""
    return "".join(f"{line}\n" for line in block_lines(tree(spec), 0))


def tree(block: Block, *, with_defaults: bool = False) -> dict[str, Any]:
    """Keys and values as they are written; defaults only where asked for."""
    defaults = defaults_of(type(block))
    written: dict[str, Any] = {}
    for name, value in block:
        is_default = value == defaults[name]
        if value is None or (is_default and not (with_defaults and _says_something(value))):
            continue
        written[key_of(name, type(block))] = _written(value, with_defaults=with_defaults)
    return written


def block_lines(value: Any, indent: int) -> list[str]:
    """A map or a list over several lines."""
    pad = " " * indent
    if isinstance(value, dict):
        return [line for key, inner in value.items() for line in entry_lines(key, inner, indent)]
    lines: list[str] = []
    for item in value:
        text = flow(item)
        if isinstance(item, dict) and item and len(text) + indent > _WIDTH:
            first, *rest = block_lines(item, indent + 2)
            lines += [f"{pad}- {first.strip()}", *rest]
        else:
            lines.append(f"{pad}- {text}")
    return lines


def entry_lines(key: str, value: Any, indent: int) -> list[str]:
    """A key with its value, on one line where that is readable."""
    pad = " " * indent
    text = f"{pad}{_text(key)}: {flow(value)}"
    if not isinstance(value, dict | list) or not value or (len(text) <= _WIDTH and indent > 0):
        return [text]
    if isinstance(value, list) and len(text) <= _WIDTH and not isinstance(value[0], dict):
        return [text]
    return [f"{pad}{_text(key)}:", *block_lines(value, indent + 2)]


def flow(value: Any) -> str:
    """The value on one line."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_text(key)}: {flow(inner)}' for key, inner in value.items())}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(flow, value))}]"
    return _text(value) if isinstance(value, str) else _number(value)


def _says_something(value: Any) -> bool:
    return value not in ("", [], {}) and value is not None


def _written(value: Any, *, with_defaults: bool) -> Any:
    if isinstance(value, Block):
        return tree(value, with_defaults=with_defaults)
    if isinstance(value, Secret):
        return {"env": value.name}
    if isinstance(value, list | tuple):
        # Inside a list only what was written: its defaults would drown it.
        return [_written(item, with_defaults=False) for item in value]
    if isinstance(value, dict):
        return {key: _written(item, with_defaults=False) for key, item in value.items()}
    return value if isinstance(value, str | int | float) else str(value)


def _number(value: float) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value).removesuffix(".0")


def _text(value: str) -> str:
    """Plain where nobody could misread it, else in double quotes."""
    if _PLAIN.fullmatch(value) and value not in _NULLS:
        return value
    return f'"{"".join(map(_escaped, value))}"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\U{ord(character):08x}"


_TALK = frozenset({"owner", "region", "tags", "description", "reason", "review_by", "note"})
_JUDGEMENT = frozenset({"capacity", "gates", "expect", "tolerance", "name", "version", "kind"}) | {
    "scenarios",
    "track_tolerance",
}


def spec_hash(spec: ForecastSpec) -> str:
    """Of everything in a spec that can move its forecast, calendars aside."""
    meaning = _meaning(spec)
    return digest({key: value for key, value in meaning.items() if key not in _JUDGEMENT})


def capacity_hash(capacity: Capacity) -> str:
    """Of everything that can move the orders of a forecast."""
    return digest(_meaning(capacity))


def calendars_hash(calendars: Iterable[CalendarSpec]) -> str:
    """Of the events that these calendars declare, whatever the order of the calendars."""
    parts = [(calendar.timezone, _meaning(calendar).get("events", [])) for calendar in calendars]
    return digest(sorted(parts, key=str))


def digest(value: Any) -> str:
    """Sixteen hex digits of plain data, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _meaning(block: Block) -> dict[str, Any]:
    """The values that are not the defaults, without talk, in plain types.

    Why: a default written out is no change, and a key that a later version adds with a
    default leaves every hash as it is.
    """
    defaults = defaults_of(type(block))
    return {name: _plain(value) for name, value in block if name not in _TALK and value != defaults[name]}


def _plain(value: Any) -> Any:
    if isinstance(value, Block):
        return {"kind": getattr(value, "kind", None), **_meaning(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Duration):
        return value.minutes
    return str(value) if isinstance(value, (Moment, Rate, Step)) else value
