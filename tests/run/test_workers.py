"""Many specs, any number of processes, one order."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from cloudtune.run.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.errors import Problem


def shout(name: str) -> str:
    return name.upper()


def begin() -> Callable[[str], str]:
    return shout


def lost(name: str, _: Problem) -> str:
    raise AssertionError(name)


class Counter:
    """Work that counts how often its process has done it."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, _: str) -> tuple[int, int]:
        self.count += 1
        return os.getpid(), self.count


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_the_order_of_the_names_whatever_the_jobs(jobs: int) -> None:
    names = ["b", "a", "c"]
    assert list(spread(begin, names, jobs=jobs, lost=lost)) == [("b", "B"), ("a", "A"), ("c", "C")]


def test_no_names_is_no_work() -> None:
    assert list(spread(begin, [], jobs=4, lost=lost)) == []


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_process_begins_its_work_once_for_all_its_names(jobs: int) -> None:
    counts = [found for _, found in spread(Counter, list("abcdef"), jobs=jobs, lost=lost)]
    assert sum(dict(counts).values()) == len(counts)
