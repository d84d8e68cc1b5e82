"""Values that are either a word or a block, told apart before they are judged."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, Tag

Written = TypeVar("Written")


def _word_or_block(value: Any) -> str:
    return "word" if isinstance(value, str) else "block"


WORD_OR_BLOCK = Discriminator(_word_or_block)
"""Why: a plain union reports every branch, one mistake as several problems."""

AutoOr = Annotated[
    Annotated[Literal["auto"], Tag("word")] | Annotated[Written, Tag("block")],
    WORD_OR_BLOCK,
]
