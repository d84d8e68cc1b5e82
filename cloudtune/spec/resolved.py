"""A forecast spec with its calendars joined in and every date made concrete."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

from cloudtune.spec.dates import Holiday, parse_rule
from cloudtune.timegrid import add_wall, resolve_wall

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from zoneinfo import ZoneInfo

    from cloudtune.errors import SpecPath
    from cloudtune.spec.events import EventSpec, Like, OccurrenceSpec
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.timegrid import Duration


@dataclass(frozen=True, slots=True)
class Occurrence:
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
        """Length on the wall clock; elapsed time inside a repeated hour, where the wall clock stands."""
        wall = self.end - self.start
        return wall if wall > timedelta(0) else self.end.astimezone(UTC) - self.start.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Event:
    """An event with its occurrences in order of start, past and future ones alike."""

    name: str
    occurrences: tuple[Occurrence, ...]
    shape: Literal["auto", "launch"] = "auto"
    before: timedelta | None = None
    """Halo ahead of each occurrence; None where nothing was declared."""
    after: timedelta | None = None
    effect: float | None = None
    like: Like | None = None
    """The event whose lift it borrows, and the factor on it."""
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


FIRST = date(2000, 1, 1)
UNTIL = date(2040, 1, 1)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DateSpan:
    """The days for which rules and holidays are made concrete; the end is exclusive."""

    first: date = FIRST
    until: date = UNTIL

    @property
    def years(self) -> range:
        """Every year that may have a date in the span, offsets included."""
        return range(max(self.first.year - 1, 1900), min(self.until.year + 1, 2200) + 1)


@dataclass(frozen=True, slots=True)
class Home:
    """Where an event is written, and in which zone its times are."""

    file: str
    zone: ZoneInfo


def schedule(spec: EventSpec, path: SpecPath, home: Home, span: DateSpan) -> Event:
    """The event with all its declared occurrences, and those by rule or holiday within `span`."""
    occurrences = _SOURCES[_source_of(spec)](spec, path, home, span)
    return Event(
        name=spec.name,
        occurrences=tuple(sorted(occurrences, key=lambda occurrence: occurrence.start)),
        shape=spec.shape,
        before=spec.before.delta if spec.before else None,
        after=spec.after.delta if spec.after else None,
        effect=spec.effect,
        like=spec.like,
        is_holiday=spec.holiday is not None,
        file=home.file,
        path=path,
    )


def window(occurrence: OccurrenceSpec, zone: ZoneInfo, usual: Duration | None) -> tuple[datetime, datetime]:
    """Start and end of a declared occurrence; without a length of its own it has the usual one."""
    start = occurrence.start.at(zone)
    if occurrence.end is not None:
        return start, occurrence.end.at(zone)
    written = occurrence.duration or usual
    length = written.delta if written else _DAY
    return start, add_wall(start, length)


class NumberedWindow(NamedTuple):
    """A half-open stretch of time, and which item of its list declares it."""

    start: datetime
    end: datetime
    number: int


def overlapping(windows: Iterable[NumberedWindow]) -> Iterator[tuple[NumberedWindow, NumberedWindow]]:
    """Neighbours in time of which the later one begins before the earlier one ends, in that order."""
    return ((before, after) for before, after in pairwise(sorted(windows)) if after.start < before.end)


def _source_of(spec: EventSpec) -> str:
    if spec.rule:
        return "rule"
    return "holiday" if spec.holiday else "occurrences"


def _declared(spec: EventSpec, path: SpecPath, home: Home, _span: DateSpan) -> Iterable[Occurrence]:
    for number, item in enumerate(spec.occurrences):
        start, end = window(item, home.zone, spec.duration)
        yield Occurrence(
            start=start,
            end=end,
            note=item.note,
            attributes=dict(item.with_),
            sells_out_after=item.sells_out_after.delta if item.sells_out_after else None,
            effect=item.effect,
            path=(*path, "occurrences", number),
        )


def _by_rule(spec: EventSpec, path: SpecPath, home: Home, span: DateSpan) -> Iterable[Occurrence]:
    rule = parse_rule(spec.rule or "")
    days = [day for year in span.years for day in rule.days(year)]
    length = spec.duration.delta if spec.duration else _DAY
    return _whole_days([(day, length) for day in days], (*path, "rule"), home, span)


def _by_holiday(spec: EventSpec, path: SpecPath, home: Home, span: DateSpan) -> Iterable[Occurrence]:
    runs = _runs(Holiday.parse(spec.holiday or "").dates(span.years))
    length = spec.duration.delta if spec.duration else None
    windows = [(first, length or _DAY * count) for first, count in runs]
    return _whole_days(windows, (*path, "holiday"), home, span)


_SOURCES = {"occurrences": _declared, "rule": _by_rule, "holiday": _by_holiday}


def _whole_days(
    windows: list[tuple[date, timedelta]], path: SpecPath, home: Home, span: DateSpan
) -> Iterable[Occurrence]:
    for day, length in windows:
        if day < span.until and day + length > span.first:
            start = resolve_wall(datetime.combine(day, time()), home.zone)
            yield Occurrence(start=start, end=add_wall(start, length), path=path)


def _runs(days: list[date]) -> list[tuple[date, int]]:
    """Days in a row as (first day, how many): a festival of three days is one occurrence."""
    runs: list[tuple[date, int]] = []
    for day in days:
        if runs and day == runs[-1][0] + _DAY * runs[-1][1]:
            runs[-1] = (runs[-1][0], runs[-1][1] + 1)
        else:
            runs.append((day, 1))
    return runs
