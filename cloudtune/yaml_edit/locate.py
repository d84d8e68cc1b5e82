"""Where the values of a YAML text stand, to the character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath

BREAKS = "\n\r\x85\u2028\u2029"
_BREAK = re.compile(r"\r\n|[\n\r\x85\u2028\u2029]")

Value = str | list[Any] | dict[str, Any]
"""YAML data as the spec language sees it: every scalar is text."""


def compose(text: str) -> Node:
    """The node tree of `text`; refuses what is no YAML mapping.

    Why: PyYAML's own parser, not libyaml's, because its marks count characters of the text.
    """
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise refused(f"the file is no valid YAML: {error}") from error
    if not isinstance(root, MappingNode):
        raise refused("the file holds no mapping")
    return root


def plain(node: Node) -> Value:
    """The data of a node, scalars as the text that is written."""
    if isinstance(node, MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [plain(item) for item in node.value]
    return str(node.value)


def walk(root: Node, path: SpecPath) -> tuple[list[Node], SpecPath]:
    """The nodes along `path` from the root on, and the part of the path that isn't there."""
    nodes = [root]
    for position, part in enumerate(path):
        child = _child(nodes[-1], part)
        if child is None:
            return nodes, path[position:]
        nodes.append(child)
    return nodes, ()


def pair_of(mapping: MappingNode, key: str) -> tuple[Node, Node]:
    """The key node and value node of an existing key."""
    return next((k, v) for k, v in mapping.value if k.value == key)


def is_flow(node: Node) -> bool:
    """True for `{...}` and `[...]`."""
    return isinstance(node, MappingNode | SequenceNode) and bool(node.flow_style)


def is_empty(node: Node) -> bool:
    """True for a key without a value: `outliers:`."""
    return isinstance(node, ScalarNode) and node.start_mark.index == node.end_mark.index


def content_end(node: Node) -> int:
    """The index just after the last character of a node, without comments and blank lines.

    Why: a block collection's own end mark stands at the next token, comments included.
    """
    if isinstance(node, ScalarNode) or is_flow(node) or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return content_end(last[1] if isinstance(node, MappingNode) else last)


def line_start(text: str, index: int) -> int:
    """The index of the first character of the line that holds `index`."""
    while index > 0 and text[index - 1] not in BREAKS:
        index -= 1
    return index


def line_end(text: str, index: int) -> int:
    """The index of the line break at or after `index`, or of the end of the text."""
    match = _BREAK.search(text, index)
    return match.start() if match else len(text)


def next_line(text: str, index: int) -> int:
    """The index of the first character of the line after the one that holds `index`."""
    match = _BREAK.search(text, index)
    return match.end() if match else len(text)


def newline_near(text: str, index: int) -> str:
    """The line break in use around `index`: of its own line, else of the file's first."""
    match = _BREAK.search(text, index) or _BREAK.search(text)
    return match[0] if match else "\n"


def refused(message: str) -> Refusal:
    """An edit that can't be made in place."""
    hint = "make the change by hand; nothing was written"
    return Refusal(Problem("CT791", f"the edit can't be made in place: {message}", hint))


def _child(node: Node, part: str | int) -> Node | None:
    if isinstance(node, MappingNode) and isinstance(part, str):
        return next((value for key, value in node.value if key.value == part), None)
    if isinstance(node, SequenceNode) and isinstance(part, int) and part < len(node.value):
        child: Node = node.value[part]
        return child
    return None
