"""Adding to `{...}` and `[...]`, on one line or on many."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.suggest.splice import Splice
from cloudtune.suggest.yaml_text import BREAKS, line_end, newline_near

if TYPE_CHECKING:
    from yaml.error import Mark
    from yaml.nodes import Node


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
