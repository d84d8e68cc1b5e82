"""One good run; a test breaks one thing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from types import SimpleNamespace as Run
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.data.series import Cleaned, Repair, Series
from cloudtune.data.timeline import Timeline
from cloudtune.engine.result import (
    Accuracy,
    ChangepointFact,
    Choice,
    EventOutlook,
    Exclusion,
    Fold,
    Highs,
    IngredientFact,
    Interval,
    Outcome,
    Peak,
    StepForecast,
    TrendFact,
)
from cloudtune.report.build import build_document
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec
from cloudtune.timegrid import STEPS

ZONE = "America/Los_Angeles"
CUTOFF = np.datetime64("2026-06-01")
EVENT = (np.datetime64("2026-07-14"), np.datetime64("2026-07-18"))


def good_spec(**changes) -> ForecastSpec:
    content = {
        "version": "cloudtune/v1",
        "kind": "forecast",
        "name": "us-orders",
        "owner": "team-checkout",
        "region": "US",
        "tags": ["tier-1"],
        "description": "Orders placed per minute in the US store",
        "series": {
            "source": {
                "kind": "parquet",
                "path": "data/us-orders.parquet",
                "time": "minute",
                "value": "orders",
            },
            "step": "1min",
            "timezone": ZONE,
            "unit": "orders",
        },
        "granularities": [{"step": "1min", "horizon": "90d"}, {"step": "1w", "horizon": "1y"}],
        "gates": [{"metric": "wape", "step": "1min", "at_most": "12%"}],
        "expect": [{"event": "prime-day", "peak_at_least": "2x"}],
    }
    return ForecastSpec.model_validate({**content, **changes})


def resolved(spec: ForecastSpec | None = None) -> ResolvedSpec:
    zone = ZoneInfo(ZONE)
    start = datetime(2026, 7, 14, tzinfo=zone)
    occurrence = Occurrence(start, start + timedelta(days=4), path=("events", 0, "occurrences", 2))
    event = Event("prime-day", (occurrence,), file="specs/calendars/us-retail.yaml", path=("events", 0))
    return ResolvedSpec(
        spec or good_spec(),
        file="specs/store/us-orders.yaml",
        folder="store",
        events=(event,),
        spec_hash="0f1e2d3c4b5a6978",
        calendars_hash="1a2b3c4d5e6f7081",
    )


def local_start(day: np.datetime64) -> np.datetime64:
    """Local midnight as UTC."""
    zone = ZoneInfo(ZONE)
    aware = datetime.fromisoformat(str(day)).replace(tzinfo=zone)
    return np.datetime64(aware.astimezone(ZoneInfo("UTC")).replace(tzinfo=None), "s")


def demand(timeline: Timeline, level: float = 200_000.0) -> np.ndarray:
    """Growth, year, week, day and Prime Day with a sharp opening: no noise."""
    days = (timeline.local - np.datetime64("2026-01-01")).astype("timedelta64[m]").astype(float) / 1440
    hours = (days % 1) * 24
    weekday = np.floor(days + 3) % 7
    value = level * 1.118 ** (days / 365) * (1 + 0.08 * np.cos(2 * np.pi * (days - 330) / 365))
    value = value * (1 + 0.07 * (weekday == 6) - 0.05 * (weekday == 4))
    if not timeline.step.is_calendar:
        value = value * (
            1 + 0.55 * np.cos(2 * np.pi * (hours - 20) / 24) - 0.1 * np.cos(4 * np.pi * hours / 24)
        )
    return value * _lift(timeline)


@cache
def forecast(step: str, days: int, level: float = 200_000.0) -> StepForecast:
    grid = STEPS[step]
    periods = days // grid.days if grid.is_calendar else days * grid.slots
    timeline = Timeline(local_start(CUTOFF), periods, grid, ZONE)
    mean = demand(timeline, level * (grid.minutes if grid.is_calendar else 1))
    spread = 0.05 + 0.05 * np.arange(periods) / max(periods, 1)
    quantiles = {0.1: mean * (1 - spread), 0.5: mean, 0.9: mean * (1 + spread), 0.99: mean * (1 + 2 * spread)}
    trend = np.full(periods, level)
    return StepForecast(
        timeline, mean, mean, quantiles, {"trend": trend, "season:daily": mean / trend}, "multiplicative"
    )


def outcome(scale: float = 1.0, **changes) -> Outcome:
    level = 200_000.0 * scale
    peak = Peak(
        np.datetime64("2026-07-14T00:01"),
        Interval(1_340_432.1 * scale, 1_210_100.0 * scale, 1_520_700.0 * scale),
        "prime-day",
        3.412,
        1_310_000.0 * scale,
    )
    ordinary = Peak(
        np.datetime64("2026-08-23T20:04"),
        Interval(371_000.4 * scale, 342_000.0 * scale, 402_000.0 * scale),
        "",
        1.02,
        352_000.0 * scale,
    )
    event = EventOutlook(
        "prime-day",
        *EVENT,
        Interval(2.11, 1.93, 2.34),
        peak,
        Interval(2.41e9 * scale, 2.2e9 * scale, 2.7e9 * scale),
        "3 occurrences",
    )
    whole = Outcome(
        scale="multiplicative",
        forecasts={"1min": forecast("1min", 90, level), "1w": forecast("1w", 364, level)},
        peaks=(peak, ordinary),
        events=(event,),
        trend=TrendFact(
            Interval(0.118, 0.109, 0.127),
            "linear",
            (
                ChangepointFact(
                    "slope", np.datetime64("2024-09-01"), True, "new checkout", Interval(0.056, 0.04, 0.07)
                ),
            ),
        ),
        ingredients=(
            IngredientFact("trend", "+11.8% a year (10.9 to 12.7) since the slope break of 1 Sep 2024"),
            IngredientFact("weekly", "Sunday +9%, Friday -6%"),
            IngredientFact("prime-day", "opens at 2.9x in the first 3 minutes, settles at 2.0x"),
        ),
        choices=(Choice("scale", "multiplicative", 0.061, "additive", 0.074),),
        accuracy=(
            Accuracy("1min", "1 to 7 days", 40_320, 0.042, 0.079, 0.61, 0.003, 0.051, 0.80, 0.02),
            Accuracy("1min", "8 to 28 days", 120_960, 0.061, 0.096, 0.72, -0.008, 0.077, 0.81, 0.03),
            Accuracy("1min", "event windows", 5_760, 0.094, 0.310, 0.95, -0.022, 0.088, 0.78, 0.05),
            Accuracy("1min", "all", 161_280, 0.058, 0.092, 0.69, -0.005, 0.071, 0.81, 0.028),
        ),
        folds=(
            Fold(np.datetime64("2026-03-01"), 0.055, 0.09, 0.79),
            Fold(np.datetime64("2026-04-01"), 0.061, 0.094, 0.83),
        ),
        exclusions=(
            Exclusion(
                np.datetime64("2025-03-02T04:00"),
                np.datetime64("2025-03-02T09:30"),
                330,
                "robot traffic, INC-431",
                "2026-03-01",
                0.0123,
            ),
        ),
        masked_share=0.0029,
        data_through=CUTOFF,
        last_year={"max": 1_201_000.0 * scale, "mean": 205_000.0 * scale, "total_28d": 8.6e9 * scale},
    )
    return with_highest(replace(whole, **changes))


def with_highest(outcome: Outcome) -> Outcome:
    """The highest steps that go with an outcome's peaks and points."""
    base = min(outcome.forecasts.values(), key=lambda one: one.timeline.step.minutes)
    days = {} if base.timeline.step.days > 1 else _tops(base, base.timeline.day, base.timeline.step.slots)
    monday = base.timeline.day - (base.timeline.day.astype("int64") + 3) % 7
    weeks = _tops(base, monday, 7 * base.timeline.step.slots)
    top = max(outcome.peaks, key=lambda peak: peak.height.value, default=None)
    return replace(outcome, peak=top, highs=Highs(days, days if base.timeline.step.days > 1 else weeks))


