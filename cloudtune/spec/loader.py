"""Files of a repository found, read, judged, and joined into a store."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, TypeVar

from pydantic import ValidationError

from cloudtune.errors import Problem, Refusal
from cloudtune.files import read_bytes
from cloudtune.spec.check_gameday import judge_gameday, masks
from cloudtune.spec.check_many import (
    Neighbours,
    check_stem,
    check_unique,
    judge_calendar,
    judge_forecast,
)
from cloudtune.spec.check_one import check_paths, check_reviews
from cloudtune.spec.defaults import Layers, check_defaults, is_blank, torn_defaults
from cloudtune.spec.events import CalendarSpec
from cloudtune.spec.forecast import ForecastSpec
from cloudtune.spec.gameday import GamedaySpec
from cloudtune.spec.messages import did_you_mean, printable, quoted
from cloudtune.spec.reader import ENOUGH, YamlFile, read
from cloudtune.spec.store import CalendarFile, GamedayFile, SpecFile, Store
from cloudtune.spec.validation import problems_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path


Spec = TypeVar("Spec", ForecastSpec, CalendarSpec, GamedaySpec)


def load_store(root: Path, *, today: date | None = None, allow_outside: bool = False) -> Store:
    """Everything below specs/; a bad file never hides the others.

    `today` is needed for warnings about windows past their review date alone.
    """
    loading = _Loading(root, today, allow_outside)
    found = discover(root)
    loading.note(found.problems)
    documents = {file: _document(root, file) for file in found.files}
    defaults = loading.take_defaults(documents)
    for file, document in documents.items():
        if not file.endswith(f"/{DEFAULTS}"):
            loading.take(Layers((document, *_inherited(file, defaults))))
    return loading.finish()


def load_text(text: str, root: Path, calendars: Store | None = None, *, allow_outside: bool = False) -> Store:
    """A store of one spec that is no file, with the calendars of another store.

    Its problems name it `specs/<name>.yaml`; paths in it start at `root`. No `_defaults.yaml` applies.
    """
    loading = _Loading(root, None, allow_outside)
    if calendars is not None:
        for calendar in calendars.calendars.values():
            loading.take(calendars.sources[calendar.file])
    content = text.encode("utf-8")
    data = read(content, f"{SPECS}/spec.yaml").data
    name = data.get("name") if isinstance(data, dict) else None
    loading.take(Layers((read(content, f"{SPECS}/{name or 'spec'}.yaml"),)))
    return loading.finish()


@dataclass
class _Loading:
    """The store as far as the files have been read."""

    root: Path
    today: date | None
    allow_outside: bool
    problems: dict[Problem, None] = field(default_factory=dict)
    """In order of discovery, each once: what is inherited is blamed once, not per spec."""
    sources: dict[str, Layers] = field(default_factory=dict)
    forecasts: dict[str, ForecastSpec] = field(default_factory=dict)
    calendars: dict[str, CalendarSpec] = field(default_factory=dict)
    gamedays: dict[str, GamedaySpec] = field(default_factory=dict)
    wrong: set[str] = field(default_factory=set)
    """Files with an error, of their own or inherited."""

    def note(self, problems: Iterable[Problem]) -> None:
        """Keep problems that know their place."""
        for problem in problems:
            self.problems[problem] = None
            if problem.is_error:
                self.wrong.add(problem.file)

    def blame(self, file: str, problems: Iterable[Problem]) -> None:
        """Keep problems of a file; their place may be in what it inherits."""
        for problem in islice(problems, ENOUGH + 1):
            self.note([self.sources[file].locate(problem)])
            if problem.is_error:
                self.wrong.add(file)

    def take_defaults(self, documents: dict[str, YamlFile]) -> dict[str, YamlFile]:
        """The defaults by folder, those among them that can't be read."""
        defaults: dict[str, YamlFile] = {}
        for file, document in documents.items():
            if file.endswith(f"/{DEFAULTS}"):
                defaults[file.rpartition("/")[0]] = document
                self.sources[file] = Layers((document,))
                if document.problems and not is_blank(document):
                    self.note(document.problems)
                elif not document.problems:
                    self.blame(file, check_defaults(document))
        return defaults

    def take(self, layers: Layers) -> None:
        """Read one file by its kind."""
        document = layers.own
        self.sources[document.file] = Layers((document,))
        torn = [each.file for each in layers.documents[1:] if each.problems]
        self.note(document.problems)
        if document.problems:
            return
        kind, problems = kind_of(document)
        self.blame(document.file, problems)
        if kind == "calendar":
            self._keep(Layers((document,)), CalendarSpec, self.calendars)
        elif kind == "gameday":
            self._keep(Layers((document,)), GamedaySpec, self.gamedays)
        elif torn:
            self.blame(document.file, [torn_defaults(torn[0])])
        elif kind == "forecast":
            self._keep(layers, ForecastSpec, self.forecasts)
        else:
            self._judge_unknown(layers)

    def _judge_unknown(self, layers: Layers) -> None:
        """Blame what else is wrong with a file of no known kind, judged as what it looks like."""
        if "series" in layers.own.data:
            self._keep(layers, ForecastSpec, {}, kind="forecast")
        elif "events" in layers.own.data:
            self._keep(Layers((layers.own,)), CalendarSpec, {}, kind="calendar")

    def _keep(self, layers: Layers, model: type[Spec], kept: dict[str, Spec], **instead: str) -> None:
        file = layers.own.file
        self.sources[file] = layers
        data = {**layers.data, **instead}
        try:
            kept[file] = model.model_validate(data)
        except ValidationError as error:
            self.blame(file, problems_of(error, model, data, file))

    def finish(self) -> Store:
        """Judge what the files mean, alone and together; keep the good ones."""
        self._judge()
        calendars = {
            spec.name: CalendarFile(spec, file)
            for file, spec in self.calendars.items()
            if file not in self.wrong
        }
        gamedays = {
            spec.name: GamedayFile(spec, file)
            for file, spec in self.gamedays.items()
            if file not in self.wrong
        }
        specs = [
            _spec_file(_masked(spec, gamedays.values()), file, calendars)
            for file, spec in self.forecasts.items()
            if file not in self.wrong
        ]
        return Store(
            root=self.root,
            specs={item.id: item for item in specs},
            calendars=calendars,
            problems=tuple(sorted(self.problems, key=_place)),
            broken=self._broken(),
            gamedays=gamedays,
            sources=self.sources,
        )

    def _judge(self) -> None:
        """Calendars first: a spec that uses a broken one can't be used either."""
        for names in (self.calendars, self.forecasts, self.gamedays):
            for file, problem in check_unique({file: spec.name for file, spec in names.items()}):
                self.blame(file, [problem])
        near = Neighbours(self.forecasts, self.calendars)
        for file, calendar in self.calendars.items():
            self.blame(file, judge_calendar(calendar, file, near))
        near = Neighbours(self.forecasts, self.calendars, frozenset(self.wrong))
        for file, spec in self.forecasts.items():
            self.blame(file, judge_forecast(spec, file, near))
            self.blame(file, check_paths(spec, allow_outside=self.allow_outside))
            if self.today is not None:
                self.blame(file, check_reviews(spec, self.today))

        self._judge_gamedays(near)

    def _judge_gamedays(self, near: Neighbours) -> None:
        """Last: a game day speaks of forecasts and their events."""
        known = {spec.name: spec for spec in self.forecasts.values()}
        events = {
            name: [*spec.events, *(event for used in near.used_by(spec) for event in used.events)]
            for name, spec in known.items()
        }
        for file, gameday in self.gamedays.items():
            self.blame(file, check_stem(gameday.name, file))
            self.blame(file, judge_gameday(gameday, known, events))

    def _broken(self) -> dict[str, str]:
        return {
            file.removeprefix(f"{SPECS}/").removesuffix(".yaml"): file
            for file in sorted(self.wrong)
            if not (file in self.calendars or file in self.gamedays or file.endswith(f"/{DEFAULTS}"))
        }


