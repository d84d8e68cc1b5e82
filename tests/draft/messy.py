"""Series of known kinds, written the ways that people export them."""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def hourly(seed: int, days: int = 120, zone: str = "Europe/Berlin") -> pd.Series:
    """Orders an hour with a day and a week in them, on instants."""
    times = pd.date_range("2024-02-01", periods=days * 24, freq="h", tz=zone)
    rng = np.random.default_rng(seed)
    wave = 1 + 0.6 * np.sin(2 * np.pi * (times.hour.to_numpy() - 9) / 24)
    weekend = np.where(times.day_of_week.to_numpy() >= 5, 0.7, 1.0)
    return pd.Series(np.round(1500 * wave * weekend * rng.lognormal(0, 0.05, len(times))) + 1, times)


def daily(seed: int, days: int = 500) -> pd.Series:
    times = pd.date_range("2024-01-01", periods=days, freq="D")
    rng = np.random.default_rng(seed)
    weekend = np.where(times.day_of_week.to_numpy() >= 5, 0.6, 1.0)
    return pd.Series(np.round(20_000 * weekend * rng.lognormal(0, 0.06, days), 2), times)


def german(value: float) -> str:
    return f"{value:,.2f}".replace(",", "_").replace(".", ",").replace("_", ".")


@dataclass(frozen=True)
class Export:
    """A way to write a series down, and what a draft must find in it."""

    name: str
    write: Callable[[int, Path], None]
    keys: dict[str, object]
    step: str
    file: str = "orders.csv"


def _comma_us(seed: int, path: Path) -> None:
    series = hourly(seed).tz_localize(None)
    series = series[~series.index.duplicated()]
    pd.DataFrame(
        {"Start Time": series.index.strftime("%m/%d/%Y %I:%M %p"), "Trips": series.astype(int)}
    ).to_csv(path, index=False)


def _german(seed: int, path: Path) -> None:
    series = daily(seed)
    text = pd.DataFrame({"Datum": series.index.strftime("%d.%m.%Y"), "Umsätze": series.map(german)})
    path.write_bytes(text.to_csv(sep=";", index=False).encode("latin-1"))


def _epoch(seed: int, path: Path) -> None:
    series = hourly(seed)
    seconds = series.index.tz_convert("UTC").astype("datetime64[s, UTC]").astype("int64")
    frame = pd.DataFrame({"row": range(len(series)), "ts": seconds * 1000, "requests": series.to_numpy()})
    frame.sample(frac=1, random_state=seed).to_csv(path, sep="\t", index=False)


def _offsets(seed: int, path: Path) -> None:
    series = hourly(seed)
    frame = pd.DataFrame(
        {"timestamp": [time.isoformat() for time in series.index], "load (MW)": series.to_numpy()}
    )
    path.write_bytes(gzip.compress(frame.to_csv(index=False).encode()))


def _total(seed: int, path: Path) -> None:
    series = daily(seed).resample("W-FRI").sum()[1:-1]
    rows = {"Week ending": series.index.strftime("%d %b %Y"), "Sales": series.map("{:,.2f}".format)}
    frame = pd.DataFrame(rows)
    frame.loc[len(frame)] = ["Total", f"{series.sum():,.2f}"]
    frame.to_csv(path, index=False)


def _sep_line(seed: int, path: Path) -> None:
    series = hourly(seed).tz_localize(None)
    series = series[~series.index.duplicated()]
    frame = pd.DataFrame({"zeit": series.index.strftime("%Y/%m/%d %H:%M"), "anzahl": series.astype(int)})
    path.write_text("sep=;\n" + frame.to_csv(sep=";", index=False))


def _digits(seed: int, path: Path) -> None:
    series = daily(seed)
    frame = pd.DataFrame({"day": series.index.strftime("%Y%m%d"), "views": series.round().astype(int)})
    frame.to_csv(path, sep="|", index=False)


def _wide_letters(seed: int, path: Path) -> None:
    series = hourly(seed)
    times = series.index.tz_convert("UTC").strftime("%Y-%m-%d %H:%M:%S UTC")
    pd.DataFrame({"time": times, "value": series.to_numpy()}).to_csv(path, index=False, encoding="utf-16")


def _parquet(seed: int, path: Path) -> None:
    series = hourly(seed)
    pd.DataFrame({"time": series.index, "value": series.to_numpy(), "promo": 1}).to_parquet(path)


def _weekdays(seed: int, path: Path) -> None:
    series = daily(seed)
    series = series[series.index.day_of_week < 5]
    pd.DataFrame({"date": series.index.strftime("%Y-%m-%d"), "orders": series.round()}).to_csv(
        path, index=False
    )


EXPORTS = (
    Export(
        "American dates with AM and PM",
        _comma_us,
        {"time": "Start Time", "time_format": "%m/%d/%Y %I:%M %p"},
        "1h",
    ),
    Export(
        "a German spreadsheet in Latin-1",
        _german,
        {"time": "Datum", "value": "Umsätze", "decimal": ",", "thousands": ".", "encoding": "latin-1"},
        "1d",
    ),
    Export(
        "shuffled milliseconds with a row number",
        _epoch,
        {"time_format": "epoch_ms", "value": "requests"},
        "1h",
    ),
    Export("packed texts with offsets", _offsets, {"value": "load (MW)"}, "1h", "load.csv.gz"),
    Export("weeks by their last day with a total", _total, {"week_ends": "friday", "thousands": ","}, "1w"),
    Export("a line that names the separator", _sep_line, {"time": "zeit", "delimiter": ";"}, "1h"),
    Export("days as digits between bars", _digits, {"time_format": "%Y%m%d", "delimiter": "|"}, "1d"),
    Export("UTF-16 with UTC written out", _wide_letters, {"encoding": "utf-16"}, "1h"),
    Export(
        "Parquet with a constant beside",
        _parquet,
        {"kind": "parquet", "value": "value"},
        "1h",
        "orders.parquet",
    ),
    Export("weekdays alone", _weekdays, {"time": "date", "value": "orders"}, "1d"),
)
