"""Few steps from above: the cheapest step function over a need, by dynamic programming."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.plan.arrays import Ints

FAR = np.int64(2**62)
"""The cost of what can't be."""


@dataclass(frozen=True, eq=False)
class Pieces:
    """A step function over buckets: where each step begins, and its value."""

    first: Ints
    values: Ints

    def __len__(self) -> int:
        return len(self.first)


def thin(need: Ints, width: Ints, most: int, gap: int = 0) -> Pieces:
    """The step function of least area that is nowhere below `need`, in at most `most` steps.

    f[k][j] = min over i < j of f[k-1][i] + max(need[i:j]) x (W[j] - W[i]), where W adds up `width`; steps
    shorter than `gap` (in units of width) are left out, the last one excepted. Whole numbers, so
    that the optimum is exact. Of equal costs the latest start and the fewest steps win: the same need
    gives the same steps. Work: most x n² / 2 after equal neighbours are joined.
    """
    edges = _edges(need, joined=gap <= int(width.min()))
    values = need[edges[:-1]]
    along = np.concatenate(([0], np.cumsum(width)))[edges]
    origins, costs = _tables(values, along, min(most, len(values)), gap)
    starts = _walk_back(origins, int(np.argmin(costs)) + 1, len(values))
    tops = np.maximum.reduceat(values, starts)
    changed = np.append(True, np.diff(tops) != 0)
    return Pieces(edges[starts][changed], tops[changed])


def _edges(need: Ints, *, joined: bool) -> Ints:
    """Where the need changes, both ends included."""
    if not joined:
        return np.arange(len(need) + 1)
    return np.concatenate(([0], np.flatnonzero(np.diff(need)) + 1, [len(need)]))


def _tables(values: Ints, along: Ints, most: int, gap: int) -> tuple[Ints, Ints]:
    """For every count of steps and every end the best start of the last step; and the cost of each count.

    Starts are stored backwards, so that the first of equals, which argmin takes, is the latest.
    """
    n = len(values)
    # cost[k, n - i] of covering the buckets before i with exactly k steps
    cost = np.full((most + 1, n + 1), FAR)
    cost[0, n] = 0
    origins = np.zeros((most + 1, n + 1), dtype="int32")
    tops, back = np.zeros(n + 1, dtype="int64"), along[::-1]
    for j in range(1, n + 1):
        np.maximum(tops[n - j + 1 :], values[j - 1], out=tops[n - j + 1 :])
        latest = j - 1 if j == n else int(np.searchsorted(along, along[j] - gap, side="right")) - 1
        if latest < 0:
            continue
        place = slice(n - min(latest, j - 1), n + 1)
        reach = cost[:-1, place] + tops[place] * (along[j] - back[place])
        best = reach.argmin(axis=1)
        cost[1:, n - j] = np.minimum(reach[np.arange(most), best], FAR)
        origins[1:, j] = min(latest, j - 1) - best
    return origins, cost[1:, 0]


def _walk_back(origins: Ints, count: int, n: int) -> Ints:
    """Starts of the steps, from the last one back."""
    starts, end = [], n
    for k in range(count, 0, -1):
        end = int(origins[k, end])
        starts.append(end)
    return np.array(starts[::-1], dtype="int64")
