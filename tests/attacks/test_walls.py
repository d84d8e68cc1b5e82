"""What strangers wrote is read in a process that never had the job's secrets, and that comes to an end."""

from __future__ import annotations

import os
import subprocess
import sys
import time

import pytest

from cloudtune.cli import walls
from tests.project import shop

SECRETS = {
    "GITHUB_TOKEN": "ghs_secret",
    "ACTIONS_RUNTIME_TOKEN": "secret",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "CI_JOB_TOKEN": "secret",
    "CI_REPOSITORY_URL": "https://ci:secret@shop",
    "DATABASE_URL": "postgres://me:secret@shop",
    "PGPASSWORD": "secret",
    "SHOP_API_KEY": "secret",
    "LD_PRELOAD": "secret.so",
    "PYTHONSTARTUP": "secret.py",
    "GIT_SSH_COMMAND": "secret",
}


@pytest.mark.parametrize(
    ("environment", "untrusted"),
    [
        ({}, False),
        ({"CI": "true", "GITHUB_EVENT_NAME": "schedule"}, False),
        ({"GITHUB_EVENT_NAME": "pull_request"}, True),
        ({"CI_MERGE_REQUEST_IID": "7"}, True),
        ({"CLOUDTUNE_UNTRUSTED": "1"}, True),
        ({"GITHUB_EVENT_NAME": "pull_request", "CLOUDTUNE_UNTRUSTED": "0"}, False),
    ],
)
def test_a_job_of_a_pull_request_is_untrusted(environment, untrusted):
    assert walls.is_untrusted(environment) is untrusted


def test_no_secret_goes_along():
    kept = walls.kept_of({**SECRETS, "PATH": "/bin", "LC_ALL": "C", "CLOUDTUNE_READ_SECONDS": "5"})
    assert kept == {"PATH": "/bin", "LC_ALL": "C", "CLOUDTUNE_READ_SECONDS": "5"}


def test_the_process_that_reads_never_had_them(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(os, "execve", lambda *words: asked.append(words))
    monkeypatch.setattr(os, "environ", {**SECRETS, "PATH": "/bin", "CLOUDTUNE_UNTRUSTED": "1"})
    walls.enter(["validate"])
    walls.enter(["comment"])
    ((_, words, environment),) = asked
    assert words[1:] == ["-P", "-m", "cloudtune", "validate"]
    assert "secret" not in str(environment)


def run(folder, *arguments, **environment):
    return subprocess.run(
        [sys.executable, "-P", "-m", "cloudtune", *arguments],
        cwd=folder,
        env={**shop.environment(), **SECRETS, **environment, "LD_PRELOAD": "", "PYTHONSTARTUP": ""},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_behind_the_walls_a_command_says_the_same(tmp_path):
    folder = shop.make(tmp_path, "orders")
    (folder / "json.py").write_text("raise SystemExit('a module of the checkout ran')\n")
    (folder / "specs/bad.yaml").write_text("version: 1\n")
    walled = run(folder, "validate", CLOUDTUNE_UNTRUSTED="1")
    assert walled.returncode == 1
    assert "CT213" in walled.stdout + walled.stderr
    assert "module of the checkout" not in walled.stdout + walled.stderr


@pytest.mark.slow
def test_behind_the_walls_a_run_writes_the_same_bytes(tmp_path):
    for name, untrusted in (("a", "0"), ("b", "1")):
        assert run(shop.make(tmp_path / name, "orders"), "run", CLOUDTUNE_UNTRUSTED=untrusted).returncode == 0
    first, second = (tmp_path / name / "reports/orders.json" for name in "ab")
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.slow
def test_an_untrusted_command_comes_to_an_end(tmp_path):
    folder = shop.make(tmp_path, "orders")
    spec = folder / "specs/orders.yaml"
    query = "select count(*) as orders, date '2025-01-01' as day from range(100000000) a, range(100000000) b"
    source = f'{{kind: duckdb, query: "{query}", time: day, value: orders}}'
    text = spec.read_text().replace("{kind: csv, path: data/orders.csv, time: day, value: orders}", source)
    spec.write_text(text)
    begun = time.monotonic()
    done = run(folder, "run", CLOUDTUNE_UNTRUSTED="1", CLOUDTUNE_SECONDS="8", CLOUDTUNE_READ_SECONDS="500")
    assert done.returncode == 3
    assert "CT746" in done.stderr
    assert time.monotonic() - begun < 60
