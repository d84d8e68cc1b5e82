"""Instants as people write them: a date or a wall-clock time, with or without an offset."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

_PATTERN = re.compile(
    r"\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?( ?(Z|[+-]\d{2}:\d{2}))?)?",
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a time of a spec; without an offset it waits for a time zone."""

    stamp: datetime
    """Naive where no offset was written."""
    is_date: bool

    @classmethod
    def parse(cls, text: str) -> Moment:
        """Read `2026-07-14` or `2026-07-14T09:00[:00][Z|+02:00]`; ValueError says what is wrong."""
        text = text.strip()
        if _PATTERN.fullmatch(text) is None:
            raise ValueError(f"{text!r} is no date or time; write 2026-07-14 or 2026-07-14T09:00")
        try:
            stamp = datetime.fromisoformat(text)
        except ValueError as error:
            raise ValueError(f"{text!r} is not in the calendar: {error}") from None
        return cls(stamp, is_date=len(text) == len("2026-07-14"))

    def at(self, zone: ZoneInfo) -> datetime:
        """The instant in `zone`; a wall-clock time that a clock change skips moves to its end."""
        if self.stamp.tzinfo is not None:
            return self.stamp.astimezone(zone)
        return resolve_wall(self.stamp, zone)

    @property
    def date(self) -> date:
        """The calendar day as written."""
        return self.stamp.date()

    def __str__(self) -> str:
        if self.is_date:
            return self.stamp.date().isoformat()
        return self.stamp.isoformat(timespec="seconds" if self.stamp.second else "minutes")


def resolve_wall(stamp: datetime, zone: ZoneInfo) -> datetime:
    """A naive wall-clock time as an instant in `zone`; skipped times move by the gap."""
    aware = stamp.replace(tzinfo=zone)
    there_and_back = aware.astimezone(UTC).astimezone(zone)
    return there_and_back if there_and_back.replace(tzinfo=None) != stamp else aware


def add_wall(start: datetime, length: timedelta) -> datetime:
    """The instant `length` later; whole days follow the wall clock, the rest elapses."""
    zone = start.tzinfo
    if not isinstance(zone, ZoneInfo):
        return start + length
    days, rest = timedelta(days=length.days), length - timedelta(days=length.days)
    landed = resolve_wall(start.replace(tzinfo=None) + days, zone)
    return (landed.astimezone(UTC) + rest).astimezone(zone)
