"""Steps, durations and moments, on the standard library alone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

DAY_MINUTES = 1440


@dataclass(frozen=True, slots=True, order=True)
class Step:
    """The distance between two points of a series.

    Why: steps of a day or more count local calendar days, which have 23 to 25 hours;
    shorter ones count elapsed minutes.
    """

    minutes: int
    name: str

    @classmethod
    def parse(cls, text: str) -> Step:
        """Return the step called `text`; raises KeyError for a name that is not in STEPS."""
        return STEPS[text]

    @property
    def is_calendar(self) -> bool:
        """True for steps of whole local days."""
        return self.minutes >= DAY_MINUTES

    @property
    def days(self) -> int:
        """Whole days in a calendar step; 0 for shorter ones."""
        return self.minutes // DAY_MINUTES

    @property
    def slots(self) -> int:
        """Points in an ordinary day of 24 hours; 1 for calendar steps."""
        return max(1, DAY_MINUTES // self.minutes)

    def __str__(self) -> str:
        return self.name


STEPS: dict[str, Step] = {
    name: Step(minutes, name)
    for name, minutes in {
        "1min": 1,
        "5min": 5,
        "10min": 10,
        "15min": 15,
        "30min": 30,
        "1h": 60,
        "1d": DAY_MINUTES,
        "1w": 7 * DAY_MINUTES,
    }.items()
}


UNIT_MINUTES = {
    "min": 1,
    "h": 60,
    "d": 1440,
    "w": 7 * 1440,
    "mo": 30 * 1440,
    "y": 365 * 1440,
}
_LENGTH = re.compile(r"([0-9]{1,7})(min|h|d|w|mo|y)")


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time that remembers how it was written.

    A month counts 30 days and a year 365 wherever an exact length is needed.
    """

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read `8min 2h 48h 7d 4w 3mo 1y`; raises ValueError that says what is allowed."""
        match = _LENGTH.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r} is no duration; write it like 8min, 2h, 7d, 4w, 3mo or 1y")
        return cls(int(match[1]), match[2])

    @property
    def minutes(self) -> int:
        """The length in minutes."""
        return self.count * UNIT_MINUTES[self.unit]

    @property
    def days(self) -> float:
        """The length in days of 24 hours."""
        return self.minutes / 1440

    @property
    def delta(self) -> timedelta:
        """The length as a timedelta."""
        return timedelta(minutes=self.minutes)

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


RATE_MINUTES = {"s": 1 / 60, "min": 1.0, "h": 60.0, "d": 1440.0}


@dataclass(frozen=True, slots=True)
class Rate:
    """So much in a unit of time: `1200/min`, `20/s`; without one, in a step of what it is held against."""

    amount: float
    unit: str = ""

    def per(self, step: Step) -> float:
        """How much that is in one step."""
        return self.amount * step.minutes / RATE_MINUTES[self.unit] if self.unit else self.amount

    def __str__(self) -> str:
        return f"{self.amount:g}/{self.unit}" if self.unit else f"{self.amount:g}"


_INSTANT = re.compile(
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
        if _INSTANT.fullmatch(text) is None:
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
    # Why not without whole days: a start in the repeated hour would lose which of the two it is.
    landed = resolve_wall(start.replace(tzinfo=None) + days, zone) if days else start
    return (landed.astimezone(UTC) + rest).astimezone(zone)
