"""On which weekday weeks start: what the spec says, what the column's name says, else what the rows say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from cloudtune.data.minutes import most_common
from cloudtune.spec.stamps import WEEKDAYS

if TYPE_CHECKING:
    from cloudtune.data.minutes import Counts

_MONDAY = 4
"""The day number 1970-01-05 modulo 7: weeks start there unless something says otherwise."""
_NAMES_AN_END = re.compile(
    r"(^|[^a-z])(w|wk|week)?[ _-]?(end(s|ing|ed|_date|date)?|we|w/e)([^a-z]|$)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Weeks:
    """What is known of the weeks of a source."""

    ends: int | None = None
    """The weekday that ends a week, Monday 0, where the spec says it."""
    named_end: str = ""
    """The name of the column of times, where it speaks of an end."""

    @classmethod
    def of(cls, source: Any) -> Self:
        """What a source's block says."""
        ends = None if source.week_ends is None else WEEKDAYS.index(source.week_ends)
        return cls(ends, source.time if _NAMES_AN_END.search(source.time) else "")

    def are_told(self, *, are_rows: bool) -> bool:
        """True where a stamp need not be the first day of its week."""
        return self.ends is not None or (are_rows and bool(self.named_end))

    def start(self, day: Counts, *, are_rows: bool) -> int:
        """The day number modulo 7 on which weeks start; `are_rows` where each row is a week."""
        if self.ends is not None:
            return (self.ends + 1 + _MONDAY) % 7
        if not are_rows:
            return _MONDAY
        stamped = most_common(day % 7)
        return (stamped + 1) % 7 if self.named_end else stamped

    def said(self, day: Counts) -> tuple[str, str] | None:
        """What is to be said of rows that are weeks, and what settles it; None where nothing is open."""
        stamped = (most_common(day % 7) - _MONDAY) % 7
        if self.ends is not None or (stamped == 0 and not self.named_end):
            return None
        weekday, before = WEEKDAYS[stamped], WEEKDAYS[stamped - 1]
        why = f"last day of its week, as the column {self.named_end!r} says"
        read = why if self.named_end else "first day of its week, which it may be the last of"
        last, first = f"week_ends: {weekday} where it is the last day", f"week_ends: {before} where the first"
        return f"each {weekday.title()} is taken for the {read}", f"add {last}, {first}, to the source"


UNSAID = Weeks()
"""Nothing is known: weeks start as the rows do."""
