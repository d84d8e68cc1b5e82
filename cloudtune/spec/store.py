"""All the specs of a repository, the good ones ready to run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem
from cloudtune.spec.effective import calendars_hash, spec_hash
from cloudtune.spec.messages import render
from cloudtune.spec.resolved import FIRST, UNTIL, DateSpan, Home, ResolvedSpec, schedule

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from pathlib import Path

    from cloudtune.errors import SpecPath
    from cloudtune.spec.defaults import Layers
    from cloudtune.spec.events import CalendarSpec
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.spec.gameday import GamedaySpec
    from cloudtune.spec.resolved import Event


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A calendar and its file."""

    spec: CalendarSpec
    file: str


@dataclass(frozen=True, slots=True)
class GamedayFile:
    """A game day and its file."""

    spec: GamedaySpec
    file: str


@dataclass(frozen=True)
class SpecFile:
    """A forecast spec as it stands in the repository, valid but without concrete dates."""

    spec: ForecastSpec
    file: str
    folder: str
    """Path below specs/ without the file: ``store``."""
    calendars: tuple[CalendarFile, ...] = ()

    @property
    def id(self) -> str:
        """Folder and name: ``store/us-orders``."""
        return f"{self.folder}/{self.spec.name}" if self.folder else self.spec.name

    @cached_property
    def spec_hash(self) -> str:
        """Of what can move the forecast."""
        return spec_hash(self.spec)

    @cached_property
    def calendars_hash(self) -> str:
        """Of what its calendars declare."""
        return calendars_hash(calendar.spec for calendar in self.calendars)


@dataclass(frozen=True)
class Store:
    """What a repository's specs/ holds.

    `specs` has the valid forecasts without dates (fast: listing, planning), `forecasts`
    the same ones with events from 2000 to 2040, each made concrete when first looked up.
    """

    root: Path
    specs: Mapping[str, SpecFile]
    calendars: Mapping[str, CalendarFile]
    problems: tuple[Problem, ...]
    broken: Mapping[str, str] = field(default_factory=dict)
    """Id as its file would have it -> file, for forecasts that can't be used."""
    gamedays: Mapping[str, GamedayFile] = field(default_factory=dict)
    """By name."""
    sources: Mapping[str, Layers] = field(default_factory=dict)
    """Every file as read, with what it inherits: for positions and excerpts."""
    _scheduled: dict[tuple[str, DateSpan], tuple[Event, ...]] = field(default_factory=dict)

    @cached_property
    def forecasts(self) -> Mapping[str, ResolvedSpec]:
        """The valid forecasts by id."""
        return _Lazily(self)

    def resolve(self, id: str, first: date = FIRST, until: date = UNTIL) -> ResolvedSpec:  # noqa: A002
        """A forecast with rules and holidays concrete for [first, until); KeyError if unknown."""
        item = self.specs[id]
        span = DateSpan(first, until)
        return ResolvedSpec(
            spec=item.spec,
            file=item.file,
            folder=item.folder,
            events=(*self._shared(item, span), *_own_events(item, span)),
            calendar_files=tuple(calendar.file for calendar in item.calendars),
            spec_hash=item.spec_hash,
            calendars_hash=item.calendars_hash,
        )

    def calendar_events(self, name: str, span: DateSpan) -> tuple[Event, ...]:
        """The events of a shared calendar; KeyError for an unknown name."""
        return tuple(_calendar_events(self.calendars[name], span))

    def locate(self, problem: Problem) -> Problem:
        """The problem with file and span filled in, as far as its path leads."""
        layers = self.sources.get(problem.file)
        return problem if layers is None or problem.span else layers.locate(problem)

    def line_of(self, file: str, path: SpecPath) -> int | None:
        """The line of the value at `path` of a file, in what the file inherits where it is from there."""
        span = self.locate(Problem("", "", file=file, path=path)).span
        return span.line if span else None

    def merged(self, file: str) -> Mapping[str, Any]:
        """A file's values with those that it inherits from `_defaults.yaml`; empty for an unknown file."""
        layers = self.sources.get(file)
        return layers.data if layers else {}

    def line(self, problem: Problem) -> str:
        """The source line that a located problem points at; empty where there is none."""
        document = self._text_of(problem.file)
        if problem.span is None or document is None:
            return ""
        lines = document.split("\n")
        return lines[problem.span.line - 1] if problem.span.line <= len(lines) else ""

    def _text_of(self, file: str) -> str | None:
        layers = self.sources.get(file)
        return layers.own.text if layers else None

    def _shared(self, item: SpecFile, span: DateSpan) -> Iterator[Event]:
        for calendar in item.calendars:
            key = (calendar.file, span)
            if key not in self._scheduled:
                self._scheduled[key] = tuple(_calendar_events(calendar, span))
            yield from self._scheduled[key]


def render_text(problem: Problem, store: Store) -> str:
    """The lines that a person sees for one problem, in the terminal and in a comment."""
    located = store.locate(problem)
    return render(located, store.line(located))


class _Lazily(Mapping[str, ResolvedSpec]):
    """Resolved specs, each made when first asked for."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._made: dict[str, ResolvedSpec] = {}

    def __getitem__(self, id: str) -> ResolvedSpec:  # noqa: A002
        if id not in self._made:
            self._made[id] = self._store.resolve(id)
        return self._made[id]

    def __iter__(self) -> Iterator[str]:
        return iter(self._store.specs)

    def __len__(self) -> int:
        return len(self._store.specs)


def _calendar_events(calendar: CalendarFile, span: DateSpan) -> Iterator[Event]:
    home = Home(calendar.file, ZoneInfo(calendar.spec.timezone))
    for number, event in enumerate(calendar.spec.events):
        yield schedule(event, ("events", number), home, span)


def _own_events(item: SpecFile, span: DateSpan) -> Iterator[Event]:
    home = Home(item.file, ZoneInfo(item.spec.series.timezone))
    for number, event in enumerate(item.spec.events):
        yield schedule(event, ("events", number), home, span)