def _tops(base: StepForecast, labels: np.ndarray, most: int) -> dict[np.datetime64, float]:
    whole = {label: labels == label for label in np.unique(labels)}
    # A clock change shortens a day by an hour.
    return {
        label: float(base.mean[inside].max()) for label, inside in whole.items() if inside.sum() > 0.95 * most
    }


@cache
def cleaned(scale: float = 1.0) -> Cleaned:
    first = CUTOFF - np.timedelta64(800, "D")
    timeline = Timeline(local_start(first), 800 * 24, STEPS["1h"], ZONE)
    values = demand(timeline, 200_000.0 * 60 * scale)
    series = Series(timeline, values, "orders")
    repairs = (Repair("duplicate", 12, "summed"), Repair("missing", 3))
    return Cleaned(
        series, np.zeros(values.size, dtype=bool), repairs, data_hash="99aabbccddeeff00", rows=values.size
    )


def run(scale: float = 1.0, spec: ForecastSpec | None = None, **changes) -> Run:
    return Run(resolved=resolved(spec), cleaned=cleaned(scale), outcome=outcome(scale, **changes))


def document(scale: float = 1.0, spec: ForecastSpec | None = None, **changes):
    return build_document(
        run(scale, spec, **changes),
        engine="e1",
        template="t1",
        locate=lambda file, _path: 14 if file.endswith("us-retail.yaml") else None,
    )


def _lift(timeline: Timeline) -> np.ndarray:
    """Prime Day of this year and the last two: a steep opening, doubled days, whole weeks in proportion."""
    minute = (timeline.local - EVENT[0]).astype("timedelta64[m]").astype(float)
    lifts = np.ones(timeline.periods)
    for shift, days in ((0, 4), (371, 2), (728, 2)):
        since = minute + shift * 1440
        if timeline.step.minutes == 10080:
            lifts = np.where((since > -10080) & (since <= 0), 1 + days / 7, lifts)
        else:
            inside = (since >= 0) & (since < days * 1440)
            lifts = np.where(inside, 2.0 + 4.9 * np.exp(-np.maximum(since, 0) / 25), lifts)
    return lifts
