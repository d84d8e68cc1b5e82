"""Seconds of processor that `cloudtune validate` takes for one spec and for many, whole process.

    .venv/bin/python -m bench.validate_speed [SPECS] [ROUNDS]

Processor time (user + system) beside that of `python -c pass`, for wall time on a busy machine says little.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SPEC = """\
version: cloudtune/v1
kind: forecast
name: service-{n}
owner: team-{team}
region: US
tags: [tier-{tier}]
series:
  source: {{kind: parquet, path: data/service-{n}.parquet, time: minute, value: requests}}
  step: 1h
  timezone: America/Los_Angeles
  unit: requests
  aggregate: sum
granularities:
  - {{step: 1h, horizon: 90d}}
  - {{step: 1w, horizon: 1y}}
calendars: [retail]
events:
  - {{name: release, occurrences: [{{start: 2026-02-{day:02}, duration: 6h}}, {{start: 2026-11-{day:02}, duration: 6h}}]}}
outliers:
  - {{start: 2026-03-02T04:00, end: 2026-03-02T09:30, reason: robot traffic}}
gates:
  - {{metric: wape, step: 1h, at_most: 15%}}
"""
CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: retail
region: US
timezone: America/Los_Angeles
events:
  - name: prime-day
    before: 12h
    after: 24h
    occurrences: [{start: 2025-07-08, duration: 96h}, {start: 2026-07-14, duration: 96h}]
  - {name: mothers-day, rule: second sunday of may}
  - {name: thanksgiving, holiday: US/Thanksgiving Day}
"""
FOLDERS = 25


def store(root: Path, specs: int) -> Path:
    """A store of so many specs, in folders of teams, that share one calendar."""
    (root / "specs/calendars").mkdir(parents=True)
    (root / "specs/calendars/retail.yaml").write_text(CALENDAR)
    for n in range(specs):
        text = SPEC.format(n=n, team=n % FOLDERS, tier=1 + n % 3, day=1 + n % 28)
        folder = root / f"specs/team-{n % FOLDERS}"
        folder.mkdir(exist_ok=True)
        (folder / f"service-{n}.yaml").write_text(text)
    return root


def cost(words: list[str], folder: Path) -> tuple[float, float, float]:
    """(processor, wall) seconds and megabytes of a whole process."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    code = (
        "import resource, subprocess, sys;"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL).returncode;"
        "use = resource.getrusage(resource.RUSAGE_CHILDREN);"
        "print(code, use.ru_utime + use.ru_stime, use.ru_maxrss / 1024)"
    )
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *words],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    wall = time.perf_counter() - begun
    status, processor, megabytes = done.stdout.split()
    assert status == "0", done.stderr
    return float(processor), wall, float(megabytes)


def main(specs: int = 1000, rounds: int = 5) -> None:
    python = [sys.executable, "-c", "pass"]
    validate = [sys.executable, "-m", "cloudtune", "validate"]
    with tempfile.TemporaryDirectory() as name:
        one = store(Path(name) / "one", 1)
        many = store(Path(name) / "many", specs)
        rows = [("python -c pass", python, one), ("validate, 1 spec", validate, one)]
        rows.append((f"validate, {specs:,} specs", validate, many))
        print("| what | CPU s (best of rounds) | times python | wall s | MB |\n|---|--:|--:|--:|--:|")
        base = 0.0
        for label, words, folder in rows:
            cost(words, folder)  # writes the bytecode
            found = [cost(words, folder) for _ in range(rounds)]
            processor, wall, megabytes = (min(each) for each in zip(*found, strict=True))
            base = base or processor
            print(f"| {label} | {processor:.2f} | {processor / base:.0f} | {wall:.2f} | {megabytes:.0f} |")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
