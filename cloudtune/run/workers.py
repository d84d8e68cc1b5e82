"""Spreading work on many specs over processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")


def spread(
    begin: Callable[[], Callable[[str], T]], names: Sequence[str], *, jobs: int
) -> Iterator[tuple[str, T]]:
    """Yield (name, work(name)) in the order of `names`, where `begin()` gives each process its `work`.

    What the work needs for all names is made once a process, by `begin`, and goes with the process.
    `work` must not raise; several jobs need a picklable `begin`. Results do not depend on the number of jobs.
    """
    done = 0
    if jobs > 1 and len(names) > 1:
        for pair in _together(begin, names, jobs):
            done += 1
            yield pair
    if done < len(names):
        work = begin()
        yield from ((name, work(name)) for name in names[done:])


def _together(
    begin: Callable[[], Callable[[str], T]], names: Sequence[str], jobs: int
) -> Iterator[tuple[str, T]]:
    """Results as far as the processes live: one that is killed, for want of memory say, takes all with it."""
    # Spawned rather than forked: DuckDB and BLAS keep threads that a fork would leave locked.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(jobs, len(names)), context, initializer=_Worker.start, initargs=(begin,))
    try:
        with suppress(BrokenProcessPool):
            yield from zip(names, pool.map(_Worker.serve, names), strict=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


class _Worker:
    """A process of the pool: the one place where it keeps its work from one name to the next."""

    work: Callable[[str], Any]

    @classmethod
    def start(cls, begin: Callable[[], Callable[[str], Any]]) -> None:
        """Called once in each new process."""
        # Ctrl-C is for the parent, which then stops the pool.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        cls.work = staticmethod(begin())

    @classmethod
    def serve(cls, name: str) -> Any:
        """Called in a process of the pool for each name."""
        return cls.work(name)


def one_thread_each() -> None:
    """Ask BLAS for one thread; with more, small solves spend their time on locks."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
