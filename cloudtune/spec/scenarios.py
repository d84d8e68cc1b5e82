"""What-ifs as a spec writes them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Tag

from cloudtune.spec.choice import WORD_OR_BLOCK
from cloudtune.spec.values import Block, Factor, Length, When


class Change(Block):
    """What a scenario changes of an event's next edition."""

    effect: Factor | None = None
    """Lift instead of what was learned.
    Example: 1.8x"""
    start: When | None = None
    """Another start.
    Example: 2026-07-21"""
    duration: Length | None = None
    """Another length.
    Example: 48h"""


Growth = Literal["linear", "damped", "flat"]
AnyChange = Annotated[
    Annotated[Growth, Tag("word")] | Annotated[Change, Tag("block")],
    WORD_OR_BLOCK,
]
