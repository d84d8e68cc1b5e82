"""Where each key and each value of a YAML text stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.errors import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml.error import Mark

    from cloudtune.errors import SpecPath


_NOTHING: dict[str | int, Place] = {}
"""Shared by all scalars, never written to: a store of 1,000 specs has 100,000 of them."""


class Place:
    """One node of a YAML text: a scalar, a list or a map, with its marks."""

    __slots__ = ("end", "entries", "is_block", "is_map", "key", "start")

    def __init__(self, start: Mark, end: Mark, entries: dict[str | int, Place] = _NOTHING) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.key: Place | None = None
        """The key that leads here; None in lists and at the top."""
        self.is_map = False
        self.is_block = False
        """True for lists and maps written over several lines by indentation."""

    def walk(self, path: SpecPath) -> Iterator[tuple[str | int, Place]]:
        """The nodes along `path`; segments that the text lacks (tags of a union) are skipped."""
        node = self
        for segment in path:
            if segment in node.entries:
                node = node.entries[segment]
                yield segment, node

    def find(self, path: SpecPath) -> Place:
        """The deepest node that `path` leads to."""
        node = self
        for _, deeper in self.walk(path):
            node = deeper
        return node

    def span(self, *, at_key: bool = False) -> Span:
        """The stretch of text to point at: the key where asked or where the value sprawls."""
        if self.key is not None and (at_key or self.is_block):
            return self.key.span()
        if self.is_block and self.entries:
            return next(iter(self.entries.values())).span(at_key=True)
        return span_of(self.start, self.end)


def span_of(start: Mark, end: Mark) -> Span:
    """The span between two marks of PyYAML, which count from 0."""
    return Span(start.line + 1, start.column + 1, end.line + 1, end.column + 1)
