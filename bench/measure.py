"""Runs one child process and says what it took: seconds, memory, and why it stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took, its children included in the memory."""

    status: str
    seconds: float
    cpu_seconds: float
    peak_mib: int
    tail: str
    """The last words of its output."""


def measure(command: list[str], *, limit_s: float, cwd: Path) -> Cost:
    """Run `command` on one BLAS thread; stop it after `limit_s`."""
    with tempfile.TemporaryFile("w+") as log:
        began, peak, status = time.perf_counter(), 0, "ok"
        child = subprocess.Popen(
            command, stdout=log, stderr=log, cwd=cwd, start_new_session=True, env={**os.environ, **ONE_THREAD}
        )
        while True:
            ended, code, usage = os.wait4(child.pid, os.WNOHANG)
            if ended:
                break
            peak = max(peak, _tree_rss(child.pid))
            if time.perf_counter() - began > limit_s:
                status = f"over {limit_s / 60:g} min"
                os.killpg(child.pid, signal.SIGKILL)
            time.sleep(0.05)
        child.returncode = os.waitstatus_to_exitcode(code)
        if status == "ok" and child.returncode:
            status = "failed"
        log.seek(0)
        tail = log.read()[-2000:]
    return Cost(
        status,
        round(time.perf_counter() - began, 2),
        round(usage.ru_utime + usage.ru_stime, 2),
        round(max(peak, usage.ru_maxrss * 1024) / 2**20),
        tail,
    )


def _tree_rss(root: int) -> int:
    """Resident bytes of a process and all its descendants."""
    children: dict[int, list[int]] = {}
    resident = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            children.setdefault(int(fields[1]), []).append(int(entry.name))
            resident[int(entry.name)] = int(fields[21]) * PAGE
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        total += resident.get(process, 0)
        waiting += children.get(process, [])
    return total
