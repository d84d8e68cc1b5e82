"""Speed of the review on synthetic repositories: `python -m bench.review_speed [diff plan score]`.

Each case makes a real git repository in a temporary folder, then times the command as a user would start it,
interpreter and imports included. Reports are the documents of one real run with other figures.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

SPEC = """\
version: cloudtune/v1
kind: forecast
name: {name}
owner: team-{team}
series:
  source: {{kind: csv, path: data/shop.csv, time: day, value: orders}}
  step: 1d
  timezone: Europe/Berlin
granularities:
  - {{step: 1d, horizon: 1y}}
  - {{step: 1w, horizon: 2y}}
calendars: [shop-days]
backtest: {{folds: 3, horizon: 28d}}
gates:
  - {{metric: wape, at_most: 20%}}
  - {{metric: wape, worse_than_base_by: 10%}}
"""
CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: shop-days
timezone: Europe/Berlin
events:
  - {name: black-friday, rule: black friday}
  - {name: christmas, rule: 25 december}
"""
DAYS = 1_000


def cloudtune(root: Path, *words: str) -> tuple[float, float, int, str]:
    """Wall seconds, CPU seconds, exit code and last line of a command."""
    begun, used = time.perf_counter(), cpu()
    command = [sys.executable, "-m", "cloudtune", *words]
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False, env=where)
    text = (done.stdout or done.stderr).strip().splitlines()
    return time.perf_counter() - begun, cpu() - used, done.returncode, text[-1] if text else ""


def cpu() -> float:
    """CPU seconds of finished children: on a busy machine the honest figure."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def git(root: Path, *words: str) -> None:
    """A git command that must work."""
    names = ("-c", "user.name=bench", "-c", "user.email=bench@example.com")
    subprocess.run(["git", *names, *words], cwd=root, check=True, capture_output=True)


def repository(root: Path) -> dict:
    """A repository with one forecast that has been run; returns its document."""
    git(root, "init", "-q", "-b", "main")
    (root / "data").mkdir()
    first = date(2024, 1, 1)
    rows = [f"{first + timedelta(days=k)},{1000 + k + 90 * (k % 7)}" for k in range(DAYS)]
    (root / "data/shop.csv").write_text("day,orders\n" + "\n".join(rows) + "\n")
    (root / ".gitignore").write_text(".cloudtune/\n")
    write_spec(root, 0)
    (root / "specs/calendars").mkdir()
    (root / "specs/calendars/shop-days.yaml").write_text(CALENDAR)
    _, _, code, said = cloudtune(root, "run")
    assert code == 0, said
    return json.loads((root / f"reports/{name_of(0)}.json").read_text())


def name_of(number: int) -> str:
    """`team-3/shop-0042`."""
    return f"team-{number % 20}/shop-{number:04d}"


def write_spec(root: Path, number: int) -> None:
    """One spec."""
    name = name_of(number)
    file = root / f"specs/{name}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(SPEC.format(name=name.rpartition("/")[2], team=number % 20))


def write_report(root: Path, document: dict, number: int, factor: float = 1.0) -> None:
    """The document under another name, its figures times `factor`."""
    from cloudtune.report.io import dump_document

    name = name_of(number)
    other = {**document, "id": name, "name": name.rpartition("/")[2], "spec": f"specs/{name}.yaml"}
    other["daily"] = [[row[0], *scaled(row[1:], factor)] for row in document["daily"]]
    other["weekly"] = [[row[0], *scaled(row[1:], factor)] for row in document["weekly"]]
    height = dict(
        zip(("value", "low", "high"), scaled(document["peak"]["height"].values(), factor), strict=True)
    )
    other["peak"] = {**document["peak"], "height": height}
    file = root / f"reports/{name}.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dump_document(other))


def scaled(values, factor: float) -> list:
    """Known values times `factor`."""
    return [None if value is None else round(value * factor, 1) for value in values]


def bench_diff(root: Path) -> None:
    """Two revisions of 1,000 reports, every one of which differs."""
    document = repository(root)
    for factor in (1.0, 1.05):
        for number in range(1_000):
            write_report(root, document, number, factor)
        git(root, "add", "-A")
        git(root, "commit", "-qm", "reports")
    size = (root / f"reports/{name_of(1)}.json").stat().st_size
    show(
        "diff HEAD~1 HEAD",
        f"1,000 reports of {size // 1024} KiB, all differ",
        cloudtune(root, "diff", "HEAD~1", "HEAD"),
    )
    show("diff HEAD", "1,000 reports, none differs", cloudtune(root, "diff", "HEAD"))


def bench_plan(root: Path) -> None:
    """Plan and check on 1,000 specs with fresh reports."""
    document = repository(root)
    for number in range(1, 1_000):
        write_spec(root, number)
    for number in range(1_000):
        write_report(root, document, number)
    settle(root)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "specs")
    kept = root / "kept"
    shutil.copytree(root / ".cloudtune", kept)
    commands = {"plan": (), "check --base HEAD": ("--base", "HEAD")}
    for command, more in commands.items():
        # Cold: as in a fresh checkout, where nothing was rendered before.
        shutil.rmtree(root / ".cloudtune")
        shutil.copytree(kept, root / ".cloudtune")
        for label in ("cold", "warm"):
            words = (command.split()[0], "--today", "2026-10-01", *more)
            show(command, f"1,000 specs, {label}", cloudtune(root, *words))


def settle(root: Path) -> None:
    """Render every document as a run would, and remember the data that it was made of."""
    from cloudtune.report.render import render_all
    from cloudtune.report.store import write_index
    from cloudtune.report.templates import load_templates
    from cloudtune.review.present import remember
    from cloudtune.spec import load_store

    store, templates = load_store(root), load_templates(root)
    for name, item in store.specs.items():
        base = root / "reports" / name
        document = json.loads(base.with_suffix(".json").read_text())
        for suffix, text in render_all(document, templates).items():
            base.with_suffix(suffix).write_text(text)
        remember(root, item, document["inputs"]["data"])
    write_index(root, templates)


def bench_score(root: Path) -> None:
    """200 commits, each of which rewrites 50 reports."""
    document = repository(root)
    for number in range(1, 50):
        write_spec(root, number)
    chance = random.Random(0)
    first = date.fromisoformat(document["daily"][0][0]) - timedelta(days=400)
    for commit in range(200):
        begins = first + timedelta(days=2 * commit)
        shifted = json.loads(json.dumps(document))
        for k, row in enumerate(shifted["daily"]):
            row[0] = (begins + timedelta(days=k)).isoformat()
        shifted["inputs"]["data_through"] = f"{begins}T00:00"
        for number in range(50):
            write_report(root, shifted, number, chance.uniform(0.9, 1.1))
        git(root, "add", "-A")
        git(root, "commit", "-qm", f"run {commit}")
    show("score", "200 commits x 50 reports", cloudtune(root, "score"))


def show(command: str, what: str, result: tuple[float, float, int, str]) -> None:
    """One row of the table."""
    seconds, used, code, said = result
    print(
        f"| `cloudtune {command}` | {what} | {seconds:.2f} s | {used:.2f} s | exit {code}: {said[:90]} |",
        flush=True,
    )


CASES = {"diff": bench_diff, "plan": bench_plan, "score": bench_score}


def main(names: list[str]) -> None:
    """Run the named cases."""
    print("| command | on | wall | CPU | said |\n|---|---|---|---|---|")
    for name in names or list(CASES):
        with tempfile.TemporaryDirectory() as folder:
            CASES[name](Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
