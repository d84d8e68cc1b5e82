"""A vintage of a sale, with actuals that go otherwise."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.spec.resolved import Event, Occurrence
from cloudtune.timegrid import STEPS
from cloudtune.track.tracking import TrackedWindow, Tracking
from cloudtune.track.vintage import Vintage

START = datetime(2026, 7, 14, tzinfo=UTC)
CALENDAR = "specs/calendars/us.yaml"


def sale(hours=48, *, following=True, note="") -> Event:
    """An event by occurrences: the occurrence tracked, and the next one."""
    path = ("events", 0, "occurrences")
    occurrences = [Occurrence(START, START + timedelta(hours=hours), note=note, path=(*path, 0))]
    if following:
        later = START + timedelta(days=365)
        occurrences.append(Occurrence(later, later + timedelta(hours=hours), path=(*path, 1)))
    return Event("sale", tuple(occurrences), file=CALENDAR, path=("events", 0))


def vintage(hours=48, *, lift=2.0, step="5min", width=0.2) -> Vintage:
    """A day's wave times a lift that opens high, with an interval of `width` on the log scale."""
    grain = STEPS[step]
    line = Timeline(np.datetime64("2026-07-14", "s"), hours * 60 // grain.minutes, grain, "UTC")
    hour = np.arange(line.periods) * grain.minutes / 60
    base = 1000 * np.exp(0.5 * np.sin((hour - 9) / 24 * 2 * np.pi))
    factor = lift * (1 + 0.5 * np.exp(-hour / 0.5))
    median = base * factor
    made = np.datetime64("2026-07-07", "s")
    parts = {"trend": base, "event:sale": factor}
    return Vintage(
        "1f2e3d4",
        made,
        line,
        median,
        median * np.exp(-width),
        median * np.exp(width),
        parts,
        "multiplicative",
    )


def tracking(hours=48, *, level=1.0, lift=1.0, seen=1.0, noise=0.02, event=None, step="5min") -> Tracking:
    """Actuals at `level` times the forecast, the event's log lift at `lift` times its own."""
    found, event = vintage(hours, step=step), event or sale(hours)
    rng = np.random.default_rng(3)
    power = found.ingredients["event:sale"] ** (lift - 1.0)
    actual = found.median * level * power * np.exp(rng.normal(0, noise, found.median.size))
    actual[int(seen * actual.size) :] = np.nan
    occurrence = event.occurrences[0]
    return Tracking(
        "us-orders",
        "orders",
        TrackedWindow(occurrence.start, occurrence.end, event, occurrence),
        found,
        actual,
    )
