"""A simulated series whose last sale goes otherwise than the ones before."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

ZONE = "Europe/Berlin"
DAYS = 400
SALES = (60, 150, 240, 330, 394)
FIRST = datetime(2024, 1, 1, tzinfo=ZoneInfo(ZONE))
STEP = 5


def sale(folder, seed, *, level, lift):
    """Write spec and data; the last of five sales is `level` off, its log lift by a share of `lift`.

    Returns the start of that sale.
    """
    rng = np.random.default_rng([seed, int(100 * level) + 50, int(100 * lift) + 50])
    local = pd.date_range(FIRST.replace(tzinfo=None), periods=DAYS * 1440 // STEP, freq=f"{STEP}min")
    minutes = np.asarray(local.hour * 60 + local.minute)
    days = np.asarray((local - local[0]).days, dtype=float)
    shape = 0.6 * np.sin((minutes / 60 - 9) / 24 * 2 * np.pi)
    log = (
        6
        + 0.2 * days / 365
        + shape
        + 0.03 * np.asarray(local.day_of_week)
        + np.repeat(rng.normal(0, 0.03, DAYS), 1440 // STEP)
    )
    for day in SALES:
        start = pd.Timestamp(FIRST.replace(tzinfo=None)) + pd.Timedelta(days=day)
        inside = (local >= start) & (local < start + pd.Timedelta(hours=48))
        hours = np.asarray((local[inside] - start).total_seconds()) / 3600
        curve = 0.7 + 0.5 * np.exp(-hours / 0.7) + 0.2 * np.exp(-(48 - hours) / 1.5)
        size = rng.normal(1, 0.05) if day != SALES[-1] else 1 + lift
        log[inside] += curve * size
        if day == SALES[-1]:
            log[local >= start - pd.Timedelta(days=2)] += level
    _write(folder, local, rng.poisson(np.exp(log)).astype(float))
    last = FIRST.replace(tzinfo=None) + timedelta(days=SALES[-1])
    return last.replace(tzinfo=ZoneInfo(ZONE))


def _write(folder, local, values):
    (folder / "specs").mkdir()
    (folder / "data").mkdir()
    stamps = local.tz_localize(ZONE, ambiguous=True, nonexistent="NaT").tz_convert("UTC")
    pd.DataFrame({"time": stamps, "value": values}).dropna().to_parquet(
        folder / "data" / "x.parquet", index=False
    )
    starts = [FIRST.replace(tzinfo=None) + timedelta(days=day) for day in SALES]
    occurrences = ", ".join(f"{{start: {start:%Y-%m-%d}, duration: 48h}}" for start in starts)
    (folder / "specs" / "sale.yaml").write_text(
        "version: cloudtune/v1\nkind: forecast\nname: sale\n"
        "series:\n  source: {kind: parquet, path: data/x.parquet, time: time, value: value}\n"
        f"  step: {STEP}min\n  timezone: {ZONE}\n"
        f"granularities:\n  - {{step: {STEP}min, horizon: 14d}}\n"
        f"events:\n  - name: sale\n    occurrences: [{occurrences}]\n"
    )
