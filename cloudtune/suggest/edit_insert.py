"""Adding a list item or a key without touching what is there."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, SequenceNode

from cloudtune.suggest.flow_insert import into_flow
from cloudtune.suggest.key_order import predecessor
from cloudtune.suggest.splice import Splice, new_lines
from cloudtune.suggest.yaml_text import content_end, is_empty, is_flow, pair_of, refused, walk
from cloudtune.suggest.yaml_write import block_item, block_pair, flow

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath
    from cloudtune.suggest.yaml_text import Value


def append(text: str, root: Node, path: SpecPath, item: Value) -> tuple[Splice, ...]:
    """Add `item` to the list at `path`, making what is missing on the way."""
    nodes, missing = walk(root, path)
    if missing:
        return add_key(text, nodes, missing, [item])
    target = nodes[-1]
    if isinstance(target, SequenceNode):
        return _into_list(text, nodes, path, item)
    if is_empty(target):
        return _below_key(text, nodes, path, item)
    return (Splice(target.start_mark.index, target.end_mark.index, flow([item])),)


def add_key(text: str, nodes: list[Node], missing: SpecPath, value: Value) -> tuple[Splice, ...]:
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
    lines = block_pair(key, value, parent.start_mark.column, list_offset(nodes[0]))
    before = predecessor([str(k.value) for k, _ in parent.value], key, is_root=len(nodes) == 1)
    return (new_lines(text, content_end(pair_of(parent, before)[1]), lines),)


def list_offset(root: Node) -> int:
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
    parent, offset = nodes[-2], list_offset(nodes[0])
    if not isinstance(parent, MappingNode) or is_flow(parent):
        return (Splice(nodes[-1].start_mark.index, nodes[-1].end_mark.index, " " + flow([item])),)
    key = pair_of(parent, str(path[-1]))[0]
    lines = block_item(item, key.start_mark.column + offset, 2, as_block=False)
    return (new_lines(text, nodes[-1].end_mark.index, lines),)
