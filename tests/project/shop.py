"""A small repository with one daily forecast, for tests of whole processes."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
version: cloudtune/v1
kind: forecast
name: {name}
series:
  source: {{kind: csv, path: data/{name}.csv, time: day, value: orders}}
  step: 1d
  timezone: Europe/Berlin
granularities: [{{step: 1d, horizon: 28d}}, {{step: 1w, horizon: 8w}}]
events:
  - {{name: sale, occurrences: [{{start: 2025-05-06, duration: 48h}}, {{start: 2026-02-10, duration: 72h}}]}}
backtest: {{folds: 2, horizon: 14d}}
"""
DAYS = 400


def rows(scale: float = 100.0) -> list[str]:
    """A weekly rhythm on a slow rise, with one sale."""
    start = date(2025, 1, 1)
    days = [start + timedelta(days=n) for n in range(DAYS)]
    lift = {date(2025, 5, 6): 1.9, date(2025, 5, 7): 1.6}
    return [
        f"{day},{scale * (1 + n / 2000) * (1 + 0.2 * math.sin(n * 2 * math.pi / 7)) * lift.get(day, 1.0):.3f}"
        for n, day in enumerate(days)
    ]


def make(folder: Path, *names: str) -> Path:
    """Write specs and data below `folder`."""
    for number, name in enumerate(names or ("orders",)):
        write_rows(folder, name, rows(100.0 + number))
        spec = folder / "specs" / f"{name}.yaml"
        spec.parent.mkdir(parents=True, exist_ok=True)
        spec.write_text(SPEC.format(name=name), encoding="utf-8")
    return folder


def write_rows(folder: Path, name: str, lines: list[str]) -> None:
    path = folder / "data" / f"{name}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("day,orders\n" + "\n".join(lines) + "\n", encoding="utf-8")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "cloudtune", *arguments]


def environment(**extra: str) -> dict[str, str]:
    return os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"} | extra


def cloudtune(folder: Path, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command(*arguments), cwd=folder, env=environment(**extra), capture_output=True, text=True, check=False
    )


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()
    }
