"""Plain data as YAML text in the style of its surroundings."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudtune.suggest.yaml_text import Value

_PLAIN = re.compile(r"[A-Za-z0-9_./][\w./+%@() :-]*")
_RISKY = re.compile(r": |:$| $|^---|^\.\.\.")


def scalar(text: str, quote: str = "") -> str:
    """`text` as one scalar: in `quote` where given, plain where that is safe, else quoted."""
    if quote == "'" and text.isprintable():
        return "'" + text.replace("'", "''") + "'"
    if quote != '"' and _PLAIN.fullmatch(text) and text.isprintable() and not _RISKY.search(text):
        return text
    return json.dumps(text, ensure_ascii=not text.isprintable())


def flow(value: Value) -> str:
    """`value` on one line: `{start: 2025-03-02, reason: "robots, again"}`."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{scalar(key)}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(flow(item) for item in value) + "]"
    return scalar(value)


def block_pair(key: str, value: Value, column: int, offset: int) -> list[str]:
    """The lines of `key: value` at `column`; lists below it are indented by `offset`."""
    pad = " " * column
    if isinstance(value, list) and value:
        items = [f"{pad}{' ' * offset}- {flow(item)}" for item in value]
        return [f"{pad}{scalar(key)}:", *items]
    if isinstance(value, dict) and any(isinstance(item, list) for item in value.values()):
        nested = [block_pair(k, v, column + max(offset, 2), offset) for k, v in value.items()]
        return [f"{pad}{scalar(key)}:", *(line for lines in nested for line in lines)]
    return [f"{pad}{scalar(key)}: {flow(value)}"]


def block_item(value: Value, column: int, gap: int, *, as_block: bool) -> list[str]:
    """The lines of one list item whose dash stands at `column`, its content `gap` further."""
    dash = " " * column + "-" + " " * (gap - 1)
    if not as_block or not isinstance(value, dict):
        return [dash + flow(value)]
    lines = [f"{scalar(key)}: {flow(item)}" for key, item in value.items()]
    pad = " " * (column + gap)
    return [dash + lines[0], *(pad + line for line in lines[1:])]
