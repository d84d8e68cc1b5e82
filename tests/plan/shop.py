"""A shop of hours with a fleet, run for real: for tests of order sheets, exports and commands."""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
owner: team-checkout
series:
  source: {{kind: csv, path: data/orders.csv, time: hour, value: orders}}
  step: 1h
  timezone: America/New_York
  unit: orders
granularities: [{{step: 1h, horizon: 30d}}, {{step: 1w, horizon: 26w}}]
scale: multiplicative
events:
  - name: sale
    occurrences:
      - {{start: 2026-02-10, duration: 48h}}
      - {{start: 2026-03-10, duration: 48h}}
      - {{start: 2026-06-09, duration: 48h}}
backtest: {{folds: 2, horizon: 7d}}
capacity:
  demand: q99
  utilization: 60%
  headroom: 10%
  zones: {{count: 3, survive: 1}}
  startup: 6min
  lead_time: {lead_time}
  schedule: {{actions: 60}}
  fleet:
    - {{instance: m7g.4xlarge, generation: 7, location: us-east-1, share: 70%, throughput: 20/min,
       current: 9, batch: 3, price: 0.65, group: checkout{more}}}
    - {{instance: m6i.4xlarge, generation: 6, location: us-east-1, share: 30%, throughput: 900/h,
       current: 9, group: checkout-old}}
"""
DAYS = 150
START = datetime(2026, 1, 1)  # noqa: DTZ001 - wall-clock time, as in a file
SALES = {"2026-02-10": 3.0, "2026-02-11": 3.0, "2026-03-10": 3.0, "2026-03-11": 3.0}


def rows(days: int = DAYS, *, grown: float = 1.0, sales: Mapping[str, float] = SALES) -> list[str]:
    """A wave a day, a rhythm a week, sales; no chance in it. Days after the 150th are `grown`."""
    found = []
    for hour in range(24 * days):
        at = START + timedelta(hours=hour)
        wave = 1 + 0.5 * math.sin((at.hour - 9) / 24 * 2 * math.pi)
        ripple = 1 + 0.05 * math.sin(hour * 1.7) + 0.04 * math.sin(hour * 0.31)
        week = 1 + 0.1 * (at.weekday() >= 5)
        lift = sales.get(at.date().isoformat(), 1.0) * (grown if hour >= 24 * DAYS else 1.0)
        found.append(f"{at.isoformat()},{3000 * wave * ripple * week * lift:.1f}")
    return found


def write_rows(folder: Path, lines: list[str]) -> None:
    """The data that has arrived."""
    (folder / "data" / "orders.csv").write_text("hour,orders\n" + "\n".join(lines) + "\n", encoding="utf-8")


def make(folder: Path, *, lead_time: str = "8w", more: str = "", gates: str = "") -> Path:
    """Write spec and data below `folder`."""
    for name in ("specs", "data"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    write_rows(folder, rows())
    text = SPEC.format(lead_time=lead_time, more=more) + gates
    (folder / "specs" / "orders.yaml").write_text(text, encoding="utf-8")
    return folder
