"""One good spec, one good calendar, and a folder to put them in; a test breaks one thing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from cloudtune.spec.loader import load_store

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.spec.store import Store

TODAY = date(2026, 11, 1)
SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {kind: csv, path: data/orders.csv, time: minute, value: orders}
  step: 1min
  timezone: America/Los_Angeles
granularities:
  - {step: 1h, horizon: 90d}
"""
CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: us-retail
timezone: America/Los_Angeles
events:
  - {name: mothers-day, rule: second sunday of may}
"""


def spec(*extra: str, name: str = "orders") -> str:
    """The good spec with further top-level keys."""
    return SPEC.replace("name: orders", f"name: {name}") + "".join(f"{line}\n" for line in extra)


def calendar(*events: str, name: str = "us-retail") -> str:
    """The good calendar with further events."""
    text = CALENDAR.replace("name: us-retail", f"name: {name}")
    return text + "".join(f"  - {event}\n" for event in events)


def store(root: Path, files: dict[str, str | bytes]) -> Store:
    """Write files below root/specs and load them."""
    for name, content in files.items():
        path = root / "specs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return load_store(root, today=TODAY)


def codes(loaded: Store) -> list[str]:
    """The codes of a store's problems, in order of place."""
    return [problem.code for problem in loaded.problems]
