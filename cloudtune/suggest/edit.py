"""Edits of a YAML text in place: only the lines that are meant change."""

from __future__ import annotations

import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudtune.suggest import edit_insert, edit_remove, edit_set
from cloudtune.suggest.yaml_text import compose, plain, refused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.suggest.splice import Splice
    from cloudtune.suggest.yaml_text import Value


@dataclass(frozen=True, slots=True)
class Append:
    """Add an item to the list at `path`; the list and the maps around it are made where missing."""

    path: SpecPath
    item: Value

    def splices(self, text: str) -> tuple[Splice, ...]:
        """The pieces of text to replace."""
        return edit_insert.append(text, compose(text), self.path, self.item)

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
        return edit_set.put(text, compose(text), self.path, self.value)

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
        return edit_remove.remove(text, compose(text), self.path)

    def change(self, data: Value) -> None:
        """The same on plain data, in place."""
        parent, key = _parent(data, self.path, make=False)
        del parent[key]
        if not parent and len(self.path) > 1:
            Remove(self.path[:-1]).change(data)


Edit = Append | Put | Remove


def apply(text: str, edits: Sequence[Edit]) -> str:
    """`text` with all edits made; refuses where the outcome would say anything else."""
    for edit in edits:
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
