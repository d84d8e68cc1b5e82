"""Seeded simulated series: minutes of growing length, and stores with the traps that real ones have."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from bench import shapes
from bench.cases import WORK, Facts, write_data, write_facts

if TYPE_CHECKING:
    from collections.abc import Callable

SEED = 20240607
CUT = pd.Timestamp("2024-06-03")
MINUTE_DAYS = (30, 180, 365, 730)
NO_EVENTS = pd.DataFrame(columns=["name", "start", "end", "attributes"])
Made = tuple[pd.Series, pd.DataFrame]


def write_simulated() -> list[Facts]:
    """Write every simulated case; data that is already there is kept."""
    facts = [fact for make in FAMILIES for fact in make()]
    for one in facts:
        write_facts(one)
    return facts


def _minutes() -> list[Facts]:
    if not _there("sim-minutes"):
        _store("sim-minutes", _store_series(days=3 * 365, ahead=90, step="1min"))
    facts = [
        _facts(f"sim-min-{days}d", "sim-minutes", "1min", 90, ("1h", "1d", "1w"), past_days=days)
        for days in MINUTE_DAYS
    ]
    if not _there("sim-hours"):
        values, events = _store_series(days=3 * 365, ahead=90, step="1min")
        _store("sim-hours", (values.resample("1h").mean(), events))
    return [*facts, _facts("sim-hour-3y", "sim-hours", "1h", 90, ("1d", "1w"), aggregate="mean")]


def _days() -> list[Facts]:
    if not _there("sim-days"):
        values, events = _store_series(
            days=5 * 365, ahead=730, step="5min", seed=SEED + 1, turn_days=-600, slopes=(0.10, 0.25)
        )
        _store("sim-days", (values.resample("1D").mean(), events))
    return [_facts("sim-day-5y", "sim-days", "1d", 730, ("1w",), aggregate="mean")]


def _store_series(  # noqa: PLR0913  (a row of a table)
    *,
    days: int,
    ahead: int,
    step: str,
    seed: int = SEED,
    turn_days: float = -150,
    slopes: tuple[float, float] = (0.20, 0.70),
    level: float = 1000.0,
) -> Made:
    random = np.random.default_rng(seed)
    index = _index(days, ahead, step)
    events = shapes.calendar(index[0], index[-1], random)
    minutes = pd.Timedelta(step) / shapes.MINUTE
    logs = shapes.line(index, CUT, slopes, turn_days) + shapes.daily(index) + shapes.yearly(index)
    logs += shapes.lifts(index, events, random) + shapes.drift(len(index), minutes, random)
    noise = 0.04 * random.standard_normal(len(index))
    return pd.Series(np.round(level * np.exp(logs + noise), 2), index), events


def _turning() -> list[Facts]:
    """Years of growth that flatten or turn shortly before or after the cut."""
    plans = {
        "sim-flattens-before": ((0.22, 0.0), -75),
        "sim-flattens-after": ((0.22, 0.0), 30),
        "sim-turns-before": ((0.22, -0.25), -60),
        "sim-grows-on": ((0.22, 0.22), 0),
    }
    for k, (name, (slopes, turn)) in enumerate(plans.items()):
        if not _there(name):
            made = _store_series(
                days=1400, ahead=180, step="1h", seed=SEED + 10 + k, turn_days=turn, slopes=slopes
            )
            _store(name, made)
    return [_facts(name, name, "1h", 180, ("1d", "1w")) for name in plans]


def _moved() -> list[Facts]:
    """A long, old history and a level that moved a few weeks ago; a wandering level."""
    if not _there("sim-level-moved"):
        index = _index(2190, 90, "1D")
        random = np.random.default_rng(SEED + 20)
        logs = (
            shapes.WEEK[index.day_of_week]
            + shapes.yearly(index)
            + np.where(index >= CUT - 45 * shapes.DAY, -0.45, 0)
        )
        _store("sim-level-moved", (_noisy(index, logs, 5000, 0.05, random), NO_EVENTS))
        logs = shapes.WEEK[index.day_of_week] + shapes.yearly(index) + shapes.walk(index, random, 0.015)
        _store("sim-wanders", (_noisy(index, logs, 5000, 0.05, random), NO_EVENTS))
    return [_facts(name, name, "1d", 90, ("1w",)) for name in ("sim-level-moved", "sim-wanders")]


def _sparse() -> list[Facts]:
    """Low counts at five minutes, and a shop that closes at night."""
    if not _there("sim-low-counts"):
        random, index = np.random.default_rng(SEED + 30), _index(120, 28, "5min")
        rate = 1.2 * np.exp(1.6 * shapes.daily(index) - 1.2 + shapes.drift(len(index), 5, random, 0.1))
        _store("sim-low-counts", (pd.Series(random.poisson(rate).astype(float), index), NO_EVENTS))
        index = _index(200, 28, "15min")
        opened = (index.hour >= 8) & (index.hour < 21) & (index.day_of_week < 6)
        rate = np.where(opened, 60 * np.exp(shapes.daily(index)), 0.02)
        _store("sim-closed-nights", (pd.Series(random.poisson(rate).astype(float), index), NO_EVENTS))
    return [
        _facts("sim-low-counts", "sim-low-counts", "5min", 28, ("1h", "1d", "1w")),
        _facts("sim-closed-nights", "sim-closed-nights", "15min", 28, ("1h", "1d", "1w")),
    ]


def _launches() -> list[Facts]:
    """Eight months of minutes with launches whose first minutes are sharp."""
    if not _there("sim-launches"):
        _store("sim-launches", _store_series(days=240, ahead=90, step="1min", seed=SEED + 40, level=300))
    return [_facts("sim-launches", "sim-launches", "1min", 90, ("1h", "1d", "1w"))]


def _weekly() -> list[Facts]:
    """Three years of weeks with a steep December."""
    if not _there("sim-weekly-3y"):
        random, index = (
            np.random.default_rng(SEED + 50),
            pd.date_range(CUT - 156 * 7 * shapes.DAY, periods=182, freq="7D"),
        )
        christmas = np.where((index.month == 12) & (index.day < 25), 0.5, 0) - np.where(
            index.day_of_year < 15, 0.25, 0
        )
        logs = 2 * shapes.yearly(index) + christmas + shapes.line(index, CUT, (0.1, 0.1), 0)
        _store("sim-weekly-3y", (_noisy(index, logs, 90000, 0.03, random), NO_EVENTS))
    return [_facts("sim-weekly-3y", "sim-weekly-3y", "1w", 26 * 7, ())]


FAMILIES: tuple[Callable[[], list[Facts]], ...] = (
    _minutes,
    _days,
    _turning,
    _moved,
    _sparse,
    _launches,
    _weekly,
)


def _index(days: int, ahead: int, step: str) -> pd.DatetimeIndex:
    return pd.date_range(CUT - days * shapes.DAY, CUT + ahead * shapes.DAY, freq=step, inclusive="left")


def _noisy(index, logs, level: float, noise: float, random: np.random.Generator) -> pd.Series:
    return pd.Series(level * np.exp(logs + noise * random.standard_normal(len(index))), index)


def _there(name: str) -> bool:
    return (WORK / "data" / name / "events.json").exists()


def _store(name: str, made: Made) -> None:
    values, events = made
    rows = pd.DataFrame(
        {"time": values.index, "utc": values.index, "value": values.to_numpy(), "outlier": False}
    )
    write_data(name, rows, events.astype({"start": str, "end": str}))


def _facts(  # noqa: PLR0913  (a row of a table)
    label: str,
    data: str,
    step: str,
    ahead: int,
    steps: tuple[str, ...],
    *,
    past_days: int | None = None,
    aggregate: str = "sum",
) -> Facts:
    start = str(CUT - past_days * shapes.DAY) if past_days else None
    end = str(CUT + ahead * shapes.DAY)
    return Facts(label, data, str(CUT), end, step, "UTC", aggregate=aggregate, steps=steps, start=start)
