"""Specs as a notebook has them: a file of a repository, a text or a dict, checked when loaded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cloudtune.errors import Problem, Refusal
from cloudtune.spec.effective import block_lines
from cloudtune.spec.loader import SPECS, find_root, load_store, load_text

if TYPE_CHECKING:
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store

Source = str | Path | Mapping[str, Any]


@dataclass(frozen=True, eq=False, repr=False)
class Spec:
    """A checked spec: its values never change, and it travels to other processes by pickle.

    Public are `id`, `name` and `warnings`; `resolved`, `store` and `allow_outside` are the engine's.
    """

    resolved: ResolvedSpec
    store: Store
    allow_outside: bool = False

    @property
    def id(self) -> str:
        """Folder and name: `store/us-orders`."""
        return self.resolved.id

    @property
    def name(self) -> str:
        """As the spec has it: `us-orders`."""
        return self.resolved.spec.name

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """What is odd about the spec and its calendars, each with its place."""
        return tuple(found for found in _about(self.store, self.resolved.file) if not found.is_error)

    def __repr__(self) -> str:
        steps = ", ".join(f"{row.step} {row.horizon}" for row in self.resolved.spec.granularities)
        return f"Spec({self.id}, {steps})"


def load(source: Source, *, root: str | Path | None = None, allow_outside: bool = False) -> Spec:
    """A spec from a file, a YAML text or a dict.

    A file below the `specs/` of a repository has the calendars and defaults of that repository; a text, a
    dict or another file has the calendars below `root`. Paths of sources start at `root`: by default the
    repository, or the working folder; `allow_outside` lets them leave it. Raises `Refusal` with all problems.

    >>> load("specs/store/us-orders.yaml")  # doctest: +SKIP
    Spec(store/us-orders, 1min 90d, 1h 180d, 1w 104w)
    """
    store, file = _opened(source, root, allow_outside=allow_outside)
    chosen = next((item.id for item in store.specs.values() if item.file == file), None)
    if chosen is None:
        raise Refusal(*_reasons(store, file))
    return Spec(store.resolve(chosen), store, allow_outside)


def validate(source: Source = ".", *, root: str | Path | None = None) -> list[Problem]:
    """What is wrong with a spec (a file, a text, a dict) or with all below a folder; empty where nothing is.

    Never raises for what a spec holds. Each problem has a code, a message, a hint, a file and a line.
    """
    try:
        if isinstance(source, str | Path) and not _is_text(source) and Path(source).is_dir():
            folder = Path(source).resolve()
            store = load_store(find_root(folder, Path(root) if root else None))
            return [found for found in store.problems if (store.root / found.file).is_relative_to(folder)]
        store, file = _opened(source, root, allow_outside=False)
        known = file in store.sources
        return list(_about(store, file)) if known else [_missing(file)]
    except Refusal as refusal:
        return list(refusal.problems)


@contextmanager
def located(spec: Spec) -> Iterator[None]:
    """Give each problem of a refusal the line of the spec that it is about."""
    try:
        yield
    except Refusal as refusal:
        raise Refusal(*map(spec.store.locate, refusal.problems)) from refusal


def _opened(source: Source, root: str | Path | None, *, allow_outside: bool) -> tuple[Store, str]:
    """The store that holds the spec, and the spec's file there."""
    if isinstance(source, Mapping):
        return _from_text(_dumped(source), root, allow_outside=allow_outside)
    if isinstance(source, str) and _is_text(source):
        return _from_text(source, root, allow_outside=allow_outside)
    path = Path(source).resolve()
    home = Path(root).resolve() if root else next((p.parent for p in path.parents if p.name == SPECS), None)
    if home is not None and path.is_relative_to(home / SPECS):
        return load_store(home, allow_outside=allow_outside), path.relative_to(home).as_posix()
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise Refusal(_missing(str(source))) from None
    return _from_text(text, root or path.parent, allow_outside=allow_outside)


def _from_text(text: str, root: str | Path | None, *, allow_outside: bool) -> tuple[Store, str]:
    home = Path(root or ".").resolve()
    calendars = load_store(home, allow_outside=allow_outside) if (home / SPECS).is_dir() else None
    store = load_text(text, home, calendars, allow_outside=allow_outside)
    return store, list(store.sources)[-1]


def _is_text(source: str | Path) -> bool:
    return isinstance(source, str) and "\n" in source


def _dumped(values: Mapping[str, Any]) -> str:
    return "\n".join(block_lines(_plain(values), 0)) + "\n"


def _plain(value: Any) -> Any:
    """Values as a YAML file would hold them; what is None is not given."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items() if inner is not None}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return value if isinstance(value, str | int | float) else str(value)


def _about(store: Store, file: str) -> tuple[Problem, ...]:
    """Problems of a spec's own file, its defaults and its calendars."""
    item = next((item for item in store.specs.values() if item.file == file), None)
    calendars = [calendar.file for calendar in item.calendars] if item else []
    layers = [store.sources[each] for each in (file, *calendars) if each in store.sources]
    files = {document.file for each in layers for document in each.documents}
    return tuple(found for found in store.problems if found.file in files)


def _reasons(store: Store, file: str) -> tuple[Problem, ...]:
    """Why a store has no forecast of this file."""
    if file not in store.sources:
        return (_missing(file),)
    if any(calendar.file == file for calendar in store.calendars.values()):
        hint = "load a forecast that lists it under `calendars`"
        return (Problem("CT213", "this file is a calendar, no forecast", hint, file=file),)
    found = tuple(problem for problem in _about(store, file) if problem.is_error)
    return found or tuple(problem for problem in store.problems if problem.is_error)


def _missing(file: str) -> Problem:
    return Problem("CT115", "there is no such spec", "give a file, a YAML text or a dict", file=file)
