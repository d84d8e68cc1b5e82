"""Runs CloudTune and its peers on every case: `python -m bench.run --help`."""

from __future__ import annotations

import argparse
import datetime as dt
import fnmatch
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from bench.bundled import write_bundled
from bench.cases import write_facts
from bench.measure import measure
from bench.real import write_real
from bench.simulate import write_simulated
from bench.systems import SYSTEMS, System

if TYPE_CHECKING:
    from bench.cases import Facts

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


def main() -> int:
    """Prepare cases and environments, run what is asked for, append a JSON line a run."""
    asked = _arguments()
    cases = _cases(asked.case)
    systems = [SYSTEMS[name] for name in asked.system or SYSTEMS]
    for system in systems:
        install(system)
    known = set() if asked.again else _known(asked.results)
    for case in cases:
        for system in systems:
            if (system.name, case.label) not in known:
                record = run_one(system, case, asked.limit)
                _append(asked.results, record)
                print(_line(record), flush=True)
    return 0


def run_one(system: System, case: Facts, limit_s: float, save: Path | None = None) -> dict[str, object]:
    """One system on one case, as one flat record."""
    write_facts(case)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, "score.json")
        command = [str(system.python), "-m", "bench.worker", "--entry", system.entry, "--case", case.label]
        command += ["--out", str(out)] + (["--save", str(save)] if save else [])
        cost = measure(command, limit_s=limit_s, cwd=HERE.parent)
        score = json.loads(out.read_text()) if out.exists() else {}
    record: dict[str, object] = {
        "system": system.name, "case": case.label, "status": cost.status, "whole_s": cost.seconds,
        "cpu_s": cost.cpu_seconds, "peak_mib": cost.peak_mib, **score,
    }  # fmt: skip
    if cost.status == "failed":
        record["error"] = cost.tail.strip().splitlines()[-1][-300:] if cost.tail.strip() else ""
        print(cost.tail, file=sys.stderr)
    if system.name == "cloudtune":
        record["commit"] = _commit()
    return record


def install(system: System) -> None:
    """Make the system's environment from its lock, once."""
    if system.lock is None or system.python.exists():
        return
    folder = system.python.parent.parent
    subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
    pip = [str(system.python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(system.lock)]
    subprocess.run(pip, check=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure CloudTune and its peers side by side.")
    parser.add_argument("--system", action="append", choices=list(SYSTEMS), help="default: all")
    parser.add_argument("--case", action="append", help="glob on case labels; default: all")
    parser.add_argument("--limit", type=float, default=180.0, help="seconds after which a run is stopped")
    parser.add_argument("--results", type=Path, default=RESULTS / "runs.jsonl")
    parser.add_argument("--again", action="store_true", help="run what is already in the results")
    return parser.parse_args()


def _cases(globs: list[str] | None) -> list[Facts]:
    cases = [*write_real(), *write_simulated(), *write_bundled()]
    return [case for case in cases if not globs or any(fnmatch.fnmatch(case.label, glob) for glob in globs)]


def _known(path: Path) -> set[tuple[str, str]]:
    if not path.exists():
        return set()
    rows = [json.loads(line) for line in path.read_text().splitlines()]
    return {(row["system"], row["case"]) for row in rows if row["status"] != "failed"}


def _append(path: Path, record: dict[str, object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a") as lines:
        lines.write(json.dumps(record) + "\n")


def _line(record: dict[str, object]) -> str:
    shown = ("wape", "event_wape", "event_peak_error", "coverage", "forecast_s", "whole_s", "peak_mib")
    figures = " ".join(f"{name}={record[name]}" for name in shown if name in record)
    now = dt.datetime.now(tz=dt.UTC).strftime("%H:%M:%S")
    return f"{now} {record['system']:>16} {record['case']:<32} {record['status']} {figures}"


def _commit() -> str:
    command = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE).stdout.strip()


if __name__ == "__main__":
    raise SystemExit(main())
