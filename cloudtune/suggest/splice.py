"""A piece of text to put in place of another."""

from __future__ import annotations

from typing import NamedTuple

from cloudtune.suggest.yaml_text import BREAKS, line_end, newline_near


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
