"""Changing one value where it stands, in the quotes that it has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.nodes import Node, ScalarNode

from cloudtune.suggest.edit_insert import add_key
from cloudtune.suggest.splice import Splice
from cloudtune.suggest.yaml_text import is_empty, is_flow, refused, walk
from cloudtune.suggest.yaml_write import flow, scalar

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath
    from cloudtune.suggest.yaml_text import Value


def put(text: str, root: Node, path: SpecPath, value: Value) -> tuple[Splice, ...]:
    """Set the value at `path`; adds the key where it is missing."""
    nodes, missing = walk(root, path)
    if missing:
        return add_key(text, nodes, missing, value)
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
