"""What the models say about each key, read from their source."""

from __future__ import annotations

import ast
import inspect
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from cloudtune.spec.values import Block

if TYPE_CHECKING:
    from collections.abc import Iterator

_EXAMPLE = "Example: "


@dataclass(frozen=True, slots=True)
class Doc:
    """What a key means, with an example as it is written in YAML."""

    meaning: str
    example: str = ""


@cache
def docs_of(block: type[Block]) -> dict[str, Doc]:
    """The words below each field of a block, its parents' included, by field name."""
    parents = [parent for parent in reversed(block.__mro__) if issubclass(parent, Block)]
    return {name: doc for parent in parents if parent is not Block for name, doc in _own(parent)}


def _own(block: type[Block]) -> Iterator[tuple[str, Doc]]:
    # Why not pydantic's use_attribute_docstrings: it reads the source at every start.
    tree = ast.parse(inspect.getsource(block)).body[0]
    body = tree.body if isinstance(tree, ast.ClassDef) else []
    for field, words in pairwise(body):
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
            text = _text(words)
            if text:
                yield field.target.id, _doc(text)


def _text(statement: ast.stmt) -> str:
    value = statement.value if isinstance(statement, ast.Expr) else None
    if isinstance(value, ast.Constant) and isinstance(value.value, str):
        return inspect.cleandoc(value.value)
    return ""


def _doc(text: str) -> Doc:
    meaning, _, example = text.partition(f"\n{_EXAMPLE}")
    return Doc(" ".join(meaning.split()), " ".join(example.split()))
