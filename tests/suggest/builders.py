"""Residuals and specs with one thing wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec
from cloudtune.suggest.residuals import Residuals, in_event
from cloudtune.timegrid import STEPS

FILE = "specs/x.yaml"


def resolved(events=(), *, step="1h", zone="UTC", region="US", **keys) -> ResolvedSpec:
    """A minimal valid spec; `keys` overrides its blocks."""
    raw = {
        "version": "cloudtune/v1",
        "kind": "forecast",
        "name": "x",
        "region": region,
        "series": {
            "source": {"kind": "csv", "path": "x.csv", "time": "t", "value": "v"},
            "step": step,
            "timezone": zone,
        },
        "granularities": [{"step": step, "horizon": "28d"}],
    }
    return ResolvedSpec(ForecastSpec.model_validate(raw | keys), FILE, "", tuple(events))


def timeline(days=400, *, step="1h", zone="UTC", start="2023-01-02") -> Timeline:
    """Whole days from a Monday on."""
    grain = STEPS[step]
    count = days if grain.is_calendar else days * grain.slots
    return Timeline(np.datetime64(start, "s"), count, grain, zone)


def residuals(line, deviation=None, *, spec=None, level=1000.0, seed=1, noise=0.03, parts=None) -> Residuals:
    """A day's wave as expectation; the actual deviates by `deviation` and noise, on the log scale."""
    rng = np.random.default_rng(seed)
    hours = (line.local - line.day.astype("datetime64[s]")).astype("int64") / 3600
    expected = level * np.exp(0.6 * np.sin((hours - 9) / 24 * 2 * np.pi))
    off = rng.normal(0, noise, line.periods) + (0 if deviation is None else deviation)
    known = np.isfinite(off)
    inside = np.zeros(line.periods, dtype=bool) if spec is None else in_event(line, spec)
    return Residuals(line, expected * np.exp(off), expected, off, known, inside, parts=parts or {})


def event(name, *starts, hours=24, zone="UTC", file=FILE, number=0) -> Event:
    """An event with its occurrences written by hand."""
    place = ZoneInfo(zone)
    occurrences = [
        Occurrence(
            datetime.fromisoformat(start).replace(tzinfo=place),
            datetime.fromisoformat(start).replace(tzinfo=place) + timedelta(hours=hours),
            path=("events", number, "occurrences", k),
        )
        for k, start in enumerate(starts)
    ]
    return Event(name, tuple(occurrences), file=file, path=("events", number))


def within(line, start, end):
    """True for the points of a local window."""
    return (line.local >= np.datetime64(start, "s")) & (line.local < np.datetime64(end, "s"))
