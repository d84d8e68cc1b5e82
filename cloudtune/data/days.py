"""Which local day a row a day belongs to, where its instant is no local midnight."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    MinuteNumbers = NDArray[np.int64]
    """Minutes since 1970, in UTC or on the clock of a zone, as names tell."""

DAY = 1440
_LATE = 21 * 60
"""Another zone's midnight may fall so late; a nightly job of this one writes earlier, or off the quarter."""
_QUARTER = 15
_WRITE = "write dates, such as 2026-07-14, where you can"
_DATE = "add time_format: date to the source where the stamps mean their dates"


@dataclass(frozen=True, eq=False)
class TakenDays:
    """Minutes on the wall clock by which days are told, and what was done to get them."""

    wall: MinuteNumbers
    message: str = ""
    """Says what every row needed; empty where that was nothing."""
    hint: str = ""


def days_of(utc: MinuteNumbers, wall: MinuteNumbers, timezone: str) -> TakenDays:
    """The day of each row.

    Rows at one time of day throughout are days by their order: at UTC midnight the dates that they name, at
    midnight of one of the zone's own offsets the local days that begin nearest, shortly before local midnight
    the days that follow; any other time lies in its day.
    """
    if not (wall % DAY).any() or len(wall) < 2:
        return TakenDays(wall)
    at_utc, at_wall = _only(utc % DAY), _only(wall % DAY)
    if at_utc is None and at_wall is None:
        return TakenDays(wall)
    if at_utc == 0:
        return _named(utc, wall, timezone)
    away = np.unique(wall - utc)
    fixed = [int(each) for each in away if at_utc is not None and (at_utc + each) % DAY == 0]
    if fixed:
        return _fixed(utc, wall, fixed[0], timezone)
    return _inside(utc, wall, timezone)


def _only(times: MinuteNumbers) -> int | None:
    return int(times[0]) if (times == times[0]).all() else None


def _named(utc: MinuteNumbers, wall: MinuteNumbers, timezone: str) -> TakenDays:
    clock = _clock(wall[0])
    before = " of the day before" if wall[0] // DAY < utc[0] // DAY else ""
    message = (
        f"every row stands at 00:00 UTC, which is {clock}{before} in {timezone}: "
        "each is taken for the day that it names"
    )
    return TakenDays(utc, message, f"{_DATE}; where they are days of UTC, set timezone: UTC")


def _fixed(utc: MinuteNumbers, wall: MinuteNumbers, offset: int, timezone: str) -> TakenDays:
    days = utc + offset
    if (days // DAY == wall // DAY).all():
        return TakenDays(days)
    sign, size = "-" if offset < 0 else "+", abs(offset)
    message = (
        f"every row stands at midnight of {sign}{size // 60:02}:{size % 60:02}, which {timezone} has "
        "for a part of the year: each is taken for the day that begins there"
    )
    return TakenDays(days, message, _WRITE)


def _inside(utc: MinuteNumbers, wall: MinuteNumbers, timezone: str) -> TakenDays:
    off = wall % DAY
    clock = " or ".join(_clock(each) for each in np.unique(off)[:2])
    if off.min() >= _LATE and not (off % _QUARTER).any():
        message = f"every row stands at {clock} in {timezone}: each is taken for the day that begins then"
        return TakenDays((wall // DAY + 1) * DAY, message, _WRITE)
    if not off.all():
        return TakenDays(wall)
    message = f"every row stands at {clock} in {timezone}: each is taken for the day that it lies in"
    same = (utc // DAY == wall // DAY).all()
    return TakenDays(wall, message, _DATE if same else _WRITE)


def _clock(minute: int) -> str:
    return f"{minute % DAY // 60:02}:{minute % 60:02}"
