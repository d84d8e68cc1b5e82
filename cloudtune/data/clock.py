"""Wall-clock times of a zone as UTC instants, clock-change days included."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Seconds = NDArray[np.int64]

DAY = 86_400


def to_local(utc: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Naive wall-clock times, datetime64[s]; the repeated hour comes twice."""
    instants = utc.astype("datetime64[s]").astype("int64")
    starts, offsets = _spans(instants, timezone)
    place = np.searchsorted(starts, instants, side="right") - 1
    return np.asarray((instants + offsets[place]).astype("datetime64[s]"))


def to_utc(wall: NDArray[np.datetime64], timezone: str, *, second: bool = False) -> NDArray[np.datetime64]:
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


def is_repeated(wall: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """True where a wall-clock time happens twice."""
    first, second = to_utc(wall, timezone), to_utc(wall, timezone, second=True)
    return np.asarray(first != second)


def is_skipped(wall: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """True where a wall-clock time never happens."""
    return np.asarray(to_local(to_utc(wall, timezone), timezone) != wall.astype("datetime64[s]"))


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
    days = range(first, end + 1, DAY)
    offsets = [_offset(zone, day) for day in days]
    pairs = zip(days[:-1], offsets[:-1], offsets[1:], strict=True)
    return offsets[0], tuple(
        (_change(zone, day, before), after) for day, before, after in pairs if before != after
    )


def _change(zone: ZoneInfo, day: int, before: int) -> int:
    """The first second within a day at which an offset no longer holds."""
    low, high = day, day + DAY
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _offset(zone, middle) == before else (low, middle)
    return high


def _offset(zone: ZoneInfo, second: int) -> int:
    away = datetime.fromtimestamp(second, zone).utcoffset()
    return round(away.total_seconds()) if away else 0
