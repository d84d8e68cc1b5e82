"""The sample store's data, written with the truth beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cloudtune.data.clock import to_local
from cloudtune.files import replacing, write_text
from cloudtune.sample.catalog import MARKETS
from cloudtune.sample.simulate import expected, instants, realised
from cloudtune.sample.spend import SPEND_FILE, daily_spend
from cloudtune.sample.truth import truth_of

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cloudtune.sample.spend import Spend
    from cloudtune.sample.world import Market

NOTE = "Synthetic: made by `cloudtune sample`. No row comes from a real store."
_LABEL = {b"note": NOTE.encode()}


def write_sample(folder: Path, *, seed: int = 7, days: int | None = None) -> None:
    """Write every series, the advertising spend and truth.json; the same seed, the same bytes.

    `days` keeps only the last days of each series.
    """
    spend = daily_spend(seed)
    truth: dict[str, Any] = {"note": NOTE, "seed": seed, "series": {}}
    for index, market in enumerate(MARKETS):
        rng = np.random.default_rng([seed, index])
        write_market(folder, _shortened(market, days), spend, rng)
        truth["series"][market.name] = truth_of(market, spend)
    write_text(folder / SPEND_FILE, spend.csv())
    write_text(folder / "truth.json", json.dumps(truth, indent=1) + "\n")


def write_market(folder: Path, market: Market, spend: Spend, rng: np.random.Generator) -> Path:
    """Write one series: Parquet below a day's step, CSV from there on."""
    utc = instants(market, max(market.origin, market.first), market.end)
    values = realised(market, expected(market, utc, spend), rng)
    wall = to_local(utc, market.zone)
    factors = _factors(market, wall)
    kept = factors > 0
    values = np.rint(values * factors)
    if market.step.is_calendar:
        return _write_csv(folder, market, wall, values)
    stamps = utc if market.stamps == "utc" else wall
    return _write_parquet(folder, market, stamps[kept], values[kept])


def _shortened(market: Market, days: int | None) -> Market:
    if days is None:
        return market
    return replace(market, first=max(market.first, market.end - timedelta(days=days)))


def _factors(market: Market, wall: NDArray[np.datetime64]) -> NDArray[np.float64]:
    factors = np.ones(len(wall))
    for upset in market.upsets:
        inside = (wall >= np.datetime64(upset.start)) & (wall < np.datetime64(upset.end))
        factors[inside] = upset.factor
    return factors


def _write_parquet(
    folder: Path, market: Market, stamps: NDArray[np.datetime64], values: NDArray[np.float64]
) -> Path:
    zone = "UTC" if market.stamps == "utc" else None
    times = pa.array(stamps.astype("datetime64[us]"), pa.timestamp("us", zone))
    columns = {"minute": times, market.column: pa.array(values.astype("int64"))}
    path = folder / f"{market.name}.parquet"
    with replacing(path) as temporary:
        table = pa.table(columns).replace_schema_metadata(_LABEL)
        pq.write_table(table, temporary, compression="zstd")
    return path


def _write_csv(
    folder: Path, market: Market, wall: NDArray[np.datetime64], values: NDArray[np.float64]
) -> Path:
    day = wall.astype("datetime64[D]")
    first = day[0]
    key = (day - first).astype("int64") // market.step.days
    totals = np.bincount(key, values)
    starts = first + np.arange(len(totals)) * market.step.days
    rows = (f"{start},{total:.0f}" for start, total in zip(starts, totals, strict=True))
    heading = "day" if market.step.days == 1 else "week"
    path = folder / f"{market.name}.csv"
    write_text(path, "\n".join([f"{heading},{market.column}", *rows]) + "\n")
    return path
