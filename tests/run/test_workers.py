"""Many specs, any number of processes, one order."""

from __future__ import annotations

import multiprocessing
import os
import signal
from typing import TYPE_CHECKING

import pytest

from cloudtune.run.workers import spread

if TYPE_CHECKING:
    from collections.abc import Callable


def shout(name: str) -> str:
    return name.upper()


def begin() -> Callable[[str], str]:
    return shout


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
    assert list(spread(begin, names, jobs=jobs)) == [("b", "B"), ("a", "A"), ("c", "C")]


def test_no_names_is_no_work() -> None:
    assert list(spread(begin, [], jobs=4)) == []


def shout_once(name: str) -> str:
    """Dies in a worker as if the machine had killed it for want of memory."""
    if multiprocessing.parent_process() and name == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    return name.upper()


def begin_once() -> Callable[[str], str]:
    return shout_once


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_process_begins_its_work_once_for_all_its_names(jobs: int) -> None:
    counts = [found for _, found in spread(Counter, list("abcdef"), jobs=jobs)]
    assert sum(dict(counts).values()) == len(counts)


def test_work_goes_on_where_a_worker_is_killed() -> None:
    names = ["a", "b", "c", "d"]
    assert list(spread(begin_once, names, jobs=2)) == [(name, name.upper()) for name in names]
