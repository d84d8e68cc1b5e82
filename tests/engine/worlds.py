"""Small series whose truth is known, and the specs that forecast them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.series import Cleaned, Series
from cloudtune.data.timeline import Timeline
from cloudtune.spec import load_store
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec

START = np.datetime64("2025-01-06T00:00:00", "s")  # a Monday
SPEC = """\
version: cloudtune/v1
kind: forecast
name: world
series:
  source: {{kind: csv, path: world.csv, time: time, value: value}}
  step: {step}
  timezone: UTC
  aggregate: {aggregate}
granularities: [{granularities}]
backtest: {{folds: 2, horizon: {horizon}}}
{more}
"""


@cache
def spec(
    step: str = "1h",
    granularities: str = "{step: 1h, horizon: 14d}, {step: 1d, horizon: 14d}",
    aggregate: str = "sum",
    horizon: str = "7d",
    more: str = "",
) -> ResolvedSpec:
    """A spec as a team would write it, resolved."""
    text = SPEC.format(
        step=step, granularities=granularities, aggregate=aggregate, horizon=horizon, more=more
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "specs" / "world.yaml"
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
        store = load_store(Path(folder))
        assert store.problems == (), store.problems
        return store.resolve("world")


def line(days: int, step: str = "1h") -> Timeline:
    return Timeline(START, days * STEPS[step].slots, STEPS[step], "UTC")


def hours_of(timeline: Timeline) -> np.ndarray:
    return (timeline.utc - START).astype("int64") / 3600.0


def demand(timeline: Timeline, *, noise: float = 0.03, growth: float = 0.0, seed: int = 3) -> np.ndarray:
    """A day's wave, a quiet weekend, growth a year on the log scale, and noise."""
    hours = hours_of(timeline)
    weekend = np.where((hours // 24) % 7 >= 5, -0.3, 0.0)
    rng = np.random.default_rng(seed)
    level = 5.0 + growth * hours / 24 / 365.25
    wave = 0.6 * np.sin((hours % 24 - 9) / 24 * 2 * np.pi)
    return np.exp(level + wave + weekend + rng.normal(0, noise, hours.size))


def cleaned(timeline: Timeline, values: np.ndarray, aggregate: str = "sum", masked=None) -> Cleaned:
    hidden = np.zeros(values.size, dtype=bool) if masked is None else masked
    return Cleaned(Series(timeline, values, "orders", aggregate), hidden, data_hash="0" * 16)
