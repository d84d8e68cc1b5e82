"""The steps that a series may have."""

from __future__ import annotations

from dataclasses import dataclass

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
