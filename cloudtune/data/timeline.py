"""A regular axis of time, known both in UTC and on the local wall clock, clock-change days included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.timegrid import Step

    Bools = NDArray[np.bool_]
    Seconds = NDArray[np.int64]
    """Since 1970, in UTC or on the clock of a zone, as names tell."""
    Utc = NDArray[np.datetime64]
    """Instants in UTC, datetime64[s]."""
    Wall = NDArray[np.datetime64]
    """Naive times on the clock of a zone, datetime64[s]."""

_DAY_SECONDS = 86_400


@dataclass(frozen=True)
class Timeline:
    """`periods` points from `start` on, `step` apart.

    `start` is UTC (datetime64[s]). Steps under a day count elapsed time; steps of a day
    or more count local days, and their points stand at local midnight.
    """

    start: np.datetime64
    periods: int
    step: Step
    timezone: str

    @cached_property
    def utc(self) -> Utc:
        """UTC instants, datetime64[s], shape (periods,)."""
        if not self.step.is_calendar:
            ticks = np.arange(self.periods, dtype="int64") * (self.step.minutes * 60)
            return np.asarray(self.start.astype("datetime64[s]") + ticks.astype("timedelta64[s]"))
        return to_utc(self._calendar_days(), self.timezone)

    @cached_property
    def local(self) -> Wall:
        """Naive wall-clock times, datetime64[s], shape (periods,); a repeated hour repeats."""
        if self.step.is_calendar:
            return self._calendar_days().astype("datetime64[s]")
        return to_local(self.utc, self.timezone)

    @cached_property
    def day(self) -> NDArray[np.datetime64]:
        """Local calendar day of each point, datetime64[D]."""
        return self.local.astype("datetime64[D]")

    @cached_property
    def slot(self) -> NDArray[np.int64]:
        """Slot of the local day of each point: 0 to step.slots - 1; 0 for calendar steps."""
        if self.step.is_calendar:
            return np.zeros(self.periods, dtype="int64")
        seconds = (self.local - self.day.astype("datetime64[s]")).astype("int64")
        return np.asarray(seconds // (self.step.minutes * 60))

    @property
    def stop(self) -> np.datetime64:
        """The UTC instant just after the last point's interval."""
        return self.after(1).start

    def after(self, periods: int) -> Timeline:
        """The timeline of `periods` points that follows this one."""
        if not self.step.is_calendar:
            seconds = np.timedelta64(self.periods * self.step.minutes * 60, "s")
            return Timeline(self.start + seconds, periods, self.step, self.timezone)
        first = to_local(np.array([self.start]), self.timezone).astype("datetime64[D]")[0]
        day = np.array([first + np.timedelta64(self.periods * self.step.days, "D")])
        return Timeline(to_utc(day, self.timezone)[0], periods, self.step, self.timezone)

    def head(self, periods: int) -> Timeline:
        """The first `periods` points."""
        return Timeline(self.start, periods, self.step, self.timezone)

    def position(self, when: datetime) -> int:
        """Index of the first point at or after the aware instant `when` (may be out of range)."""
        stamp = np.datetime64(int(when.timestamp()), "s")
        if self.step.is_calendar:
            return int(np.searchsorted(self.utc, stamp))
        width = self.step.minutes * 60
        return -int((self.start - stamp).astype("timedelta64[s]").astype("int64") // width)

    def touched(self, start: datetime, end: datetime) -> slice:
        """Points whose interval meets [start, end), aware instants; clipped to the timeline."""
        first, last = self.position(start), self.position(end)
        if self._instant(first) > np.datetime64(int(start.timestamp()), "s"):
            first -= 1  # the point that began before the window and is still going on
        return slice(min(max(first, 0), self.periods), min(max(last, 0), self.periods))

    def _instant(self, place: int) -> np.datetime64:
        """UTC start of the point at `place`, which may lie outside."""
        if not self.step.is_calendar:
            return self.start + np.timedelta64(place * self.step.minutes * 60, "s")
        return self.utc[place] if 0 <= place < self.periods else self.after(1).start

    def _calendar_days(self) -> NDArray[np.datetime64]:
        first = to_local(np.array([self.start]), self.timezone).astype("datetime64[D]")[0]
        return np.asarray(first + np.arange(self.periods) * np.timedelta64(self.step.days, "D"))


def to_local(utc: Utc, timezone: str) -> Wall:
    """Naive wall-clock times, datetime64[s]; the repeated hour comes twice."""
    instants = utc.astype("datetime64[s]").astype("int64")
    starts, offsets = _spans(instants, timezone)
    place = np.searchsorted(starts, instants, side="right") - 1
    return np.asarray((instants + offsets[place]).astype("datetime64[s]"))


def to_utc(wall: Wall, timezone: str, *, second: bool = False) -> Utc:
    """UTC instants, datetime64[s]; skipped times move to the end of the gap.

    `second` takes the later of the two instants that a repeated wall-clock time has.
    """
    seconds = wall.astype("datetime64[s]").astype("int64")
    starts, offsets = _spans(seconds, timezone)
    ends = np.append(starts[1:], np.iinfo("int64").max)
    if second:
        place = np.searchsorted(starts + offsets, seconds, side="right") - 1
        instants = np.minimum(seconds - offsets[place], ends[place])
    else:
        place = np.searchsorted(ends[:-1] + offsets[:-1], seconds, side="right")
        instants = np.maximum(seconds - offsets[place], starts[place])
    return np.asarray(instants.astype("datetime64[s]"))


@dataclass(frozen=True, eq=False)
class WallTimes:
    """Times on the wall clock, and what clock changes make of each of them; shapes are (times,)."""

    first: Utc
    second: Utc
    """The same instant as the first, but for a time that the clock shows twice."""
    is_skipped: Bools
    """True where a time never happens; its instants stand at the end of the gap."""

    @classmethod
    def of(cls, wall: Wall, timezone: str) -> WallTimes:
        """Both instants of each time."""
        first = to_utc(wall, timezone)
        skipped = to_local(first, timezone) != wall.astype("datetime64[s]")
        return cls(first, to_utc(wall, timezone, second=True), skipped)

    @property
    def is_repeated(self) -> Bools:
        """True where a time happens twice."""
        return np.asarray(self.first != self.second)


def _spans(seconds: Seconds, timezone: str) -> tuple[Seconds, Seconds]:
    """Since when each offset holds around these times, and the offsets, in seconds.

    Why not pandas: its import takes longer than many a forecast.
    """
    low, high = (seconds.min(), seconds.max()) if len(seconds) else (0, 0)
    first, last = (
        int(np.datetime64(int(at), "s").astype("datetime64[Y]").astype("int64")) for at in (low, high)
    )
    years = [_year(timezone, 1970 + year) for year in range(first - 1, last + 2)]
    changes = [change for year in years for change in year[1]]
    starts = [np.iinfo("int64").min // 2, *(at for at, _ in changes)]
    return np.array(starts), np.array([years[0][0], *(offset for _, offset in changes)])


@cache
def _year(timezone: str, year: int) -> tuple[int, tuple[tuple[int, int], ...]]:
    """The offset as a UTC year begins, and its changes: when, and to what."""
    zone = ZoneInfo(timezone)
    first, end = (int(datetime(y, 1, 1, tzinfo=UTC).timestamp()) for y in (year, year + 1))
    days = range(first, end + 1, _DAY_SECONDS)
    offsets = [_offset(zone, day) for day in days]
    pairs = zip(days[:-1], offsets[:-1], offsets[1:], strict=True)
    return offsets[0], tuple(
        (_change(zone, day, before), after) for day, before, after in pairs if before != after
    )


def _change(zone: ZoneInfo, day: int, before: int) -> int:
    """The first second within a day at which an offset no longer holds."""
    low, high = day, day + _DAY_SECONDS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    away = datetime.fromtimestamp(second, zone).utcoffset()
    return round(away.total_seconds()) if away else 0
