"""The n-th write, rename, read or allocation fails, for every n: nothing is lost, nothing is half-written."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.project import shop
from tests.spec.builders import spec

if TYPE_CHECKING:
    from pathlib import Path

FAULTY = """
import errno, os, pathlib, sys
kind, number = sys.argv[1], int(sys.argv[2])
count = 0
def failing(call, match, error):
    def called(*words, **named):
        global count
        if match(words):
            count += 1
            if count == number:
                raise error
        return call(*words, **named)
    return called
ours = lambda words: any(part in str(words[0]) for part in ("/specs", "/reports", "/.cloudtune", "/data"))
full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
broken = OSError(errno.EIO, os.strerror(errno.EIO))
Path = pathlib.Path
if kind == "write":
    Path.write_bytes = failing(Path.write_bytes, ours, full)
elif kind == "rename":
    Path.replace = failing(Path.replace, ours, broken)
elif kind == "sync":
    os.fsync = failing(os.fsync, lambda words: True, broken)
elif kind == "read":
    Path.open = failing(Path.open, ours, broken)
elif kind == "folder":
    Path.mkdir = failing(Path.mkdir, ours, full)
elif kind == "memory":
    import cloudtune.report.render as render
    import cloudtune.report.io as io, cloudtune.run.publish as publish
    publish.prepare = failing(publish.prepare, lambda words: True, MemoryError())
    publish.forecast = failing(publish.forecast, lambda words: True, MemoryError())
    publish.write_report = failing(publish.write_report, lambda words: True, MemoryError())
elif kind == "signal":
    Path.replace = failing(Path.replace, ours, KeyboardInterrupt())
from cloudtune.cli.main import run
code = run(sys.argv[3:])
print("calls", count, file=sys.stderr)
sys.exit(code)
"""
KINDS = ("write", "rename", "sync", "read", "folder", "memory", "signal")


def files(folder: Path) -> dict[str, bytes]:
    apart = {"cache", ".git"}
    found = (path for path in folder.rglob("*") if path.is_file() and not apart & set(path.parts))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def faulty(folder: Path, kind: str, number: int, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", FAULTY, kind, str(number), *arguments],
        cwd=folder,
        env=shop.environment(),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def before(tmp_path_factory):
    """A repository with a report, and one whose data has moved on."""
    folder = shop.make(tmp_path_factory.mktemp("shop"), "orders")
    assert faulty(folder, "none", 0, "run").returncode == 0
    shop.write_rows(folder, "orders", [*shop.rows(), "2026-02-05,120"])
    shutil.rmtree(folder / ".cloudtune/cache")
    return folder


@pytest.fixture(scope="module")
def changed(tmp_path_factory):
    """A real git repository whose working tree holds a forecast that moved since HEAD."""
    folder = shop.make(tmp_path_factory.mktemp("changed"), "orders")
    (folder / ".gitignore").write_text(".cloudtune/\n", encoding="utf-8")
    assert faulty(folder, "none", 0, "run").returncode == 0
    person = ("-c", "user.name=Planner", "-c", "user.email=planner@example.com")
    for words in (("init", "-q"), ("add", "-A"), (*person, "commit", "-qm", "forecasts")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)
    file = folder / "specs" / "orders.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("2026-02-10", "2026-02-17"), encoding="utf-8")
    assert faulty(folder, "none", 0, "run").returncode == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("command", ["run", "check"])
def test_the_nth_fault_loses_nothing(before, tmp_path, kind, command):
    lose_nothing(before, tmp_path, kind, command)


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_the_nth_fault_in_a_comment_loses_nothing(changed, tmp_path, kind):
    lose_nothing(changed, tmp_path, kind, "comment", "--base", "HEAD")


def lose_nothing(before: Path, tmp_path: Path, kind: str, *command: str) -> None:
    """Let every call of a kind fail in turn: what was there stays whole, and no trace is shown."""
    whole = tmp_path / "whole"
    shutil.copytree(before, whole)
    done = faulty(whole, "none", 0, *command)
    assert done.returncode in {0, 1}, done.stderr
    expected, old = files(whole), files(before)
    for number in range(1, 40):
        folder = tmp_path / f"{number}"
        shutil.copytree(before, folder)
        failed = faulty(folder, kind, number, *command)
        assert failed.returncode in {0, 1, 3, 130}, failed.stderr
        assert "Traceback" not in failed.stderr
        for name, content in files(folder).items():
            assert not name.endswith(".tmp"), name
            assert content in {old.get(name), expected.get(name)}, (number, name)
        assert set(old) <= set(files(folder))
        reached = int(failed.stderr.rsplit("calls ", 1)[-1].split()[0]) >= number
        shutil.rmtree(folder)
        if not reached:
            assert failed.returncode == done.returncode
            break


BAD = {
    "no YAML": "a: [",
    "an unknown key": spec("colour: red"),
    "no kind": "version: cloudtune/v1\n",
    "a tag": "a: !x 1",
    "a wrong step": spec().replace("step: 1min", "step: 7min"),
    "a zone of Mars": spec().replace("America/Los_Angeles", "Mars/Base"),
    "a path outside": spec().replace("data/orders.csv", "../far.csv"),
    "a calendar that isn't": spec("calendars: [nowhere]"),
    "a name of another": spec(name="somebody"),
    "bytes": "\udcff",
}


@pytest.mark.slow
def test_of_a_thousand_specs_fifty_bad_ones_are_named_and_the_others_are_good(tmp_path):
    folder = tmp_path / "specs"
    folder.mkdir()
    bad = {}
    for number in range(1000):
        name = f"s{number:04}"
        text = spec(name=name)
        if number % 20 == 7:
            kind = list(BAD)[number // 20 % len(BAD)]
            bad[name] = kind
            text = BAD[kind].replace("name: orders", f"name: {name}")
        (folder / f"{name}.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    command = [sys.executable, "-m", "cloudtune", "validate", "--format", "json"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 1
    problems = json.loads(done.stdout)["problems"]
    named = {problem["file"].removeprefix("specs/").removesuffix(".yaml") for problem in problems}
    assert named == set(bad)
    assert len(bad) == 50


@pytest.mark.slow
def test_bad_specs_are_named_and_all_others_run(tmp_path):
    bad = {f"s{number:03}": kind for number, kind in zip(range(7, 200, 20), BAD, strict=True)}
    good = [name for name in (f"s{number:03}" for number in range(200)) if name not in bad]
    folder = shop.make(tmp_path, *good)
    for name, kind in bad.items():
        text = BAD[kind].replace("name: orders", f"name: {name}")
        (folder / "specs" / f"{name}.yaml").write_bytes(text.encode("utf-8", "surrogateescape"))
    done = shop.cloudtune(folder, "run", "--jobs", "2")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    assert [name for name in bad if f"specs/{name}.yaml" not in said] == []
    reports = {path.stem for path in (folder / "reports").glob("*.json")}
    assert reports == set(good)


def test_a_full_disk_is_told_in_words(tmp_path):
    folder = shop.make(tmp_path, "orders")
    done = faulty(folder, "write", 1, "run")
    assert done.returncode in {0, 3}
    assert os.strerror(errno.ENOSPC) in done.stderr + done.stdout or done.returncode == 0
