"""Documents of unlike series: what golden files and laws are held against."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.series import Cleaned, Series
from cloudtune.data.timeline import Timeline
from cloudtune.engine.result import (
    Accuracy,
    EventOutlook,
    IngredientFact,
    Interval,
    Outcome,
    Peak,
    StepForecast,
    TrendFact,
)
from cloudtune.report.build import build_document
from cloudtune.timegrid import STEPS
from tests.report import builders
from tests.report.builders import CUTOFF, ZONE, good_spec, local_start, outcome

if TYPE_CHECKING:
    from cloudtune.report.document import Document

HOLIDAYS = {
    "independence-day": ("2026-07-03", 0.81),
    "prime-day": ("2026-07-14", 1.9),
    "back-to-school": ("2026-08-17", 1.12),
    "labor-day": ("2026-09-07", 0.86),
    "diwali": ("2026-11-08", 1.3),
    "thanksgiving": ("2026-11-26", 0.78),
    "black-friday": ("2026-11-27", 2.4),
    "cyber-monday": ("2026-11-30", 2.6),
    "christmas-eve": ("2026-12-24", 0.7),
    "christmas-day": ("2026-12-25", 0.5),
    "new-years-eve": ("2026-12-31", 0.75),
    "valentines-day": ("2027-02-14", 1.2),
    "mothers-day": ("2027-05-09", 1.4),
}


def prime_day() -> Document:
    return builders.document()


def power_load() -> Document:
    """Hourly megawatts, many holidays, an additive scale, a failing gate and a waived one."""
    spec = good_spec(
        name="pjm-load",
        description="Load of the zone",
        series={
            "source": {"kind": "csv", "path": "data/load.csv", "time": "hour", "value": "mw"},
            "step": "1h",
            "timezone": ZONE,
            "unit": "MW",
            "aggregate": "mean",
        },
        granularities=[{"step": "1h", "horizon": "1y"}],
        gates=[
            {"metric": "wape", "at_most": "5%"},
            {"metric": "coverage", "between": ["78%", "90%"]},
            {"metric": "mase", "at_most": 0.5, "waive": {"until": "2026-12-31", "reason": "heat wave"}},
            {"metric": "wape", "worse_than_base_by": "10%"},
        ],
        expect=[{"event": "easter", "peak_at_least": "1.5x"}],
    )
    hourly, weekly = _level("1h", 364), _level("1w", 364)
    found = replace(
        outcome(),
        scale="additive",
        forecasts={"1h": hourly},
        outlook={"1w": weekly, "1d": _level("1d", 364)},
        peaks=tuple(_day_peak(day, 171_234.0 - 900 * n) for n, day in enumerate(_days("2026-07-17", 9))),
        events=tuple(_holiday(name, *HOLIDAYS[name]) for name in HOLIDAYS),
        trend=TrendFact(Interval(-0.006, -0.011, 0.002), "damped"),
        accuracy=tuple(
            Accuracy("1h", ahead, 1000, wape, 2.2 * wape, wape * 10, -wape / 9, wape, 0.8, wape / 2)
            for ahead, wape in (("1 to 7 days", 0.032), ("8 to 28 days", 0.048), ("all", 0.0612))
        ),
        last_year={"max": 176_000.0, "mean": 149_000.0, "total_28d": 1.1e8},
        warnings=("the calendar us-retail ends before the horizon does",),
    )
    return _document(spec, found, _actuals("1h", 150_000.0))


def quiet_daily() -> Document:
    """A month of days: no event, no gate, nothing left out, no history to show."""
    spec = good_spec(
        name="signups",
        owner="",
        region="",
        tags=[],
        description="",
        series={
            "source": {"kind": "csv", "path": "data/signups.csv", "time": "day", "value": "n"},
            "step": "1d",
            "timezone": ZONE,
        },
        granularities=[{"step": "1d", "horizon": "21d"}],
        gates=[],
        expect=[],
    )
    found = Outcome(
        scale="multiplicative",
        forecasts={"1d": _level("1d", 21, 41.7)},
        peaks=(),
        events=(),
        trend=TrendFact(Interval(np.nan, np.nan, np.nan), "flat"),
        ingredients=(),
        choices=(),
        accuracy=(),
        folds=(),
        data_through=CUTOFF,
    )
    return _document(spec, found, _actuals("1d", 41.7, days=40, aggregate="sum"))


def hostile() -> Document:
    """Every string of a spec and of a source tries to break out."""
    evil = "a|b `c` <b>@org/team</b> #12 [x](https://evil.example) \n\n# h1 \u202e www.evil.example $x$ "
    spec = good_spec(owner=evil, region=evil, description=evil, tags=[evil])
    changes = {
        "ingredients": (IngredientFact(evil, evil),),
        "warnings": (evil,),
        "exclusions": (replace(outcome().exclusions[0], reason=evil, review_by=evil),),
        "events": (replace(outcome().events[0], name=evil, learned_from=evil),),
    }
    return builders.document(spec=spec, **changes)


SCENARIOS = {
    "prime-day": prime_day,
    "power-load": power_load,
    "quiet-daily": quiet_daily,
    "hostile": hostile,
}


def _document(spec, found: Outcome, actuals: Cleaned) -> Document:
    found = builders.with_highest(found)
    run = builders.Run(resolved=builders.resolved(spec), cleaned=actuals, outcome=found)
    return build_document(run, engine="e1", template="t1", locate=lambda _file, _path: 7)


def _level(step: str, days: int, level: float = 150_000.0) -> StepForecast:
    """A mean level with a yearly swing and a band that widens."""
    grid = STEPS[step]
    periods = days // grid.days if grid.is_calendar else days * grid.slots
    timeline = Timeline(local_start(CUTOFF), periods, grid, ZONE)
    day = (timeline.local - CUTOFF).astype("timedelta64[m]").astype(float) / 1440
    mean = level * (1 + 0.12 * np.cos(2 * np.pi * (day - 46) / 182.5) + 0.1 * np.sin(2 * np.pi * (day - 0.4)))
    spread = 0.02 + 0.06 * np.sqrt(np.arange(periods) / periods)
    return StepForecast(
        timeline, mean, mean, {0.1: mean * (1 - spread), 0.9: mean * (1 + spread)}, {}, "additive"
    )


def _actuals(step: str, level: float, days: int = 800, aggregate: str = "mean") -> Cleaned:
    grid = STEPS[step]
    timeline = Timeline(local_start(CUTOFF - np.timedelta64(days, "D")), days * grid.slots, grid, ZONE)
    day = (timeline.local - CUTOFF).astype("timedelta64[m]").astype(float) / 1440
    values = level * (1 + 0.12 * np.cos(2 * np.pi * (day - 46) / 182.5))
    series = Series(timeline, values, aggregate=aggregate)
    return Cleaned(series, np.zeros(values.size, dtype=bool), data_hash="5a5a5a5a5a5a5a5a")


def _days(first: str, count: int) -> list[np.datetime64]:
    return [np.datetime64(first) + np.timedelta64(day, "D") for day in range(count)]


def _day_peak(day: np.datetime64, height: float) -> Peak:
    at = day.astype("datetime64[m]") + np.timedelta64(17, "h")
    return Peak(at, Interval(height, height * 0.94, height * 1.07), "", 1.08)


def _holiday(name: str, day: str, lift: float) -> EventOutlook:
    start = np.datetime64(day)
    peak = replace(_day_peak(start, 140_000.0 * lift), driver=name, times_normal=lift)
    interval = Interval(lift, lift * 0.95, lift * 1.05)
    return EventOutlook(
        name, start, start + np.timedelta64(1, "D"), interval, peak, interval, "4 occurrences"
    )