def _document(root: Path, file: str) -> YamlFile:
    try:
        return read(read_bytes(root / file, root, links=True), file)
    except OSError as error:
        message = f"the file can't be read: {error.strerror or error}"
        problem = Problem("CT115", message, "put a regular file in its place, or delete it", file=file)
        return YamlFile(file, "", None, (problem,))


def _inherited(file: str, defaults: dict[str, YamlFile]) -> list[YamlFile]:
    """The defaults that apply to a file, the nearest first."""
    folders = file.split("/")[:-1]
    chain = ["/".join(folders[:depth]) for depth in range(len(folders), 0, -1)]
    return [defaults[folder] for folder in chain if folder in defaults and not is_blank(defaults[folder])]


def _spec_file(spec: ForecastSpec, file: str, calendars: dict[str, CalendarFile]) -> SpecFile:
    folder = file.removeprefix(f"{SPECS}/").rpartition("/")[0]
    used = tuple(calendars[name] for name in spec.calendars if name in calendars)
    return SpecFile(spec, file, folder, used)


def _masked(spec: ForecastSpec, gamedays: Iterable[GamedayFile]) -> ForecastSpec:
    """The forecast without what rehearsals did to its data."""
    windows = [window for gameday in gamedays for window in masks(gameday.spec, spec.name)]
    return spec.model_copy(update={"outliers": [*spec.outliers, *windows]}) if windows else spec


def _place(problem: Problem) -> tuple[str, int, int, str]:
    span = problem.span
    return (problem.file, span.line if span else 0, span.column if span else 0, problem.code)


