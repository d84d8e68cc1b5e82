"""The keys that each block of the spec language may hold."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Union, get_args, get_origin

from cloudtune.spec.values import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import BaseModel

    from cloudtune.errors import SpecPath

_DEEPEST = 6


def keys_at(model: type[Block], path: SpecPath, data: Any) -> list[str]:
    """The keys known to the block that `path` leads to, in the order of the schema."""
    blocks: list[type[Block]] = [model]
    for segment in path:
        data = data[segment]
        if isinstance(segment, str):
            # A key that no block knows is a name of the user's own: its value is what the map holds.
            if any(segment in _children(block) for block in blocks):
                blocks = [inner for block in blocks for inner in _children(block).get(segment, ())]
            blocks = [block for block in blocks if _is_kind(block, data)]
    return list(dict.fromkeys(key for block in blocks for key in _children(block)))


def _is_kind(block: type[Block], data: Any) -> bool:
    """False for a block of another kind than the data says it is."""
    field = block.model_fields.get("kind")
    if field is None or not isinstance(data, dict) or "kind" not in data:
        return True
    return data["kind"] in get_args(field.annotation)


@cache
def homes(model: type[Block]) -> dict[str, str]:
    """For each key of the language the block it belongs under, the shallowest one."""
    found: dict[str, str] = {}
    level: list[tuple[str, type[Block]]] = [("", model)]
    for _ in range(_DEEPEST):
        for where, block in level:
            for key in _children(block):
                found.setdefault(key, where)
        level = [deeper for where, block in level for deeper in _deeper(where, block)]
    return found


@cache
def defaults_of(block: type[BaseModel]) -> dict[str, Any]:
    """The default of each field, by name; pydantic's PydanticUndefined where it is required."""
    fields = block.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}


def key_of(name: str, block: type[Block]) -> str:
    """A field's name as the YAML writes it."""
    return block.model_fields[name].alias or name


def blocks_of(annotation: Any) -> list[type[Block]]:
    """The blocks that a field's type may hold."""
    return list(dict.fromkeys(_blocks(annotation)))


def _deeper(where: str, block: type[Block]) -> Iterator[tuple[str, type[Block]]]:
    for key, inner in _children(block).items():
        path = f"{where}.{key}" if where else key
        yield from ((path, child) for child in inner)


@cache
def _children(block: type[Block]) -> dict[str, tuple[type[Block], ...]]:
    fields = block.model_fields
    return {key_of(name, block): tuple(blocks_of(field.annotation)) for name, field in fields.items()}


def _blocks(annotation: Any) -> Iterator[type[Block]]:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        if issubclass(annotation, Block):
            yield annotation
        return
    if get_origin(annotation) is Union or get_args(annotation):
        for part in get_args(annotation):
            yield from _blocks(part)
