"""A tracking for machines: one JSON object a line."""

from __future__ import annotations

import json
from dataclasses import asdict
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.track.facts import TrackingFacts
    from cloudtune.track.nowcast import Nowcast
    from cloudtune.track.tracking import Tracking

DIGITS = 6


def json_lines(
    tracking: Tracking, facts: TrackingFacts, update: Nowcast | None = None, *, since: int = 0
) -> Iterator[str]:
    """A line a point from number `since` on, then one with the facts."""
    vintage = tracking.vintage
    columns = {
        "actual": tracking.actual,
        "forecast": vintage.median,
        "low": vintage.low,
        "high": vintage.high,
    }
    if update is not None:
        columns["nowcast"] = update.median
    stamps = vintage.timeline.utc.astype("datetime64[s]")
    for place in range(since, tracking.actual.size):
        row: dict[str, Any] = {"time": f"{stamps[place]}Z"}
        row |= {name: _plain(float(values[place])) for name, values in columns.items()}
        yield json.dumps(row)
    yield json.dumps({"facts": _plain(asdict(facts)), "name": tracking.name, "forecast": vintage.label})


def _plain(value: Any) -> Any:
    """Rounded, and null where there is no number."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, np.datetime64):
        return str(value.astype("datetime64[m]"))
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if isfinite(value) else None
    return value