SPECS = "specs"
DEFAULTS = "_defaults.yaml"


@dataclass(frozen=True, slots=True)
class Found:
    """The YAML files below specs/, as POSIX paths relative to the root, in order."""

    files: tuple[str, ...]
    problems: tuple[Problem, ...] = ()


def find_root(start: Path, given: Path | None = None) -> Path:
    """The given root, else the nearest folder upwards with specs/, else that of git."""
    if given is not None:
        if not given.is_dir():
            raise Refusal(Problem("CT116", f"the root {given} is no folder", "check --root"))
        return given.resolve()
    upwards = [start.resolve(), *start.resolve().parents]
    for marker in (SPECS, ".git"):
        for folder in upwards:
            if (folder / marker).exists():
                return folder
    hint = "run `cloudtune init` here, or point at a repository with --root"
    raise Refusal(Problem("CT116", f"no specs/ folder in {start} or above it", hint))


def discover(root: Path) -> Found:
    """Every spec file below specs/; names that start with a dot are left alone."""
    files: list[str] = []
    problems: list[Problem] = []
    seen: dict[str, str] = {}
    for folder, folders, names in os.walk(root / SPECS):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        relative = os.path.relpath(folder, root).replace(os.sep, "/")
        for name in sorted(names):
            file = f"{relative}/{name}"
            problem = _stray(name, file) or _unportable(file, seen)
            if problem:
                problems.append(problem)
            elif name.endswith(".yaml") and not name.startswith("."):
                files.append(file)
    return Found(tuple(files), tuple(problems))


def _stray(name: str, file: str) -> Problem | None:
    """What is wrong with a file that looks like a spec but would be passed over."""
    if name.startswith("."):
        return None
    if not file.isprintable():
        hint = "rename it with letters, digits and hyphens"
        message = "the name of this file has characters that can't be shown"
        return Problem("CT303", message, hint, file=printable(file))
    if name.lower().endswith((".yml", ".yaml")) and not name.endswith(".yaml"):
        stem = name.rpartition(".")[0]
        return Problem("CT303", "spec files end in .yaml", f"rename it to {stem}.yaml", file=file)
    if name.startswith("_") and name.endswith(".yaml") and name != DEFAULTS:
        hint = f"rename it to {DEFAULTS}, or to a name without the underscore"
        return Problem("CT303", f"only {DEFAULTS} may start with an underscore", hint, file=file)
    return None


KINDS = ("forecast", "calendar", "gameday")
_LATER = {"rollup": "rollups"}


def kind_of(document: YamlFile) -> tuple[str, list[Problem]]:
    """The kind of a document, or nothing and the reason."""
    file = document.file
    if "kind" not in document.data:
        hint = "add `kind: forecast`, or `kind: calendar` for shared events"
        return "", [Problem("CT213", "the file does not say its `kind`", hint, file=file)]
    kind = document.data["kind"]
    if kind in KINDS:
        return kind, []
    path = ("kind",)
    if isinstance(kind, str) and kind in _LATER:
        message = f"{_LATER[kind]} are not part of this version yet"
        hint = "keep the file outside specs/ until they are"
        return "", [Problem("CT214", message, hint, file=file, path=path)]
    hint = did_you_mean(str(kind), KINDS)
    return "", [Problem("CT213", f"`kind` can't be {quoted(kind)}", hint, file=file, path=path)]


_PORTS = frozenset(f"{port}{number}" for port in ("com", "lpt") for number in range(1, 10))
_DEVICES = frozenset({"con", "nul", "aux", "prn"}) | _PORTS
"""Names that Windows keeps for itself, whatever ending follows."""


def _unportable(file: str, seen: dict[str, str]) -> Problem | None:
    """What keeps a spec or its report from lying beside the others on every machine; `seen` is added to.

    `file` is a POSIX path from the root.
    """
    if not file.endswith(".yaml"):
        return None
    if file.lower() == "specs/index.yaml":
        hint = "give it, and the file, another name"
        return Problem("CT302", "the name index is taken by the page of all reports", hint, file=file)
    parts = [part.partition(".")[0].lower() for part in file.split("/")]
    if device := next((part for part in parts if part in _DEVICES), ""):
        message = f"{device} is no name for a file on Windows"
        return Problem("CT206", message, "rename the file or its folder", file=file)
    twin = _twin(file, seen)
    if not twin:
        return None
    message = f"the name differs from {twin} by case alone"
    return Problem("CT302", message, "one of them would replace the other; rename it", file=file)


def _twin(file: str, seen: dict[str, str]) -> str:
    """The file or folder seen before that differs in case alone, if there is one."""
    folder = file.rpartition("/")[0]
    for name in (file, f"{folder}/"):
        first = seen.setdefault(name.lower(), name)
        if first != name:
            return first
    return ""
