"""Stretches of true flags as half-open index pairs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Span = tuple[int, int]


def spans(flags: NDArray[np.bool_]) -> list[Span]:
    """The stretches where `flags` is true."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype("int8"), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def joined(found: list[Span], gap: int) -> list[Span]:
    """The same with those that lie at most `gap` points apart made one."""
    merged: list[Span] = []
    for start, stop in found:
        if merged and start - merged[-1][1] <= gap:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged


def grow(flags: NDArray[np.bool_], start: int, stop: int) -> Span:
    """The span widened both ways as long as `flags` is true."""
    while start > 0 and flags[start - 1]:
        start -= 1
    while stop < flags.size and flags[stop]:
        stop += 1
    return start, stop
