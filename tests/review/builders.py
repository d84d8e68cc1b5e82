"""One good report document, and real git repositories to keep it in."""

from __future__ import annotations

import copy
import os
import subprocess
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from cloudtune.report.document import SCHEMA_VERSION, PeriodRow
from cloudtune.report.io import dump_document

if TYPE_CHECKING:
    from pathlib import Path


def band(value: float, spread: float = 0.1) -> dict[str, float]:
    return {"value": value, "low": value * (1 - spread), "high": value * (1 + spread)}


def event(name: str, start: str, end: str, length: str, peak: float, **changes: Any) -> dict[str, Any]:
    return {
        "name": name,
        "start": start,
        "end": end,
        "length": length,
        "lift": band(2.1),
        "peak_at": f"{start[:10]}T00:01",
        "peak": band(peak),
        "total": band(peak * 1000),
        "learned_from": "3 occurrences",
        "file": "specs/calendars/us-retail.yaml",
        "line": 14,
        **changes,
    }


def gate(result: str = "pass", **changes: Any) -> dict[str, Any]:
    return {
        "gate": "wape of 1h at most 12%",
        "kind": "gate",
        "result": result,
        "value": 0.061,
        "limit": "at most 12%",
        "waived_until": "",
        "reason": "",
        "path": ["gates", 0],
        "metric": "wape",
        "step": "1h",
        **changes,
    }


def accuracy(**changes: Any) -> dict[str, Any]:
    return {
        "step": "1h",
        "ahead": "all",
        "points": 4000,
        "wape": 0.061,
        "naive_wape": 0.096,
        "mase": 0.7,
        "bias": 0.003,
        "peak_error": 0.051,
        "coverage": 0.81,
        "pinball": 0.02,
        **changes,
    }


def weeks(first: str = "2026-06-01", count: int = 10, level: float = 1000.0) -> list[PeriodRow]:
    start = date.fromisoformat(first)
    return [
        PeriodRow((start + timedelta(weeks=k)).isoformat(), level + k, level * 0.9, level * 1.1, 20.0)
        for k in range(count)
    ]


def days(first: str = "2026-06-01", count: int = 70, level: float = 140.0) -> list[PeriodRow]:
    start = date.fromisoformat(first)
    return [
        PeriodRow((start + timedelta(days=k)).isoformat(), level, level * 0.9, level * 1.1, 0.2)
        for k in range(count)
    ]


def document(name: str = "store/us-orders", **changes: Any) -> dict[str, Any]:
    """A good report; a test breaks one thing of it."""
    whole = {
        "schema_version": SCHEMA_VERSION,
        "id": name,
        "name": name.rpartition("/")[2],
        "spec": f"specs/{name}.yaml",
        "owner": "team-checkout",
        "region": "US",
        "tags": ["tier-1"],
        "description": "Orders placed per minute",
        "unit": "orders",
        "timezone": "America/Los_Angeles",
        "step": "1min",
        "scale": "multiplicative",
        "decimals": 0,
        "inputs": {
            "spec": "s1",
            "calendars": "c1",
            "data": f"d1-{name}",
            "engine": "e1",
            "template": "t1",
            "data_through": "2026-05-31T00:00",
        },
        "verdict": "The next peak is Prime Day.",
        "peak": {
            "at": "2026-07-14T00:01",
            "height": band(1_200_000.0),
            "driver": "prime-day",
            "times_normal": 3.4,
        },
        "growth": {"value": 0.118, "low": 0.109, "high": 0.127},
        "growth_kind": "linear",
        "granularities": [
            {"step": "1min", "horizon": "90d", "first": "2026-05-31T00:00", "last": "2026-08-29T00:00"}
        ],
        "peaks": [],
        "events": [event("prime-day", "2026-07-14T00:00", "2026-07-16T00:00", "48h", 1_200_000.0)],
        "daily": days(),
        "weekly": weeks(),
        "ingredients": [{"name": "trend", "says": "+11.8% a year"}],
        "breaks": [],
        "choices": [],
        "exclusions": [],
        "masked_share": 0.0,
        "exclusion_effect": None,
        "accuracy": [accuracy()],
        "folds": [],
        "gates": [gate()],
        "repairs": [],
        "unused": [],
        "warnings": [],
    }
    return copy.deepcopy({**whole, **changes})


class GitRepo:
    """A real repository in a folder, driven by the git command line."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)
        self.git("init", "-q", "-b", "main")
        self.git("config", "user.email", "planner@example.com")
        self.git("config", "user.name", "Planner")
        self.git("config", "commit.gpgsign", "false")

    def git(self, *arguments: str, check: bool = True) -> str:
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, check=check, capture_output=True, text=True, encoding="utf-8"
        )
        return done.stdout.strip()

    def write(self, path: str, text: str) -> Path:
        file = self.path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
        return file

    def report(self, found: dict[str, Any]) -> Path:
        return self.write(f"reports/{found['id']}.json", dump_document(found))

    def commit(self, message: str = "change", when: str = "2026-06-01T12:00:00+00:00") -> str:
        self.git("add", "-A")
        stamp = f"--date={when}"
        subprocess.run(
            ["git", "commit", "-q", "--allow-empty", "-m", message, stamp],
            cwd=self.path,
            check=True,
            env={**os.environ, "GIT_COMMITTER_DATE": when},
        )
        return self.git("rev-parse", "HEAD")
