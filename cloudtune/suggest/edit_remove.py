"""Taking out a list item or a key, and nothing around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yaml.nodes import MappingNode, Node, SequenceNode

from cloudtune.suggest.flow_insert import comma_after
from cloudtune.suggest.splice import Splice
from cloudtune.suggest.yaml_text import (
    BREAKS,
    content_end,
    is_flow,
    line_end,
    line_start,
    next_line,
    refused,
    walk,
)

if TYPE_CHECKING:
    from cloudtune.errors import SpecPath


def remove(text: str, root: Node, path: SpecPath) -> tuple[Splice, ...]:
    """Take out what stands at `path`; the last item of a list takes the list's key along."""
    nodes, missing = walk(root, path)
    if missing or len(nodes) < 2:
        raise refused(f"there is no {'.'.join(map(str, path))}")
    parent = nodes[-2]
    spans = _spans(parent)
    if len(spans) == 1:
        return remove(text, root, path[:-1])
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
