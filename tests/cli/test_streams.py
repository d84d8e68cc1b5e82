from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.project import shop


@pytest.fixture
def folder(tmp_path):
    return shop.make(tmp_path, "alpha", "beta")


def shell(folder, line, **extra):
    words = f'ct() {{ "{sys.executable}" -m cloudtune "$@"; }}; set -o pipefail; {line}'
    return subprocess.run(
        ["bash", "-c", words],
        cwd=folder,
        env=shop.environment(**extra),
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )


def test_a_reader_that_leaves_does_not_stop_the_run(folder):
    done = shell(folder, "ct run | head -1")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("alpha ")
    assert (folder / "reports/beta.md").is_file()
    assert (folder / "reports/index.md").is_file()


@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-"])
def test_closed_streams_are_no_trouble(folder, closed):
    done = shell(folder, f"ct ls {closed}")
    assert done.returncode == 0
    assert "alpha" in done.stdout or closed == ">&-"


def test_a_terminal_without_the_sign_shows_a_question_mark(folder):
    done = shell(folder, "ct ls", PYTHONIOENCODING="ascii")
    assert done.returncode == 0, done.stderr
    assert "1d 28d ? 1w 8w" in done.stdout


@pytest.mark.slow
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_ends_a_run_with_words(folder, jobs):
    names = [f"n{number}" for number in range(30)]
    shop.make(folder, *names)
    running = subprocess.Popen(
        shop.command("run", "--jobs", jobs),
        cwd=folder,
        env=shop.environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        # A shell that runs this suite in the background has it ignore Ctrl-C, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert running.stdout.readline().startswith("alpha")
    os.killpg(running.pid, signal.SIGINT)
    said = running.communicate(timeout=60)[1]
    assert running.returncode == 130, said
    assert said.strip() == "interrupted; every file is as it was or complete"
    assert not list(folder.rglob("*.tmp"))
