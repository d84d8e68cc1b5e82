"""Thinning: exact against brute force, never below need, deterministic."""

from __future__ import annotations

from itertools import combinations, pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudtune.plan.thinning import Pieces, thin

needs = st.lists(st.integers(0, 12), min_size=1, max_size=8)


def area(pieces: Pieces, width: np.ndarray) -> int:
    return int((expanded(pieces, len(width)) * width).sum())


def expanded(pieces: Pieces, count: int) -> np.ndarray:
    return np.repeat(pieces.values, np.diff(np.append(pieces.first, count)))


def cheapest(need: list[int], width: list[int], most: int, gap: int) -> int:
    """Every way to cut, tried."""
    n, found = len(need), []
    for k in range(min(most, n)):
        for cuts in combinations(range(1, n), k):
            edges = [0, *cuts, n]
            parts = list(pairwise(edges))
            if all(sum(width[i:j]) >= gap for i, j in parts[:-1]):
                found.append(sum(max(need[i:j]) * sum(width[i:j]) for i, j in parts))
    return min(found)


@pytest.mark.parametrize(
    ("most", "expected"),
    [(1, "10x6"), (2, "5x2 10x4"), (3, "5x2 10x2 6x2"), (4, "5x2 10x2 6x1 4x1")],
)
def test_the_worked_example(most, expected):
    pieces = thin(np.array([4, 5, 9, 10, 6, 4]), np.ones(6, dtype="int64"), most)
    lengths = np.diff(np.append(pieces.first, 6))
    steps = zip(pieces.values, lengths, strict=True)
    assert " ".join(f"{value}x{length}" for value, length in steps) == expected


@given(needs, st.data())
def test_no_other_cut_is_cheaper(need, data):
    width = data.draw(st.lists(st.integers(1, 4), min_size=len(need), max_size=len(need)))
    most = data.draw(st.integers(1, 8))
    gap = data.draw(st.integers(0, 6))
    pieces = thin(np.array(need), np.array(width), most, gap)
    assert area(pieces, np.array(width)) == cheapest(need, width, most, gap)
    assert len(pieces) <= most
    lengths = np.add.reduceat(np.array(width), pieces.first)
    assert (lengths[:-1] >= gap).all()


@given(st.lists(st.integers(0, 500), min_size=1, max_size=60), st.integers(1, 12), st.integers(0, 30))
def test_the_steps_are_never_below_the_need(need, most, gap):
    pieces = thin(np.array(need), np.full(len(need), 5), most, gap)
    assert (expanded(pieces, len(need)) >= np.array(need)).all()
    assert pieces.first[0] == 0
    assert len(pieces) <= most


@given(st.lists(st.integers(0, 500), min_size=1, max_size=40), st.integers(1, 12))
def test_more_steps_never_cost_more(need, most):
    width = np.ones(len(need), dtype="int64")
    fewer, more = (area(thin(np.array(need), width, k), width) for k in (most, most + 1))
    assert more <= fewer


@given(st.lists(st.integers(0, 9), min_size=1, max_size=40), st.integers(1, 6))
def test_thinning_what_is_thin_changes_nothing(need, most):
    width = np.ones(len(need), dtype="int64")
    once = thin(np.array(need), width, most)
    twice = thin(expanded(once, len(need)), width, most)
    assert (expanded(once, len(need)) == expanded(twice, len(need))).all()


def test_a_flat_need_is_one_step():
    pieces = thin(np.full(500, 7), np.full(500, 15), 120, 5)
    assert (pieces.first.tolist(), pieces.values.tolist()) == ([0], [7])
