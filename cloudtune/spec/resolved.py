"""A forecast spec with its calendars joined in and every date made concrete."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from cloudtune.errors import SpecPath
    from cloudtune.spec.forecast import ForecastSpec


@dataclass(frozen=True, slots=True)
class Edition:
    """One occurrence of an event: an aware half-open interval [start, end)."""

    start: datetime
    end: datetime
    note: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    sells_out_after: timedelta | None = None
    effect: float | None = None
    path: SpecPath = ()
    """Where it is written, in the file of its event."""

    @property
    def duration(self) -> timedelta:
        """Elapsed length."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its editions in order of start, past and future ones alike."""

    name: str
    editions: tuple[Edition, ...]
    shape: Literal["auto", "launch"] = "auto"
    before: timedelta | None = None
    """Halo ahead of each edition; None where nothing was declared."""
    after: timedelta | None = None
    effect: float | None = None
    like: tuple[str, float] | None = None
    """(event name, factor on its lift)."""
    is_holiday: bool = False
    """True where the dates come from a `holiday:`; holidays share a family effect."""
    file: str = ""
    path: SpecPath = ()


@dataclass(frozen=True, slots=True)
class ResolvedSpec:
    """All that a run needs to know of a forecast."""

    spec: ForecastSpec
    file: str
    """POSIX path relative to the root, e.g. ``specs/store/us-orders.yaml``."""
    folder: str
    """Path below specs/ without the file: ``store``; reports mirror it."""
    events: tuple[Event, ...]
    calendar_files: tuple[str, ...] = ()
    spec_hash: str = ""
    """Of the resolved spec without owner, tags, description and other talk."""
    calendars_hash: str = ""

    @property
    def id(self) -> str:
        """Folder and name: ``store/us-orders``."""
        return f"{self.folder}/{self.spec.name}" if self.folder else self.spec.name
