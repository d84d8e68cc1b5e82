"""Why a report must be made anew: the codes, their words, and how a plan is held."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudtune.errors import Problem


INDEX = "index"
"""In the place of an id: the page of the fleet."""


class Reason(StrEnum):
    """Stable codes; scripts may rely on them."""

    MISSING = "MISSING"
    SPEC_CHANGED = "SPEC_CHANGED"
    CALENDAR_CHANGED = "CALENDAR_CHANGED"
    DATA_CHANGED = "DATA_CHANGED"
    ENGINE_CHANGED = "ENGINE_CHANGED"
    TEMPLATE_CHANGED = "TEMPLATE_CHANGED"
    HAND_EDITED = "HAND_EDITED"
    ORPHAN = "ORPHAN"
    EXPIRED = "EXPIRED"


CODE_OF: dict[Reason, str] = {reason: f"CT{number}" for number, reason in enumerate(Reason, start=710)}
"""CT710 for MISSING, and so on in order."""

NEEDS_FIT = frozenset(
    {
        Reason.MISSING,
        Reason.SPEC_CHANGED,
        Reason.CALENDAR_CHANGED,
        Reason.DATA_CHANGED,
        Reason.ENGINE_CHANGED,
    }
)
"""The others cost a new rendering, a deletion, or fresh data."""


@dataclass(frozen=True, slots=True)
class Because:
    """One reason, with what it was found in."""

    reason: Reason
    detail: str
    """`calendars/us-retail.yaml differs from what the report was made of`."""
    file: str = ""

    @property
    def is_work(self) -> bool:
        """False where a run would change nothing: only fresher data can mend an expired report."""
        return self.reason is not Reason.EXPIRED


@dataclass(frozen=True, slots=True)
class Work:
    """A report that is not as it should be."""

    id: str
    reasons: tuple[Because, ...]

    @property
    def is_work(self) -> bool:
        """True where a run would change a byte."""
        return any(because.is_work for because in self.reasons)

    @property
    def needs_fit(self) -> bool:
        """True where a run would fit the model."""
        return any(because.reason in NEEDS_FIT for because in self.reasons)

    @property
    def is_orphan(self) -> bool:
        """True where the report is to be removed."""
        return any(because.reason is Reason.ORPHAN for because in self.reasons)

    @property
    def mend(self) -> str:
        """The command that puts it right."""
        if self.is_orphan:
            return f"git rm 'reports/{self.id}.*'"
        if self.id == INDEX:
            return "cloudtune run"
        if not self.is_work:
            return f"fetch newer data, then cloudtune run -s {self.id}"
        return f"cloudtune run -s {self.id}"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would do, and why."""

    work: tuple[Work, ...]
    """By id."""
    fresh: int
    notes: tuple[Problem, ...] = ()
    """Broken reports, data that could not be looked at."""

    @property
    def is_empty(self) -> bool:
        """True where a run would change no byte."""
        return not any(work.is_work for work in self.work)
