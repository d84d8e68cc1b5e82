"""Cases from the real series: the README's cut and three rolling ones each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bench.cases import Facts, step_of, write_data, write_facts
from cloudtune.timegrid import Duration
from tests.real.catalogue import REAL, RealSeries, real_data
from tests.real.folder import Window, read_events, read_outliers

if TYPE_CHECKING:
    from pathlib import Path

MATCH_HALO = pd.Timedelta(hours=1), pd.Timedelta(hours=2)


def write_real() -> list[Facts]:
    """Write every real case that this machine has data for, the README's cuts first."""
    folder = real_data()
    if folder is None:
        return []
    facts = []
    for series in REAL:
        _write_data(folder / series.folder, series)
        facts += [_facts(series, cut, folder) for cut in series.cuts]
        if series.folder in AHEAD:
            facts += [_facts(series, cut, folder, AHEAD[series.folder]) for cut in series.cuts]
    for one in facts:
        write_facts(one)
    first = {series.cuts[0] for series in REAL}
    return sorted(facts, key=lambda one: one.cut not in first)


AHEAD: dict[str, tuple[str, ...]] = {
    "worldcup98": ("tournament",),
    "gb_demand": ("embedded_wind_capacity", "embedded_solar_capacity"),
}
"""Columns known ahead that some peers do worse with: each peer runs with and without, the better counts."""


def _facts(series: RealSeries, cut: str, folder: Path, ahead: tuple[str, ...] | None = None) -> Facts:
    base = () if series.folder in AHEAD else series.variables
    end = pd.Timestamp(cut) + Duration.parse(series.horizon).delta
    last = _last(folder / series.folder, series)
    return Facts(
        label=f"{series.folder}@{cut[:10]}" + ("+ahead" if ahead else ""),
        data=series.folder,
        cut=cut,
        end=str(last if last - end < pd.Timedelta(days=2) else end),
        step=series.step,
        timezone=series.timezone,
        variables=ahead or base,
        aggregate=series.aggregate,
        steps=series.steps,
    )


def _last(folder: Path, series: RealSeries) -> pd.Timestamp:
    return _local_rows(folder, series)["time"].iloc[-1] + step_of(series.step)


def _local_rows(folder: Path, series: RealSeries) -> pd.DataFrame:
    rows = pd.read_parquet(folder / "series.parquet").sort_values("time")
    if rows["time"].dt.tz is not None:
        utc = rows["time"].dt.tz_convert("UTC").dt.tz_localize(None)
        local = rows["time"].dt.tz_convert(series.timezone).dt.tz_localize(None)
    else:
        local = rows["time"]
        shifted = local + pd.Timedelta(days=series.stamp_shift_days)
        aware = shifted.dt.tz_localize(
            series.timezone, ambiguous=np.ones(len(rows), bool), nonexistent="shift_forward"
        )
        utc = aware.dt.tz_convert("UTC").dt.tz_localize(None)
    return rows.assign(time=local, utc=utc)


def _write_data(folder: Path, series: RealSeries) -> None:
    rows = _local_rows(folder, series)
    rows["outlier"] = False
    for window in read_outliers(folder, series.timezone):
        rows["outlier"] |= (rows["time"] >= window.start) & (rows["time"] < window.end)
    events = [_event(series.folder, window) for window in read_events(folder, series.timezone)]
    if series.folder == "worldcup98":
        rows["tournament"] = ((rows["time"] >= "1998-06-10") & (rows["time"] < "1998-07-13")).astype(float)
        events = [event for event in events if event[0] != "tournament"]
    write_data(series.folder, rows, pd.DataFrame(events, columns=["name", "start", "end", "attributes"]))


def _event(folder: str, window: Window) -> tuple[str, str, str, str]:
    start, end = pd.Timestamp(window.start), pd.Timestamp(window.end)
    if folder == "worldcup98" and window.name != "tournament":
        # All stages are one event here, from an hour before kick-off to two hours after the end.
        name = "match-weekend" if start.dayofweek >= 5 else "match-weekday"
        start, end = start - MATCH_HALO[0], end + MATCH_HALO[1]
        return name, str(start), str(end), json.dumps({"stage": window.attributes["stage"]})
    return window.name, str(start), str(end), json.dumps(dict(window.attributes))
