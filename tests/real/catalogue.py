"""The ten real series: where each is cut, how far ahead it is forecast, what is known of it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class RealSeries:
    """One folder of real data; cuts are local wall-clock times, the README's first."""

    folder: str
    step: str
    timezone: str
    horizon: str
    start: str
    """First day of data."""
    cuts: tuple[str, ...]
    unit: str
    steps: tuple[str, ...]
    """Coarser granularities reported beside the base step."""
    variables: tuple[str, ...] = ()
    aggregate: str = "sum"
    stamp_shift_days: int = 0
    """Added to each stamp: Walmart's weeks are stamped with their last day."""

    @property
    def name(self) -> str:
        """The spec's name: the folder in kebab case."""
        return self.folder.replace("_", "-")


REAL: tuple[RealSeries, ...] = (
    RealSeries(
        "worldcup98", "1min", "UTC", "8d", "1998-04-30",
        ("1998-06-26T22:00", "1998-06-22T22:00", "1998-06-19T22:00", "1998-06-15T22:00"),
        "requests", ("1h", "1d"),
    ),
    RealSeries(
        "nasa_http", "1min", "America/New_York", "7d", "1995-07-01",
        ("1995-08-14", "1995-08-11", "1995-07-21", "1995-07-12"),
        "requests", ("1h", "1d", "1w"),
    ),
    RealSeries(
        "web_kpi_a", "1min", "Asia/Shanghai", "14d", "2017-04-01",
        ("2017-08-15", "2017-08-05", "2017-06-04", "2017-05-16"),
        "requests", ("1h", "1d", "1w"),
    ),
    RealSeries(
        "vic_electricity", "30min", "Australia/Melbourne", "6mo", "2012-01-01",
        ("2014-01-01", "2013-10-01", "2013-07-01", "2013-04-01"),
        "MW", ("1h", "1d", "1w"), ("temperature",), "mean",
    ),
    RealSeries(
        "gb_demand", "30min", "Europe/London", "2y", "2005-04-01",
        ("2015-04-01", "2013-04-01", "2011-04-01", "2009-04-01"),
        "MW", ("1h", "1d", "1w"), ("embedded_wind_capacity", "embedded_solar_capacity"), "mean",
    ),
    RealSeries(
        "bike_dc", "1h", "America/New_York", "1y", "2010-09-20",
        ("2017-01-01", "2016-01-01", "2015-01-01", "2013-01-01"),
        "trips", ("1d", "1w"), ("tmin", "tmax", "precip"),
    ),
    RealSeries(
        "nyc_taxi", "30min", "America/New_York", "14d", "2014-07-01",
        ("2014-11-20", "2014-11-06", "2014-10-23", "2014-10-09"),
        "passengers", ("1h", "1d", "1w"),
    ),
    RealSeries(
        "m5_daily", "1d", "America/Chicago", "1y", "2011-01-29",
        ("2014-05-01", "2013-11-01", "2013-05-01", "2012-11-01"),
        "items", ("1w",),
    ),
    RealSeries(
        "wiki_peyton_manning", "1d", "UTC", "1y", "2007-12-10",
        ("2013-08-01", "2012-08-01", "2011-08-01", "2010-08-01"),
        "views", ("1w",),
    ),
    RealSeries(
        "walmart_weekly", "1w", "America/Chicago", "26w", "2010-02-05",
        ("2011-10-28", "2011-07-29", "2011-04-29", "2011-02-25"),
        "USD", (), stamp_shift_days=-6,
    ),
)  # fmt: skip


def real_data() -> Path | None:
    """The folder of real series, or None where this machine has none."""
    asked = os.environ.get("CLOUDTUNE_REAL_DATA")
    folder = Path(asked) if asked else ROOT.parent / "shared" / "data"
    return folder if (folder / "README.md").exists() else None
