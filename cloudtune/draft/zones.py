"""The zone of a series: named, written as offsets, shown by clock changes, or assumed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd

from cloudtune.suggest.country import zones_of
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.draft.times import Times

MAIN = (
    "America/New_York",
    "America/Chicago",
    "America/Denver",
    "America/Los_Angeles",
    "Europe/London",
    "Europe/Berlin",
    "Europe/Athens",
    "Australia/Sydney",
    "America/Sao_Paulo",
    "Asia/Kolkata",
    "Asia/Shanghai",
    "Asia/Tokyo",
)
"""One zone for each clock that many people keep."""
_CLEAR = 0.8
_LEAST = 2


@dataclass(frozen=True, slots=True)
class Zoned:
    """A zone and how sure it is."""

    name: str
    why: str
    candidates: tuple[str, ...] = ()
    """Others that the data would allow."""


def find_zone(times: Times, name: str, *, timezone: str = "", region: str = "") -> Zoned:
    """The zone as asked for, else as the data shows it, else UTC."""
    if timezone:
        return Zoned(timezone, "as asked for")
    at_home = _at_home(region)
    if times.is_zoned:
        fitting = _of_offsets(times)
        why = f"found: the offsets {', '.join(sorted(times.offsets))}"
    else:
        fitting = _of_clock_changes(times)
        why = "found: the hour that the spring clock leaves out is left out"
    chosen = [zone for zone in at_home if zone in fitting] or at_home or fitting
    if chosen:
        asked = f"assumed: the zone of {region}" if at_home else why
        return Zoned(chosen[0], asked, tuple(zone for zone in fitting if zone != chosen[0])[:3])
    if named := _named(name):
        return Zoned(named, f"assumed: {name} sounds like it")
    said = "times are in UTC" if times.is_zoned else "nothing says which clock it is"
    return Zoned("UTC", f"assumed: {said}; write the zone that people live in")


def _at_home(region: str) -> list[str]:
    zones = zones_of(region.upper().split("-")[0]) if region else []
    return [zone for zone in MAIN if zone in zones] or zones[:1]


def _of_offsets(times: Times) -> list[str]:
    """Main zones that have, at each time, the offset that is written beside it."""
    written = {minutes for text in times.offsets if (minutes := _minutes(text)) is not None}
    if not written - {0}:
        return []
    known = times.instants.dropna()
    sample = pd.DatetimeIndex(known.iloc[:: max(1, len(known) // 500)]).tz_localize("UTC")
    return [zone for zone in MAIN if _offsets(sample, zone) == written]


def _offsets(sample: pd.DatetimeIndex, zone: str) -> set[int]:
    local = sample.tz_convert(zone).tz_localize(None)
    return {int(each.total_seconds() // 60) for each in (local - sample.tz_localize(None)).unique()}


def _minutes(text: str) -> int | None:
    if text in {"Z", "UTC"}:
        return 0
    match = re.fullmatch(r"([+-])(\d{2}):?(\d{2})?", text)
    return int(match[1] + "1") * (int(match[2]) * 60 + int(match[3] or 0)) if match else None


def _of_clock_changes(times: Times) -> list[str]:
    """Main zones whose spring hours are left out while those around them are there."""
    if STEPS[times.step].minutes > 60:
        return []
    hours = np.unique(times.instants.dropna().to_numpy("datetime64[h]"))
    scores = {zone: _left_out(hours, zone) for zone in MAIN}
    return [zone for zone, score in scores.items() if score >= _CLEAR]


def _left_out(hours: np.ndarray, zone: str) -> float:
    """The share of a zone's spring changes at which the hour is missing; 0 where there are too few."""
    skipped = [hour for hour in _skipped(hours[0], hours[-1], zone) if _is_amid(hours, hour)]
    if len(skipped) < _LEAST:
        return 0.0
    return float(np.mean([hour not in hours for hour in skipped]))


def _skipped(first: np.datetime64, last: np.datetime64, zone: str) -> list[np.datetime64]:
    utc = pd.date_range(str(first), str(last), freq="h", tz="UTC")
    local = utc.tz_convert(ZoneInfo(zone)).tz_localize(None).to_numpy("datetime64[h]")
    jumps = np.flatnonzero(np.diff(local) == np.timedelta64(2, "h"))
    return [local[at] + np.timedelta64(1, "h") for at in jumps]


def _is_amid(hours: np.ndarray, hour: np.datetime64) -> bool:
    return bool(hour - np.timedelta64(1, "h") in hours and hour + np.timedelta64(1, "h") in hours)


def _named(name: str) -> str:
    """The zone whose city the name holds, as in `berlin-orders`."""
    words = set(re.split(r"[^a-z]+", name.lower()))
    cities = {zone.rpartition("/")[2].lower(): zone for zone in sorted(available_timezones()) if "/" in zone}
    return next((cities[word] for word in sorted(words) if len(word) > 3 and word in cities), "")
