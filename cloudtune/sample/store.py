"""The sample store's data, written with the truth beside it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from cloudtune.data.timeline import to_local
from cloudtune.files import replacing, write_text
from cloudtune.sample.catalog import MARKETS
from cloudtune.sample.simulate import expected, instants, realised, without
from cloudtune.sample.world import SPEND_FILE, daily_spend

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from cloudtune.sample.world import Market, Spend, TrueChange, TrueOccurrence, Upset


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
    """Write one series; a day or more a row is added up from its hours."""
    utc = instants(market, max(market.origin, market.first), market.end)
    values = realised(market, expected(market, utc, spend), rng)
    wall = to_local(utc, market.zone)
    factors = _factors(market, wall)
    values = np.rint(values * factors)
    kept = factors > 0
    if market.step.is_calendar:
        stamps, values = _by_day(market, wall, values)
    else:
        stamps, values = (utc if market.stamps == "utc" else wall)[kept], values[kept]
    path = folder / file_name(market)
    _WRITERS[market.file](path, market, stamps, values)
    return path


def file_name(market: Market) -> str:
    """The file of a series: `us-orders.parquet`."""
    return f"{market.name}.{market.file}"


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


def _by_day(
    market: Market, wall: NDArray[np.datetime64], values: NDArray[np.float64]
) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    day = wall.astype("datetime64[D]")
    key = (day - day[0]).astype("int64") // market.step.days
    totals = np.bincount(key, values).astype("float64")
    starts = day[0] + np.arange(len(totals)) * np.timedelta64(market.step.days, "D")
    return np.asarray(starts), totals


def _write_parquet(
    path: Path, market: Market, stamps: NDArray[np.datetime64], values: NDArray[np.float64]
) -> None:
    zone = "UTC" if market.stamps == "utc" else None
    times = pa.array(stamps.astype("datetime64[us]"), pa.timestamp("us", zone))
    columns = {market.time: times, market.column: pa.array(values.astype("int64"))}
    with replacing(path) as temporary:
        table = pa.table(columns).replace_schema_metadata(_LABEL)
        pq.write_table(table, temporary, compression="zstd")


def _write_csv(
    path: Path, market: Market, stamps: NDArray[np.datetime64], values: NDArray[np.float64]
) -> None:
    unit, offset = ("D", "") if market.step.is_calendar else ("m", "Z")
    times = stamps.astype(f"datetime64[{unit}]").astype(str)
    rows = (f"{time}{offset},{value:.0f}" for time, value in zip(times, values, strict=True))
    write_text(path, "\n".join([f"{market.time},{market.column}", *rows]) + "\n")


_WRITERS = {"parquet": _write_parquet, "csv": _write_csv}


def truth_of(market: Market, spend: Spend | None = None) -> dict[str, Any]:
    """Trend, turns, upsets, and every occurrence from the start on, future ones included."""
    known = [each for each in market.occurrences if each.start >= market.origin]
    return {
        "step": str(market.step),
        "timezone": market.zone,
        "start": market.origin.isoformat(),
        "end": market.end.isoformat(),
        "growth_a_year": market.growth,
        "slope_break": _turn(market.slope_break, "growth_a_year_after"),
        "level_shift": _turn(market.level_shift, "factor"),
        "spend_effect": market.spend_effect,
        "upsets": [_upset(each) for each in market.upsets],
        "occurrences": [_occurrence(market, each, spend) for each in sorted(known, key=_start)],
    }


def _occurrence(market: Market, occurrence: TrueOccurrence, spend: Spend | None) -> dict[str, Any]:
    utc = instants(market, occurrence.start, occurrence.end)
    path, plain = expected(market, utc, spend), expected(without(market, occurrence), utc, spend)
    peak = int(path.argmax())
    fact = {
        "event": occurrence.name,
        "start": occurrence.start.isoformat(),
        "hours": occurrence.hours,
        "is_past": occurrence.end <= market.end,
        "lift": round(float(path.sum() / plain.sum()), 4),
    }
    if market.step.is_calendar:
        return fact
    local = to_local(utc[peak : peak + 1], market.zone)[0]
    return fact | {
        "peak_minute": str(local.astype("datetime64[m]")),
        "peak_height": round(float(path[peak]), 2),
        "peak_lift": round(float(path[peak] / plain[peak]), 4),
    }


def _turn(turn: TrueChange | None, name: str) -> dict[str, Any] | None:
    if turn is None:
        return None
    return {"at": turn.at.date().isoformat(), name: turn.size, "reason": turn.reason}


def _upset(upset: Upset) -> dict[str, Any]:
    return {
        "start": upset.start.isoformat(),
        "end": upset.end.isoformat(),
        "factor": upset.factor,
        "reason": upset.reason,
    }


def _start(occurrence: TrueOccurrence) -> str:
    return f"{occurrence.start.isoformat()} {occurrence.name}"
