"""Lengths of time as people write them: `8min`, `48h`, `90d`, `2y`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

UNIT_MINUTES = {
    "min": 1,
    "h": 60,
    "d": 1440,
    "w": 7 * 1440,
    "mo": 30 * 1440,
    "y": 365 * 1440,
}
_PATTERN = re.compile(r"([0-9]{1,7})(min|h|d|w|mo|y)")


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
        match = _PATTERN.fullmatch(text.strip())
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
