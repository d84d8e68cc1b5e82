"""Spreading work on many specs over processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from cloudtune.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Future
    from multiprocessing.process import BaseProcess

T = TypeVar("T")
PATIENCE = 5.0
"""Seconds that a process has to end after it was asked."""
LAST_CALL = 2
"""Seconds after which it ends by itself."""


def spread(
    begin: Callable[[], Callable[[str], T]],
    names: Sequence[str],
    *,
    jobs: int,
    lost: Callable[[str, Problem], T],
) -> Iterator[tuple[str, T]]:
    """Yield (name, work(name)) in the order of `names`, where `begin()` gives each process its `work`.

    What the work needs for all names is made once a process, by `begin`, and goes with the process.
    `work` must not raise; several jobs need a picklable `begin`. Results do not depend on the number of jobs.
    A name whose process is killed, for want of memory say, is tried once more alone in a process of
    its own; if that dies too, `lost` makes its result from the problem. All other names are done.
    """
    if jobs > 1 and len(names) > 1:
        yield from _in_order(_together(begin, names, jobs, lost), names)
    elif names:
        work = begin()
        yield from ((name, work(name)) for name in names)


def within(
    begin: Callable[[], Callable[[str], T]], names: Sequence[str], *, seconds: float
) -> Iterator[tuple[str, T | None]]:
    """Yield (name, work(name)) as far as `seconds` go; None where they end, or where the process dies.

    One process does the work and is ended when the time is over; names that it never came to are None, too.
    """
    until = time.monotonic() + seconds
    left = deque(names)
    while left and time.monotonic() < until:
        try:
            with _pool(begin, 1) as pool:
                while left:
                    future = pool.submit(_Worker.serve, left[0])
                    result = future.result(timeout=max(0.0, until - time.monotonic()))
                    yield left.popleft(), result
        except (TimeoutError, BrokenProcessPool):
            yield left.popleft(), None
    yield from ((name, None) for name in left)


def _in_order(pairs: Iterable[tuple[str, T]], names: Sequence[str]) -> Iterator[tuple[str, T]]:
    """The pairs in the order of `names`, each as soon as those before it have come."""
    waiting, come = iter(names), {}
    expected = next(waiting, None)
    for name, result in pairs:
        come[name] = result
        while expected in come:
            yield expected, come.pop(expected)
            expected = next(waiting, None)


def _together(
    begin: Callable[[], Callable[[str], T]],
    names: Sequence[str],
    jobs: int,
    lost: Callable[[str, Problem], T],
) -> Iterator[tuple[str, T]]:
    """Results as they come. A process that dies breaks its pool: what it ran is suspect, the rest goes on."""
    left = deque(names)
    while left:
        suspects: list[str] = []
        with _pool(begin, min(jobs, len(left))) as pool:
            yield from _drained(pool, left, jobs, suspects)
        for name in suspects:
            yield name, _alone(begin, name, lost)


def _drained(
    pool: ProcessPoolExecutor, left: deque[str], jobs: int, suspects: list[str]
) -> Iterator[tuple[str, Any]]:
    """Results until `left` is empty or the pool is broken; names that ran when it broke become suspects.

    No more names are handed out than processes run, so that a suspect really ran.
    """
    running: dict[Future[Any], str] = {}
    while left or running:
        try:
            while left and len(running) < jobs:
                future = pool.submit(_Worker.serve, left[0])
                running[future] = left.popleft()
        except BrokenProcessPool:
            suspects += running.values()
            return
        for future in wait(running, return_when=FIRST_COMPLETED).done:
            name = running.pop(future)
            if isinstance(future.exception(), BrokenProcessPool):
                suspects.append(name)
            else:
                yield name, future.result()
        if suspects:
            suspects += running.values()
            return


def _alone(begin: Callable[[], Callable[[str], T]], name: str, lost: Callable[[str, Problem], T]) -> T:
    """The result of a suspect in a process that nobody shares; as `lost` says where that dies, too."""
    with _pool(begin, 1) as pool:
        try:
            found: T = pool.submit(_Worker.serve, name).result()
        except BrokenProcessPool:
            return lost(name, _killed(name))
        return found


def _killed(name: str) -> Problem:
    message = f"the process of {name} was killed, the second time alone: perhaps for want of memory"
    return Problem("CT739", message, "give it more memory or a shorter history, and run it by itself")


@contextmanager
def _pool(begin: Callable[[], Callable[[str], Any]], jobs: int) -> Iterator[ProcessPoolExecutor]:
    """Processes that end with the block: when they are done, or at once where the block is left early.

    Why at once: after a Ctrl-C nobody waits for fits, and a second one must find nothing left to wait for.
    """
    others = set(multiprocessing.active_children())
    # Spawned rather than forked: DuckDB and BLAS keep threads that a fork would leave locked.
    context = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(jobs, context, initializer=_Worker.start, initargs=(begin,))
    try:
        yield pool
    except BaseException:
        _stop(set(multiprocessing.active_children()) - others)
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _stop(processes: Iterable[BaseProcess]) -> None:
    """Ask the processes to end; kill those that are still there after a while."""
    asked = list(processes)
    for process in asked:
        process.terminate()
    until = time.monotonic() + PATIENCE
    for process in asked:
        process.join(max(0.0, until - time.monotonic()))
        if process.is_alive():
            process.kill()


class _Stopped(SystemExit):
    """The parent has asked this process to end."""


class _Worker:
    """A process of the pool: the one place where it keeps its work from one name to the next."""

    work: Callable[[str], Any]

    @classmethod
    def start(cls, begin: Callable[[], Callable[[str], Any]]) -> None:
        """Called once in each new process."""
        # Ctrl-C is for the parent, which then stops the pool.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, cls._end)
        cls.work = staticmethod(begin())

    @classmethod
    def serve(cls, name: str) -> Any:
        """Called in a process of the pool for each name."""
        try:
            return cls.work(name)
        except _Stopped:
            # Half-written files are gone by now. The pool would take a mere exit for a result and go on.
            os._exit(1)

    @classmethod
    def _end(cls, *_: object) -> None:
        """Leave through every `finally` on the way, once: a second signal must not cut them short."""
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        # Whoever takes the exception for a result and waits for more work is ended by the alarm.
        signal.alarm(LAST_CALL)
        # Looked up, not imported: where nothing was read there is no query to end.
        if (opening := sys.modules.get("cloudtune.data.opening")) is not None:
            opening.interrupt()
        raise _Stopped(1)


def one_thread_each() -> None:
    """Ask BLAS for one thread; with more, small solves spend their time on locks."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ.setdefault(name, "1")
