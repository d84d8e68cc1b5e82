"""Ctrl-C ends what runs, at any moment and however often it is pressed; a process that is killed is named."""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

import pytest

from cloudtune.run.workers import spread
from tests.project import shop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.errors import Problem

ENDLESS = "select count(*) as orders, date '2025-01-01' as day from range(100000000) a, range(100000000) b"


@contextmanager
def begun(folder, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A command in a process group of its own, none of which outlives the test."""
    running = subprocess.Popen(
        shop.command(*arguments),
        cwd=folder,
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs this suite in the background has it ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait(timeout=10)


@pytest.mark.slow
def test_ctrl_c_inside_a_query_ends_the_run(tmp_path):
    folder = shop.make(tmp_path, "orders", "others")
    spec = folder / "specs" / "orders.yaml"
    text = spec.read_text(encoding="utf-8")
    source = "{kind: csv, path: data/orders.csv, time: day, value: orders}"
    assert source in text
    query = f'{{kind: duckdb, query: "{ENDLESS}", time: day, value: orders}}'
    spec.write_text(text.replace(source, query), encoding="utf-8")
    with begun(folder, "run", "orders", "others") as running:
        time.sleep(4.0)
        assert running.poll() is None
        running.send_signal(signal.SIGINT)
        said = running.communicate(timeout=30)
    assert running.returncode == 130, said
    assert "others" not in said[0]
    assert said[1].strip() == "interrupted; every file is as it was or complete"


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.0, 0.05, 0.4])
def test_two_quick_ctrl_c_end_a_run_on_many_processes(tmp_path, pause):
    folder = shop.make(tmp_path, *(f"n{number}" for number in range(20)))
    with begun(folder, "run", "--jobs", "2") as running:
        assert running.stdout.readline().startswith("n")
        for _ in range(3):
            with suppress(ProcessLookupError):
                os.killpg(running.pid, signal.SIGINT)
            time.sleep(pause)
        said = running.communicate(timeout=20)[1]
    assert running.returncode == 130, said
    assert said.strip() == "interrupted; every file is as it was or complete"
    assert not list(folder.rglob("*.tmp"))


def work(note: str, name: str) -> str:
    """Its process dies at `bad` always, at `unlucky` the first time: as if for want of memory."""
    is_first = not os.path.exists(note)  # noqa: PTH110 - a path in a child
    if multiprocessing.parent_process() and (name == "bad" or (name == "unlucky" and is_first)):
        if name == "unlucky":
            with open(note, "w", encoding="utf-8") as file:  # noqa: PTH123
                file.write("once")
        os.kill(os.getpid(), signal.SIGKILL)
    return name.upper()


def begin(note: str):
    return partial(work, note)


def lost(name: str, problem: Problem) -> str:
    return f"{problem.code} {name}"


def test_what_kills_its_process_is_named_and_the_others_finish(tmp_path):
    names = ["unlucky", "a", "b", "c", "bad", "d"]
    found = dict(spread(partial(begin, str(tmp_path / "note")), names, jobs=2, lost=lost))
    assert list(found) == names
    assert found == {name: name.upper() for name in names} | {"bad": "CT739 bad"}


HUNGRY = """
import os, signal, sys
from cloudtune.run import publish
whole = publish.Publisher.__call__
def hungry(self, name):
    if name == "beta":
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, name)
publish.Publisher.__call__ = hungry
if __name__ == "__main__":
    from cloudtune.cli.main import main
    main()
"""


@pytest.mark.slow
def test_a_spec_that_kills_its_worker_fails_alone(tmp_path):
    folder = shop.make(tmp_path, "alpha", "beta", "gamma")
    program = folder / "hungry.py"
    program.write_text(HUNGRY, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, str(program), "run", "--jobs", "2", "--format", "json"],
        cwd=folder,
        env=shop.environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 3, done.stderr
    states = {each["id"]: each["state"] for each in json.loads(done.stdout)["forecasts"]}
    assert states == {"alpha": "changed", "beta": "failed", "gamma": "changed"}
    assert "CT739" in done.stderr
    assert "beta" in done.stderr
