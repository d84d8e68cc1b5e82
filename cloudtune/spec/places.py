"""Where each key and each value of a YAML text stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cloudtune.errors import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from yaml import Mark

    from cloudtune.errors import SpecPath


@dataclass(slots=True)
class Place:
    """One node of a YAML text: a scalar, a list or a map, with its marks."""

    start: Mark
    end: Mark
    key: Place | None = None
    """The key that leads here; None in lists and at the top."""
    entries: dict[str | int, Place] = field(default_factory=dict)
    is_map: bool = False
    is_block: bool = False
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
        return Span(self.start.line + 1, self.start.column + 1, self.end.line + 1, self.end.column + 1)
