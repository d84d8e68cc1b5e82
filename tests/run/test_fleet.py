"""Many specs, any number of processes, one order."""

from __future__ import annotations

import multiprocessing
import os
import signal

import pytest

from cloudtune.run.workers import spread


def shout(name: str) -> str:
    return name.upper()


@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_results_come_in_the_order_of_the_names_whatever_the_jobs(jobs: int) -> None:
    names = ["b", "a", "c"]
    assert list(spread(shout, names, jobs=jobs)) == [("b", "B"), ("a", "A"), ("c", "C")]


def test_no_names_is_no_work() -> None:
    assert list(spread(shout, [], jobs=4)) == []


def shout_once(name: str) -> str:
    """Dies in a worker as if the machine had killed it for want of memory."""
    if multiprocessing.parent_process() and name == "b":
        os.kill(os.getpid(), signal.SIGKILL)
    return name.upper()


def test_work_goes_on_where_a_worker_is_killed() -> None:
    names = ["a", "b", "c", "d"]
    assert list(spread(shout_once, names, jobs=2)) == [(name, name.upper()) for name in names]
