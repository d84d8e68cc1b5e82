"""The span of time that a spec trains on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtune.data.instants import Instants
    from cloudtune.timegrid import Moment

_DAY = 86_400_000_000
_ALWAYS = 2**62


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` to `end` (exclusive), each open where None."""

    timezone: str
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of(cls, start: Moment | None, end: Moment | None, timezone: str) -> Window:
        """The window between two moments of a spec."""
        zone = ZoneInfo(timezone)
        first = None if start is None else start.at(zone)
        return cls(timezone, first, None if end is None else end.at(zone))

    @property
    def microseconds(self) -> tuple[int, int]:
        """Bounds for stamps on any clock: a day wider than the window."""
        low = -_ALWAYS if self.start is None else _seconds(self.start) * 1_000_000 - _DAY
        high = _ALWAYS if self.end is None else _seconds(self.end) * 1_000_000 + _DAY
        return low, high

    def cut(self, instants: Instants) -> Instants:
        """The rows inside; a day belongs to the window by its date."""
        minute = instants.wall if instants.by_day else instants.table.minute
        keep = np.ones(len(minute), dtype=bool)
        if self.start is not None:
            keep &= minute >= _minute(self.start, on_wall=instants.by_day)
        if self.end is not None:
            keep &= minute < _minute(self.end, on_wall=instants.by_day)
        return replace(instants, table=instants.table.where(keep), wall=instants.wall[keep])


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _minute(moment: datetime, *, on_wall: bool) -> int:
    offset = moment.utcoffset() if on_wall else None
    return (_seconds(moment) + (int(offset.total_seconds()) if offset else 0)) // 60
