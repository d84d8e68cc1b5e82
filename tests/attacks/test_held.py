"""What held when it was attacked, and is kept: bad YAML, damaged files, forms of escape, two runs at once."""

from __future__ import annotations

import gzip
import random
import shlex
import subprocess
import sys

import duckdb
import pytest

from cloudtune.errors import Problem, Refusal
from tests.project import shop
from tests.spec.builders import codes, spec, store

BAD_YAML = [
    "!!python/object/apply:os.system ['true']",
    "a: &a [*a, *a]",
    "a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]",
    "<<: {a: 1}",
    "a: !include /etc/passwd",
    "a: !!binary aGk=",
    "a: 1\na: 2",
    "---\na: 1\n---\nb: 2",
    "[" * 5000,
    "{a: " * 5000,
    "a: \x00",
    "a:\n\t- 1",
    "? [a]\n: 1",
    "- 1",
    "a: 'x",
    "%YAML 9.9\n---\na: 1",
]
ESCAPES = [
    "/etc/passwd",
    "../far.csv",
    "data/../../far.csv",
    "./../far.csv",
    "data/./../../far.csv",
    "//etc/passwd",
    "~/far.csv",
    "file:///etc/passwd",
    "..\\far.csv",
    "data/*/../../../far.csv",
    "/proc/self/environ",
    "/dev/stdin",
    ".git/config",
]


@pytest.mark.parametrize("text", BAD_YAML)
def test_bad_yaml_is_refused_by_a_code(tmp_path, text):
    found = codes(store(tmp_path, {"orders.yaml": text, "others.yaml": spec(name="others")}))
    assert found
    assert all(code.startswith(("CT1", "CT2")) for code in found)


@pytest.mark.parametrize("path", ESCAPES)
def test_a_path_leads_nowhere_else(reading, tmp_path, path):
    (tmp_path / "far.csv").write_text("time,value\n2026-01-01T00:00Z,1\n")
    reading.source = {"path": path}
    assert reading.problem().code in {"CT401", "CT402"}


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kind", ["parquet", "duckdb", "csv", "gzip"])
def test_a_damaged_file_is_refused_or_read(reading, kind, seed):
    damage_and_read(reading, kind, seed)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["parquet", "duckdb"])
def test_eight_hundred_damaged_files_are_refused_or_read(reading, kind):
    for seed in range(400):
        damage_and_read(reading, kind, 1000 + seed)
        for file in reading.root.glob("[xy]*"):
            file.unlink()


def damage_and_read(reading, kind: str, seed: int) -> None:
    """Some bytes of a good file become others, or its second half is lost; what is said of it stays short."""
    rng = random.Random(f"{kind}{seed}")
    path = (
        reading.root
        / {"parquet": "x.parquet", "duckdb": "x.duckdb", "csv": "x.csv", "gzip": "x.csv.gz"}[kind]
    )
    hours = "TIMESTAMPTZ '2026-01-01 00:00Z' + INTERVAL 1 HOUR * i AS time, i AS value FROM range(200) t(i)"
    with duckdb.connect(str(path) if kind == "duckdb" else ":memory:") as database:
        database.execute(f"CREATE TABLE orders AS SELECT {hours}")
        if kind != "duckdb":
            plain = "parquet" if kind == "parquet" else "csv"
            database.execute(f"COPY orders TO '{path.with_name('y')}' (FORMAT {plain})")
    content = bytearray(path.read_bytes() if kind == "duckdb" else path.with_name("y").read_bytes())
    content = bytearray(gzip.compress(content)) if kind == "gzip" else content
    for _ in range(rng.choice((1, 10, 100))):
        content[rng.randrange(len(content))] = rng.randrange(256)
    path.write_bytes(content[: rng.choice((len(content), len(content) // 2))])
    source = {"kind": "duckdb", "path": path.name, "query": "SELECT * FROM orders"}
    reading.source = source if kind == "duckdb" else {"kind": kind.replace("gzip", "csv"), "path": path.name}
    said: tuple[Problem, ...] = ()
    try:
        reading.load()
    except Refusal as refusal:
        said = refusal.problems
    assert all(len(problem.message) < 2000 for problem in said)


@pytest.mark.parametrize(
    "content", [b"\x00" * 5000, b"\xff\xfe" * 999, b"PK\x03\x04" + b"x" * 999, b"a" * 3_000_000]
)
def test_a_file_that_is_no_table_is_refused(reading, content):
    (reading.root / "data/in.csv").write_bytes(content)
    assert reading.problem().code.startswith("CT4")


@pytest.mark.slow
@pytest.mark.parametrize("descriptors", [12, 16, 24, 40])
def test_few_descriptors_end_in_words_and_lose_nothing(tmp_path, descriptors):
    folder = shop.make(tmp_path, "orders")
    assert shop.cloudtune(folder, "run").returncode == 0
    before = shop.contents(folder / "reports")
    shop.write_rows(folder, "orders", [*shop.rows(), "2026-02-05,120"])
    few = f"ulimit -n {descriptors}; exec {shlex.join(shop.command('run'))}"
    done = subprocess.run(
        ["sh", "-c", few], cwd=folder, env=shop.environment(), capture_output=True, text=True,
        timeout=120, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr
    after = shop.contents(folder / "reports")
    assert set(before) <= set(after)
    if done.returncode:
        assert after == before


@pytest.mark.slow
def test_two_runs_at_once_leave_one_whole_report(tmp_path):
    folder = shop.make(tmp_path, "orders")
    command = [sys.executable, "-m", "cloudtune", "run"]
    both = [subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL) for _ in range(2)]
    assert [one.wait(timeout=120) for one in both] == [0, 0]
    assert not list(folder.rglob("*.tmp"))
    assert subprocess.run([*command[:-1], "check"], cwd=folder, check=False, timeout=120).returncode == 0
