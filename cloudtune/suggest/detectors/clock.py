"""A wrong time zone: clock changes that the data follows, or doesn't, against the spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from cloudtune.suggest.country import country_of, zones_of
from cloudtune.suggest.proposals import Proposal
from cloudtune.yaml_edit.edit import Put

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.residuals import Residuals

SIDE_DAYS = 14
"""Looked at on either side of a clock change, a week's distance to it left out."""
CERTAIN = 0.5
"""Hours by which the mean shift of the profile must speak for one zone rather than the other."""
STEADY = 0.35
"""Median error, in hours, beyond which a zone explains nothing."""
FINEST = 12
"""Parts of an hour in which shifts are measured."""
FAMILIES = ("UTC", "America/New_York", "Europe/Berlin", "Australia/Sydney")
"""One zone for each way of changing clocks."""
LEAST_CHANGES = 2


class ClockShift(NamedTuple):
    """How much later, in hours of UTC, the daily profile runs after a moment than before."""

    hours: float
    at: np.datetime64


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """A proposal where the profile keeps another zone's clock than the declared one."""
    if view.timeline.step.minutes > 60:
        return []
    declared = resolved.spec.series.timezone
    shifts = _shifts(view, _changes(view, declared, *FAMILIES))
    if not shifts:
        return []
    best = min(FAMILIES, key=lambda zone: _error(shifts, zone))
    gain = _gain(shifts, declared, best)
    return [_proposal(resolved, best, gain)] if gain >= CERTAIN else []


def _shifts(view: Residuals, changes: list[np.datetime64]) -> list[ClockShift]:
    measured = ((at, _shift(view, at)) for at in changes)
    return [ClockShift(hours, at) for at, hours in measured if hours is not None]


def _error(shifts: list[ClockShift], zone: str) -> float:
    """How far the measured shifts lie from what a zone's clock would give, in hours."""
    return float(np.mean([abs(shift.hours - _expected(zone, shift.at)) for shift in shifts]))


def _gain(shifts: list[ClockShift], declared: str, rival: str) -> float:
    """Hours by which the rival explains better the days on which the two clocks part."""
    telling = [one for one in shifts if _expected(declared, one.at) != _expected(rival, one.at)]
    if len(telling) < LEAST_CHANGES:
        return 0.0
    errors = {
        zone: float(np.median([abs(one.hours - _expected(zone, one.at)) for one in telling]))
        for zone in (declared, rival)
    }
    return errors[declared] - errors[rival] if errors[rival] <= STEADY else 0.0


def _changes(view: Residuals, *zones: str) -> list[np.datetime64]:
    """Days of the series on which one of the zones changes its clock."""
    days = np.unique(view.timeline.utc.astype("datetime64[D]"))[SIDE_DAYS:-SIDE_DAYS]
    found: set[np.datetime64] = set()
    for zone in zones:
        offsets = np.array([_offset(zone, day) for day in days])
        found |= set(days[1:][np.diff(offsets) != 0])
    return sorted(found)


def _offset(zone: str, day: np.datetime64) -> float:
    noon = pd.Timestamp(day).to_pydatetime().replace(hour=12)
    offset = ZoneInfo(zone).utcoffset(noon)
    return offset.total_seconds() / 3600 if offset else 0.0


def _expected(zone: str, at: np.datetime64) -> float:
    """The shift in UTC of a profile that keeps the zone's clock: an hour earlier when clocks go forward."""
    week = np.timedelta64(7, "D")
    return _offset(zone, at - week) - _offset(zone, at + week)


def _shift(view: Residuals, at: np.datetime64) -> float | None:
    """The measured shift of the profile in UTC, in hours."""
    before = _profile(view, at - np.timedelta64(SIDE_DAYS, "D"), at)
    after = _profile(view, at + np.timedelta64(1, "D"), at + np.timedelta64(SIDE_DAYS + 1, "D"))
    if before is None or after is None:
        return None
    fine = [_finer(profile) for profile in (before, after)]
    reach = 2 * FINEST
    errors = {k: float(np.sum((fine[1] - np.roll(fine[0], k)) ** 2)) for k in range(-reach, reach + 1)}
    return min(errors, key=lambda k: (errors[k], abs(k))) / FINEST


def _profile(view: Residuals, start: np.datetime64, stop: np.datetime64) -> NDArray[np.float64] | None:
    """Mean of each hour of the UTC day over the days given, centred and scaled."""
    utc = view.timeline.utc
    inside = (utc >= start) & (utc < stop) & view.usable & ~view.in_event
    hour = (utc[inside].astype("int64") // 3600) % 24
    means = pd.Series(view.actual[inside]).groupby(hour).median().reindex(range(24))
    spread = float(means.std())
    if means.isna().any() or not spread > 0:
        return None
    return np.asarray(((means - means.mean()) / spread).to_numpy(), dtype="float64")


def _finer(profile: NDArray[np.float64]) -> NDArray[np.float64]:
    """The profile by twelfths of an hour, through its Fourier series."""
    waves = np.fft.rfft(profile)[:7]
    padded = np.zeros(24 * FINEST // 2 + 1, dtype="complex128")
    padded[:7] = waves
    return np.asarray(np.fft.irfft(padded, 24 * FINEST) * FINEST, dtype="float64")


def _proposal(resolved: ResolvedSpec, family: str, gain: float) -> Proposal:
    declared = resolved.spec.series.timezone
    real = _zone_like(resolved, family)
    return Proposal(
        kind="timezone",
        file=resolved.file,
        path=("series", "timezone"),
        reason=f"around clock changes the day's profile keeps the clock of {real}, not of {declared}"
        + ("" if family == "UTC" else "; any zone that changes its clocks on the same days would fit")
        + ". Mend this first, then ask again",
        edits=(Put(("series", "timezone"), real),),
        strength=gain * 10,
    )


def _zone_like(resolved: ResolvedSpec, family: str) -> str:
    """The first zone of the spec's country that changes its clocks as the family does, else the family's."""
    year = np.arange("2024-01-01", "2025-01-01", dtype="datetime64[D]")
    wanted = np.diff([_offset(family, day) for day in year])
    first = next(iter(zones_of(country_of(resolved))), family)
    same = (np.diff([_offset(first, day) for day in year]) == wanted).all()
    return first if same and first != resolved.spec.series.timezone else family
