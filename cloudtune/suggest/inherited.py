"""Lists that a spec inherits, written out before they are edited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cloudtune.suggest.edit import Put, apply
from cloudtune.suggest.yaml_text import compose, walk

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.spec.store import Store
    from cloudtune.suggest.edit import Edit
    from cloudtune.suggest.yaml_text import Value


def merged_of(store: Store, file: str) -> Mapping[str, Any]:
    """A file's values with those that it inherits from `_defaults.yaml`."""
    layers = store.sources.get(file)
    return layers.data if layers is not None else {}


def applied(text: str, edits: Sequence[Edit], merged: Mapping[str, Any]) -> str:
    """`text` with the edits made; an inherited list is copied first, for one of its own replaces it."""
    for edit in edits:
        path = _inherited_list(text, edit.path, merged)
        if path:
            text = apply(text, [Put(path, _value(merged, path))])
        text = apply(text, [edit])
    return text


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
