"""The walls around a command that reads what strangers wrote: no secrets, so much memory, so much time.

A job of a pull request is untrusted, and so is any job with CLOUDTUNE_UNTRUSTED=1 (0 says that it isn't). Its
command begins anew in a process that never had the job's secrets. That costs one more start of Python.
"""

from __future__ import annotations

import multiprocessing
import os
import re
import sys
import threading
from typing import TYPE_CHECKING

from cloudtune.cli import console
from cloudtune.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MEMORY = 4 * 1024**3
"""Bytes that each process may write to; a forecast of two years of minutes takes less than half of it."""
SECONDS = 1800.0
"""For the whole command, unless CLOUDTUNE_SECONDS says otherwise."""
_INSIDE = "CLOUDTUNE_WALLS"
_KEPT = re.compile(
    r"PATH|HOME|LANG|LANGUAGE|LC_[A-Z]+|TZ|TZDIR|TMPDIR|TEMP|TMP|SYSTEMROOT|COLUMNS|LINES|TERM|NO_COLOR|FORCE_COLOR"
    r"|PYTHON(PATH|HASHSEED|UTF8|IOENCODING|HOME)|VIRTUAL_ENV|XDG_(CACHE|CONFIG)_HOME|[A-Z]+_NUM_THREADS"
    r"|CI|GITHUB_(ACTIONS|EVENT_NAME|EVENT_PATH|BASE_REF|HEAD_REF|REF|SHA|REPOSITORY|STEP_SUMMARY|OUTPUT|RUN_ID)"
    r"|GITHUB_(SERVER|API)_URL|GITLAB_CI|CI_(PROJECT_ID|COMMIT_SHA|API_V4_URL|MERGE_REQUEST_[A-Z_]+)"
    r"|CLOUDTUNE_[A-Z_]+"
)
"""Variables that a command may need and that hold no secret."""
_POSTS = frozenset({"comment"})
"""Commands that need the job's token; they fit nothing and read no data."""


def enter(arguments: Sequence[str]) -> None:
    """Begin anew behind the walls, if the job is untrusted and this isn't behind them yet."""
    if os.name != "posix" or not is_untrusted(os.environ) or _POSTS.intersection(arguments[:1]):
        return
    if os.environ.get(_INSIDE) == "1":
        _limit()
        return
    kept = {**kept_of(os.environ), _INSIDE: "1"}
    # -P: a module of the checkout, say its json.py, is none of ours.
    os.execve(sys.executable, [sys.executable, "-P", "-m", "cloudtune", *arguments], kept)  # noqa: S606 - no shell


def is_untrusted(environment: Mapping[str, str]) -> bool:
    """True for a job of a pull or merge request, or where it is said so."""
    said = environment.get("CLOUDTUNE_UNTRUSTED", "")
    if said in {"0", "1"}:
        return said == "1"
    return environment.get("GITHUB_EVENT_NAME") == "pull_request" or bool(
        environment.get("CI_MERGE_REQUEST_IID")
    )


def kept_of(environment: Mapping[str, str]) -> dict[str, str]:
    """The variables that go along."""
    return {name: value for name, value in environment.items() if _KEPT.fullmatch(name)}


def _limit() -> None:
    import resource  # not on every system

    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    timer = threading.Timer(seconds(), _give_up)
    timer.daemon = True
    timer.start()


def seconds() -> float:
    """What the whole command may take."""
    try:
        return max(1.0, float(os.environ.get("CLOUDTUNE_SECONDS", "")))
    except ValueError:
        return SECONDS


def _give_up() -> None:
    """End the process and its children: whatever it does can't be trusted to end."""
    message = f"the command takes longer than {seconds():g} s, all that an untrusted one has"
    hint = "run fewer specs at once (--select), or allow more: CLOUDTUNE_SECONDS=7200"
    console.problems([Problem("CT746", message, hint)], console.plain, out=False)
    for process in multiprocessing.active_children():
        process.kill()
    os._exit(3)
