"""A spec written back as YAML that reads as the same spec."""

from __future__ import annotations

import re
from typing import Any

from cloudtune.spec.outline import defaults_of, key_of
from cloudtune.spec.values import Block

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
