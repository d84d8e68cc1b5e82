"""A small repository: daily orders of a shop, one event a year, one spec and one calendar."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from pathlib import Path

SPEC = """\
version: cloudtune/v1
kind: forecast
name: orders
series:
  source: {kind: csv, path: data/orders.csv, time: day, value: orders}
  step: 1d
  timezone: Europe/Berlin
  unit: orders
calendars: [shop]
granularities: [{step: 1d, horizon: 60d}, {step: 1w, horizon: 8w}]
backtest: {folds: 2, horizon: 14d}
"""
CALENDAR = """\
version: cloudtune/v1
kind: calendar
name: shop
timezone: Europe/Berlin
events:
  - name: sale
    occurrences:
      - {start: 2024-11-25, duration: 5d}
      - {start: 2025-11-24, duration: 5d}
      - {start: 2026-02-09, duration: 5d}
"""
FIRST, DAYS = date(2024, 1, 1), 760


def days() -> list[date]:
    return [FIRST + timedelta(days=k) for k in range(DAYS)]


def orders() -> np.ndarray:
    """A week's pattern, slow growth, a sale that doubles its days, and noise."""
    k = np.arange(DAYS)
    sale = [day.isocalendar().week == 48 and day.weekday() < 5 for day in days()]
    noise = np.random.default_rng(4).normal(0, 0.02, DAYS)
    return np.round(1000 * np.exp(0.0003 * k + noise) * (1 - 0.2 * (k % 7 >= 5)) * np.where(sale, 2.0, 1.0))


def write(root: Path) -> Path:
    """The repository below `root`; returns the spec's path."""
    rows = "".join(f"{day},{value:.0f}\n" for day, value in zip(days(), orders(), strict=True))
    files = {
        "specs/shop/orders.yaml": SPEC,
        "specs/calendars/shop.yaml": CALENDAR,
        "data/orders.csv": f"day,orders\n{rows}",
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root / "specs" / "shop" / "orders.yaml"
