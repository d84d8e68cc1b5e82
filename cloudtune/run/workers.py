"""Spreading work on many specs over processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

T = TypeVar("T")


def spread(work: Callable[[str], T], names: Sequence[str], *, jobs: int) -> Iterator[tuple[str, T]]:
    """Yield (name, work(name)) in the order of `names`; `work` must not raise.

    Several jobs need a picklable `work`. Results do not depend on the number of jobs.
    """
    done = 0
    if jobs > 1 and len(names) > 1:
        for pair in _together(work, names, jobs):
            done += 1
            yield pair
    yield from ((name, work(name)) for name in names[done:])


def _together(work: Callable[[str], T], names: Sequence[str], jobs: int) -> Iterator[tuple[str, T]]:
    """Results as far as the processes live: one that is killed, for want of memory say, takes all with it."""
    # Spawned rather than forked: DuckDB and BLAS keep threads that a fork would leave locked.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(min(jobs, len(names)), context, initializer=_quiet_worker)
    try:
        with suppress(BrokenProcessPool):
            yield from zip(names, pool.map(work, names), strict=True)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def one_thread_each() -> None:
    """Ask BLAS for one thread; with more, small solves spend their time on locks."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")


def _quiet_worker() -> None:
    """Leave Ctrl-C to the parent, which then stops the pool."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
