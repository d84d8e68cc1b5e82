"""Edits of a YAML text in place: only the lines that are meant change."""

from __future__ import annotations

import copy
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cloudtune.spec.forecast import ForecastSpec
from cloudtune.yaml_edit.locate import (
    BREAKS,
    compose,
    content_end,
    is_empty,
    is_flow,
    line_end,
    line_start,
    next_line,
    pair_of,
    plain,
    refused,
    walk,
)
from cloudtune.yaml_edit.write import (
    Splice,
    block_item,
    block_pair,
    comma_after,
    flow,
    into_flow,
    new_lines,
    scalar,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.yaml_edit.locate import Value


@dataclass(frozen=True, slots=True)
class Append:
    """Add an item to the list at `path`; the list and the maps around it are made where missing."""

    path: SpecPath
    item: Value

    def splices(self, text: str) -> tuple[Splice, ...]:
        """The pieces of text to replace."""
        return _append(text, compose(text), self.path, self.item)

    def change(self, data: Value) -> None:
        """The same on plain data, in place."""
        parent, key = _parent(data, self.path, make=True)
        present = parent.get(key) if isinstance(parent, dict) else parent[key]
        items = present if isinstance(present, list) else []
        parent[key] = [*items, self.item]


@dataclass(frozen=True, slots=True)
class Put:
    """Set the value at `path`, a key that is there or one that isn't."""

    path: SpecPath
    value: Value

    def splices(self, text: str) -> tuple[Splice, ...]:
        """The pieces of text to replace."""
        return _put(text, compose(text), self.path, self.value)

    def change(self, data: Value) -> None:
        """The same on plain data, in place."""
        parent, key = _parent(data, self.path, make=True)
        parent[key] = self.value


@dataclass(frozen=True, slots=True)
class Remove:
    """Take out the list item or key at `path`; a list left empty goes with its key."""

    path: SpecPath

    def splices(self, text: str) -> tuple[Splice, ...]:
        """The pieces of text to replace."""
        return _remove(text, compose(text), self.path)

    def change(self, data: Value) -> None:
        """The same on plain data, in place."""
        parent, key = _parent(data, self.path, make=False)
        del parent[key]
        if not parent and len(self.path) > 1:
            Remove(self.path[:-1]).change(data)


Edit = Append | Put | Remove


def apply(text: str, edits: Sequence[Edit], merged: Mapping[str, Any] | None = None) -> str:
    """`text` with all edits made; refuses where the outcome would say anything else.

    `merged` has the file's values with those that it inherits: a list that is there by inheritance
    alone is written out before it is edited, since a list of the file's own replaces it.
    """
    known = merged or {}
    for edit in edits:
        path = _inherited_list(text, edit.path, known)
        if path:
            text = _apply_one(text, Put(path, _value(known, path)))
        text = _apply_one(text, edit)
    return text


def _apply_one(text: str, edit: Edit) -> str:
    edited = text
    splices = edit.splices(text)
    wanted = copy.deepcopy(plain(compose(text)))
    edit.change(wanted)
    for splice in sorted(splices, key=lambda one: one.start, reverse=True):
        edited = edited[: splice.start] + splice.text + edited[splice.end :]
    # The parser has the last word: an edit that says something else than meant is never handed out.
    if plain(compose(edited)) != wanted:
        raise refused(f"the text around {'.'.join(map(str, edit.path))} is laid out in an unknown way")
    return edited


def _parent(data: Value, path: SpecPath, *, make: bool) -> tuple[Any, Any]:
    """The container of the last part of `path`, and that part."""
    here: Any = data
    for part in path[:-1]:
        if make and isinstance(here, dict) and not isinstance(here.get(str(part)), dict | list):
            here[part] = {}
        here = here[part]
    return here, path[-1]


def _inherited_list(text: str, path: SpecPath, merged: Mapping[str, Any]) -> SpecPath:
    """The part of `path` that leads to a list which is there by inheritance alone; empty where none is."""
    for length in range(1, len(path) + 1):
        value = _value(merged, path[:length])
        if isinstance(value, list) and value:
            _, missing = walk(compose(text), path[:length])
            return path[:length] if missing else ()
        if not isinstance(value, dict):
            break
    return ()


def _value(merged: Mapping[str, Any], path: SpecPath) -> Value | Any:
    value: Any = merged
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value


def _append(text: str, root: Node, path: SpecPath, item: Value) -> tuple[Splice, ...]:
    """Add `item` to the list at `path`, making what is missing on the way."""
    nodes, missing = walk(root, path)
    if missing:
        return _add_key(text, nodes, missing, [item])
    target = nodes[-1]
    if isinstance(target, SequenceNode):
        return _into_list(text, nodes, path, item)
    if is_empty(target):
        return _below_key(text, nodes, path, item)
    return (Splice(target.start_mark.index, target.end_mark.index, flow([item])),)


def _add_key(text: str, nodes: list[Node], missing: SpecPath, value: Value) -> tuple[Splice, ...]:
    """Add the keys `missing` with `value` to the last mapping of `nodes`."""
    parent = nodes[-1]
    if not isinstance(parent, MappingNode) or not all(isinstance(part, str) for part in missing):
        raise refused(f"there is no place for {'.'.join(map(str, missing))}")
    for part in reversed(missing[1:]):
        value = {str(part): value}
    key = str(missing[0])
    if is_flow(parent):
        pairs = [(k.start_mark, content_end(v)) for k, v in parent.value]
        return into_flow(text, parent, pairs, f"{key}: {flow(value)}")
    lines = block_pair(key, value, parent.start_mark.column, _list_offset(nodes[0]))
    before = _predecessor([str(k.value) for k, _ in parent.value], key, is_root=len(nodes) == 1)
    return (new_lines(text, content_end(pair_of(parent, before)[1]), lines),)


def _list_offset(root: Node) -> int:
    """How far lists are indented below their key, as most of the file does it; 2 by default."""
    offsets: Counter[int] = Counter()
    _count_offsets(root, offsets)
    return offsets.most_common(1)[0][0] if offsets else 2


def _count_offsets(node: Node, offsets: Counter[int]) -> None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if isinstance(value, SequenceNode) and not is_flow(value):
                offsets[value.start_mark.column - key.start_mark.column] += 1
            _count_offsets(value, offsets)
    elif isinstance(node, SequenceNode):
        for item in node.value:
            _count_offsets(item, offsets)


def _into_list(text: str, nodes: list[Node], path: SpecPath, item: Value) -> tuple[Splice, ...]:
    target = nodes[-1]
    if is_flow(target):
        if not target.value and not is_flow(nodes[-2]) and _is_one_line(target):
            return _open_up(text, nodes, path, item)
        return into_flow(text, target, [(n.start_mark, content_end(n)) for n in target.value], flow(item))
    first, last = target.value[0], target.value[-1]
    same_line = first.start_mark.line == target.start_mark.line
    gap = first.start_mark.column - target.start_mark.column if same_line else 2
    as_block = isinstance(last, MappingNode) and not is_flow(last)
    lines = block_item(item, target.start_mark.column, max(gap, 2), as_block=as_block)
    return (new_lines(text, content_end(target), lines),)


def _is_one_line(node: Node) -> bool:
    return bool(node.start_mark.line == node.end_mark.line)


def _open_up(text: str, nodes: list[Node], path: SpecPath, item: Value) -> tuple[Splice, ...]:
    """Turn `outliers: []` into a block list; a comment behind it stays on its line."""
    start, end = nodes[-1].start_mark.index, nodes[-1].end_mark.index
    start = len(text[:start].rstrip(" "))
    return (Splice(start, end, ""), *_below_key(text, nodes, path, item))


def _below_key(text: str, nodes: list[Node], path: SpecPath, item: Value) -> tuple[Splice, ...]:
    """The first item of a list below a key that has no value."""
    parent, offset = nodes[-2], _list_offset(nodes[0])
    if not isinstance(parent, MappingNode) or is_flow(parent):
        return (Splice(nodes[-1].start_mark.index, nodes[-1].end_mark.index, " " + flow([item])),)
    key = pair_of(parent, str(path[-1]))[0]
    lines = block_item(item, key.start_mark.column + offset, 2, as_block=False)
    return (new_lines(text, nodes[-1].end_mark.index, lines),)


def _put(text: str, root: Node, path: SpecPath, value: Value) -> tuple[Splice, ...]:
    """Set the value at `path`; adds the key where it is missing."""
    nodes, missing = walk(root, path)
    if missing:
        return _add_key(text, nodes, missing, value)
    target = nodes[-1]
    start, end = target.start_mark.index, target.end_mark.index
    if is_empty(target):
        return (Splice(start, end, " " + flow(value)),)
    if isinstance(target, ScalarNode) and target.style in {"|", ">"}:
        raise refused("the value is a text block")
    if not isinstance(target, ScalarNode) and not is_flow(target):
        raise refused("the value spans a block of lines")
    quote = target.style if isinstance(target, ScalarNode) and isinstance(value, str) else ""
    return (Splice(start, end, scalar(value, quote or "") if isinstance(value, str) else flow(value)),)


def _remove(text: str, root: Node, path: SpecPath) -> tuple[Splice, ...]:
    """Take out what stands at `path`; the last item of a list takes the list's key along."""
    nodes, missing = walk(root, path)
    if missing or len(nodes) < 2:
        raise refused(f"there is no {'.'.join(map(str, path))}")
    parent = nodes[-2]
    spans = _spans(parent)
    if len(spans) == 1:
        return _remove(text, root, path[:-1])
    place = _place(parent, path[-1])
    if is_flow(parent):
        return (_from_flow(text, parent, spans, place),)
    return (_whole_lines(text, *spans[place]),)


def _spans(parent: Node) -> list[tuple[int, int]]:
    if isinstance(parent, MappingNode):
        return [(key.start_mark.index, content_end(value)) for key, value in parent.value]
    return [(item.start_mark.index, content_end(item)) for item in parent.value]


def _place(parent: Node, part: str | int) -> int:
    if isinstance(parent, SequenceNode):
        return int(part)
    return next(number for number, (key, _) in enumerate(parent.value) if key.value == part)


def _from_flow(text: str, parent: Node, spans: list[tuple[int, int]], place: int) -> Splice:
    """The item with one of the commas beside it."""
    if place > 0:
        return Splice(spans[place - 1][1], spans[place][1], "")
    comma = comma_after(text, spans[0][1], parent.end_mark.index - 1)
    stop = spans[1][0] if comma is None or "#" in text[comma : spans[1][0]] else comma + 1
    while stop < spans[1][0] and text[stop] == " ":
        stop += 1
    return Splice(spans[0][0], stop, "")


def _whole_lines(text: str, start: int, end: int) -> Splice:
    """The lines of a block item, from its dash or key to the end of its content."""
    first = line_start(text, start)
    if text[first:start].strip(" -") or text[first:start].count("-") > 1:
        raise refused("it shares its line with something else")
    if end > 0 and text[end - 1] in BREAKS:
        return Splice(first, end, "")
    last = next_line(text, end)
    if last == line_end(text, end) and first > 0:
        # The file ends here without a line break: the one before goes instead, so that it still does.
        before = first - 2 if text[first - 2 : first] == "\r\n" else first - 1
        return Splice(before, last, "")
    return Splice(first, last, "")


_ORDER = tuple(ForecastSpec.model_fields)


def _predecessor(present: list[str], key: str, *, is_root: bool) -> str:
    """The key of `present` after which `key` belongs: the nearest one ahead of it, else the last."""
    if not is_root or key not in _ORDER:
        return present[-1]
    ahead = _ORDER[: _ORDER.index(key)]
    return next((name for name in reversed(ahead) if name in present), present[-1])
