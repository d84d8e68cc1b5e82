"""Opening hours: `{mon-fri: "07:00-21:00", sat: "09:00-13:00"}` and back, as weekdays by slots of a day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, Tag

from cloudtune.spec.messages import quoted
from cloudtune.spec.values import refusal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
WEEK, A_DAY, ALL_DAY = 7, 1440, "00:00-24:00"
_SPAN = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)")
_DAYS_HINT = "write mon, or mon-fri; days that are not named are closed"
_HOURS_HINT = 'write "09:00-18:00", or "09:00-13:00, 14:00-18:00"; "00:00-24:00" is the whole day'


def weekdays_of(text: str) -> list[int]:
    """`mon-fri` as numbers, Monday 0; over Sunday too, as `sat-mon`. Empty where it is none."""
    ends = [part.strip() for part in text.lower().split("-")]
    if len(ends) > 2 or any(end not in DAYS for end in ends):
        return []
    first, last = DAYS.index(ends[0]), DAYS.index(ends[-1])
    return [(first + day) % WEEK for day in range((last - first) % WEEK + 1)]


def spans_of(text: str) -> list[tuple[int, int]]:
    """Minutes of the day from and to; past midnight the end is over 1,440. Empty where it is no time."""
    found = []
    for part in text.split(","):
        match = _SPAN.fullmatch(part.strip())
        if match is None:
            return []
        hours = [int(each) for each in match.groups()]
        first, last = hours[0] * 60 + hours[1], hours[2] * 60 + hours[3]
        if max(first, last) > A_DAY or first == last:
            return []
        found.append((first, last if last > first else last + A_DAY))
    return found


def open_slots_of(pattern: Mapping[str, str], slots: int) -> list[list[bool]]:
    """Seven weekdays by slots of the day: True where the pattern is open in any part of the slot."""
    week = [[False] * slots for _ in DAYS]
    width = A_DAY // slots
    for days, hours in pattern.items():
        for day in weekdays_of(days):
            for first, last in spans_of(hours):
                for slot in range(first // width, -(-last // width)):
                    week[(day + slot // slots) % WEEK][slot % slots] = True
    return week


def pattern_of(week: Sequence[Sequence[bool]]) -> dict[str, str]:
    """The same in words: days in a row with the same hours share a line; closed days are left out."""
    hours = [_hours_text(day) for day in week]
    found: dict[str, str] = {}
    first = 0
    for day in range(1, WEEK + 1):
        if day == WEEK or hours[day] != hours[first]:
            if hours[first]:
                name = DAYS[first] if day == first + 1 else f"{DAYS[first]}-{DAYS[day - 1]}"
                found[name] = hours[first]
            first = day
    return found


def _hours_text(day: Sequence[bool]) -> str:
    width = A_DAY // len(day)
    edges = [k for k in range(len(day) + 1) if (k > 0 and day[k - 1]) != (k < len(day) and day[k])]
    pairs = zip(edges[::2], edges[1::2], strict=True)
    return ", ".join(f"{_clock(a * width)}-{_clock(b * width)}" for a, b in pairs)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"


def _days(value: Any) -> Any:
    if isinstance(value, str) and not weekdays_of(value):
        raise refusal("CT208", f"{quoted(value)} is no weekday", _DAYS_HINT)
    return value


def _hours(value: Any) -> Any:
    if isinstance(value, str) and not spans_of(value):
        raise refusal("CT208", f"{quoted(value)} are no hours of a day", _HOURS_HINT)
    return value


def _word_or_block(value: Any) -> str:
    return "word" if isinstance(value, str) else "block"


Pattern = dict[Annotated[str, BeforeValidator(_days)], Annotated[str, BeforeValidator(_hours)]]
OpeningHours = Annotated[
    Annotated[Literal["auto", "always"], Tag("word")] | Annotated[Pattern, Tag("block")],
    Discriminator(_word_or_block),
]
