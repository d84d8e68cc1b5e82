"""Plain data as YAML text in the style of its surroundings, and the pieces of text that it replaces."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, NamedTuple

from cloudtune.yaml_edit.locate import BREAKS, line_end, newline_near

if TYPE_CHECKING:
    from yaml.error import Mark
    from yaml.nodes import Node

    from cloudtune.yaml_edit.locate import Value


class Splice(NamedTuple):
    """Replace the characters from `start` up to `end` by `text`."""

    start: int
    end: int
    text: str


def new_lines(text: str, after: int, lines: list[str]) -> Splice:
    """Put whole lines below the line that ends the content at index `after`."""
    newline = newline_near(text, after)
    block = newline.join(lines)
    # A block scalar's content ends with its line break: the next line begins here.
    if after > 0 and text[after - 1] in BREAKS:
        return Splice(after, after, block + newline)
    end = line_end(text, after)
    return Splice(end, end, newline + block)


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


def into_flow(text: str, node: Node, items: list[tuple[Mark, int]], rendered: str) -> tuple[Splice, ...]:
    """Add `rendered` as the last of a flow collection; `items` are starts and ends of those there."""
    close = node.end_mark.index - 1
    if not items:
        return (_only(text, node.start_mark.index + 1, close, rendered),)
    mark, last = items[-1]
    comma = comma_after(text, last, close)
    end = last if comma is None else comma + 1
    before = node.start_mark.index + 1 if len(items) == 1 else items[-2][1]
    if not any(char in BREAKS for char in text[before : mark.index]):
        return (Splice(end, end, (", " if comma is None else " ") + rendered),)
    return _own_line(text, end, close, " " * mark.column + rendered, has_comma=comma is not None)


def comma_after(text: str, index: int, close: int) -> int | None:
    """The index of the comma between an item's end and the closing bracket, comments skipped."""
    while index < close:
        if text[index] == ",":
            return index
        index = line_end(text, index) if text[index] == "#" else index + 1
    return None


def _only(text: str, start: int, close: int, rendered: str) -> Splice:
    inside = text[start:close]
    # Comments inside an otherwise empty collection stay; the item goes below them.
    return Splice(close, close, rendered) if "#" in inside else Splice(start, close, rendered)


def _own_line(text: str, end: int, close: int, line: str, *, has_comma: bool) -> tuple[Splice, ...]:
    newline = newline_near(text, end)
    stop = line_end(text, end)
    if close < stop:
        return (Splice(end, end, ("" if has_comma else ",") + newline + line),)
    if has_comma:
        return (Splice(stop, stop, newline + line + ","),)
    if stop == end:
        return (Splice(end, end, "," + newline + line),)
    return (Splice(end, end, ","), Splice(stop, stop, newline + line))
