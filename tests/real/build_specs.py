"""Writes a CloudTune store with the ten real series from the README and YAML files beside them."""

from __future__ import annotations

import shutil
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import yaml

from tests.real.catalogue import REAL, RealSeries
from tests.real.folder import Window, read_events, read_outliers

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

MATCH = "match"
"""World Cup matches of all stages are one event; their stage and the weekend tell them apart."""


def write_real_store(
    data_folder: Path,
    target: Path,
    *,
    cuts: Mapping[str, str] | None = None,
    only: Collection[str] = (),
    horizons: Mapping[str, str] | None = None,
    folds: int = 3,
    declare: bool = True,
) -> list[str]:
    """Write specs, calendars and data of the real series below `target`; returns the specs' names.

    `cuts` moves the end of the training data (folder -> local time), `horizons` how far ahead
    to look; `only` limits the folders. An event of the horizon that the data has not seen borrows the
    lift of the first whole-day event that it has, unless `declare` is off.
    """
    chosen = [series for series in REAL if not only or series.folder in only]
    for series in chosen:
        cut = (cuts or {}).get(series.folder, series.cuts[0])
        horizon = (horizons or {}).get(series.folder, series.horizon)
        _write_data(data_folder / series.folder, target / "data", series)
        _write_yaml(
            target / "specs" / "calendars" / f"{series.name}.yaml",
            _calendar(data_folder, series, cut, declare=declare),
        )
        _write_yaml(
            target / "specs" / "real" / f"{series.name}.yaml",
            _forecast(data_folder / series.folder, series, cut, horizon, folds),
        )
    return [series.name for series in chosen]


def _write_data(folder: Path, target: Path, series: RealSeries) -> None:
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{series.name}.parquet"
    if not series.stamp_shift_days:
        shutil.copyfile(folder / "series.parquet", path)
        return
    rows = pd.read_parquet(folder / "series.parquet")
    rows["time"] += pd.Timedelta(days=series.stamp_shift_days)
    rows.to_parquet(path, index=False)


def _write_yaml(path: Path, document: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(document, sort_keys=False, allow_unicode=True, width=100))


def _source(series: RealSeries, value: str) -> dict[str, str]:
    return {"kind": "parquet", "path": f"data/{series.name}.parquet", "time": "time", "value": value}


def _forecast(folder: Path, series: RealSeries, cut: str, horizon: str, folds: int) -> dict[str, Any]:
    outliers = read_outliers(folder, series.timezone)
    end = datetime.fromisoformat(cut) + timedelta(days=series.stamp_shift_days)
    return {
        "version": "cloudtune/v1",
        "kind": "forecast",
        "name": series.name,
        "owner": "tests",
        "description": f"The real series {series.folder}, cut at {cut}",
        "series": {
            "source": _source(series, "value"),
            "step": series.step,
            "timezone": series.timezone,
            "unit": series.unit,
            "aggregate": series.aggregate,
            "end": _when(end),
        },
        "granularities": [{"step": step, "horizon": horizon} for step in (series.step, *series.steps)],
        "calendars": [series.name],
        "outliers": [
            {"start": _when(window.start), "end": _when(window.end), "reason": window.reason}
            for window in outliers
            if window.start < end
        ],
        "regressors": [{"name": name, "source": _source(series, name)} for name in series.variables],
        "backtest": {"folds": folds},
    }


def _calendar(data_folder: Path, series: RealSeries, cut: str, *, declare: bool) -> dict[str, Any]:
    windows = read_events(data_folder / series.folder, series.timezone)
    occurrences: dict[str, dict[datetime, dict[str, Any]]] = {}
    for window in windows:
        # Two matches that kick off together count as one occurrence.
        occurrences.setdefault(_event_name(window), {})[window.start] = _occurrence(window)
    seen = _seen(windows, series, datetime.fromisoformat(cut))
    events = []
    for name, rows in occurrences.items():
        borrowed = {"like": {"event": seen[0]}} if declare and seen and name not in seen else {}
        events.append({"name": name, "occurrences": list(rows.values()), **_halo(name), **borrowed})
    return {
        "version": "cloudtune/v1",
        "kind": "calendar",
        "name": series.name,
        "timezone": series.timezone,
        "description": f"Events of {series.folder}, known at {cut}",
        "events": events,
    }


def _seen(windows: list[Window], series: RealSeries, cut: datetime) -> list[str]:
    """Names of events with an occurrence in the training data, in order of their first one there."""
    first = datetime.fromisoformat(series.start)
    past = sorted(
        (window for window in windows if first <= window.start < cut), key=lambda window: window.start
    )
    return list(dict.fromkeys(_event_name(window) for window in past))


def _event_name(window: Window) -> str:
    return MATCH if window.name.startswith("match_") else window.name.replace("_", "-")


def _occurrence(window: Window) -> dict[str, Any]:
    row: dict[str, Any] = {"start": _when(window.start), "end": _when(window.end)}
    if "stage" in window.attributes:
        weekend = window.start.weekday() >= 5
        stage = window.name.removeprefix("match_").replace("_", "-")
        row["with"] = {"stage": stage, "weekend": "yes" if weekend else "no"}
    elif window.reason:
        row["note"] = window.reason
    return row


def _halo(name: str) -> dict[str, str]:
    return {"before": "1h", "after": "2h"} if name == MATCH else {}


def _when(stamp: datetime) -> str:
    whole_day = (stamp.hour, stamp.minute, stamp.second) == (0, 0, 0)
    return stamp.date().isoformat() if whole_day else stamp.isoformat()
