"""What most commands begin with: the store, the selection, the day."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from datetime import UTC, date, datetime
from difflib import get_close_matches
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from pydantic import TypeAdapter, ValidationError

from cloudtune.cli import console
from cloudtune.errors import Problem, Refusal
from cloudtune.spec import find_root, load_store, render_text
from cloudtune.spec.values import Percent

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from cloudtune.spec.store import SpecFile, Store


def open_store(root: Path | None, today: str | None = None, *, allow_outside: bool = False) -> Store:
    """The store of the root that `root` or the working folder gives; bad specs are in its problems."""
    place = find_root(Path.cwd(), root)
    begun = time.perf_counter()
    with _collector_paused():
        store = load_store(place, today=day(today), allow_outside=allow_outside)
    seconds = time.perf_counter() - begun
    console.detail(f"root: {place} ({len(store.sources):,} files of specs read in {seconds:.2f} s)")
    return store


@contextmanager
def _collector_paused() -> Iterator[None]:
    """No garbage collection: what is read stays, and looking for circles in it takes half the time again.

    Why here: the collector is the process's, and only a command knows that the process is its own.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def day(text: str | None) -> date:
    """The day to hold dates against: as given, or today in UTC."""
    if text is None:
        # The one look at the clock: everything below is told what day it is.
        return datetime.now(tz=UTC).date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is no date; write 2026-07-14") from None


def share(text: str) -> float:
    """`2%` or `0.02` as 0.02."""
    try:
        return TypeAdapter(Percent).validate_python(text)
    except ValidationError:
        raise typer.BadParameter(f"{text!r} is no share; write a percentage like 2%") from None


def selected(store: Store, specs: list[str] | None, words: list[str] | None) -> list[str]:
    """Ids of the forecasts that positional specs and `--select` name together.

    A word that names specs with errors alone is refused with these errors.
    """
    asked = [*(specs or []), *(words or [])]
    broken = {file for word in asked if _is_broken_alone(store, word) for file in _broken_files(store, word)}
    if broken:
        raise Refusal(*(problem for problem in store.problems if problem.file in broken))
    return usable(store, specs, words)


def usable(store: Store, specs: list[str] | None, words: list[str] | None) -> list[str]:
    """The same for a command that shows `problems_of` by itself: specs with errors are left out."""
    asked = [*(specs or []), *(words or [])]
    rest = [word for word in asked if not _is_broken_alone(store, word)]
    return select(store.specs, rest, lambda ref: _changed(store, ref)) if rest or not asked else []


def _is_broken_alone(store: Store, word: str) -> bool:
    files = _broken_files(store, word)
    return bool(files) and not any(names(item, word) for item in store.specs.values())


def problems_of(store: Store, specs: list[str] | None, words: list[str] | None) -> tuple[Problem, ...]:
    """Problems of the selection and of the calendars and defaults it uses; all without one."""
    asked = [*(specs or []), *(words or [])]
    if not asked:
        return store.problems
    broken = {file for word in asked for file in _broken_files(store, word)}
    ids = usable(store, specs, words)
    files = broken.union(*(_files(store, each) for each in ids))
    return tuple(problem for problem in store.problems if problem.file in files)


def one(store: Store, name: str) -> str:
    """The id of the single forecast called `name`; shows why where its spec is broken."""
    broken = _broken_files(store, name)
    if broken:
        raise Refusal(*(problem for problem in store.problems if problem.file in broken))
    found = selected(store, [name], None)
    if len(found) > 1:
        raise typer.BadParameter(f"{name!r} names {len(found)} forecasts: {', '.join(found[:5])}")
    return found[0]


def refuse_located(store: Store, refusal: Refusal) -> None:
    """Show a refusal with the lines of specs that it is about, then leave with its exit code."""
    console.problems(refusal.problems, lambda problem: render_text(problem, store), out=False)
    console.leave(refusal.problems)


def _broken_files(store: Store, word: str) -> list[str]:
    path = word.removeprefix("./").rstrip("/")
    return [
        file
        for key, file in store.broken.items()
        if path in {key, key.rpartition("/")[2], file} or file.startswith(f"{path}/")
    ]


def _files(store: Store, forecast_id: str) -> set[str]:
    item = store.specs[forecast_id]
    layers = [store.sources[file] for file in (item.file, *(c.file for c in item.calendars))]
    return {document.file for layer in layers for document in layer.documents}


def _changed(store: Store, reference: str) -> frozenset[str]:
    """Forecasts whose spec, defaults or calendars differ between `reference` and the working tree."""
    from cloudtune.git.calls import open_repository
    from cloudtune.git.revisions import changed_files

    files = changed_files(open_repository(store.root), reference, "specs")
    return frozenset(each for each in store.specs if not files.isdisjoint(_files(store, each)))


def ids_or_leave(store: Store, ids: Sequence[str]) -> None:
    """Leave with words where a store has nothing to run."""
    if not ids and not store.problems:
        raise typer.BadParameter("specs/ holds no forecast; `cloudtune init` writes a first one")


def select(
    forecasts: Mapping[str, SpecFile],
    words: Iterable[str],
    changed: Callable[[str], frozenset[str]],
) -> list[str]:
    """Ids that any of `words` selects, sorted; all of them where there are no words.

    A word with commas selects what each of its parts does. `changed` maps a git reference
    to the ids whose spec, defaults or calendars differ from it. Raises BadParameter for a word that
    selects nothing.
    """
    asked = list(words)
    if not asked:
        return sorted(forecasts)
    found = [_selected(forecasts, word, changed) for word in asked]
    return sorted(set().union(*found))


def _selected(
    forecasts: Mapping[str, SpecFile],
    word: str,
    changed: Callable[[str], frozenset[str]],
) -> set[str]:
    parts = [part.strip() for part in word.split(",")]
    tests = [_test(part, changed) for part in parts]
    hits = {key for key, forecast in forecasts.items() if all(test(forecast) for test in tests)}
    # A clean branch has changed nothing, which is an answer; any other empty selection is a slip.
    if not hits and not any(part.startswith("changed:") for part in parts):
        raise typer.BadParameter(_nothing(word, forecasts), param_hint="'--select'")
    return hits


def _test(part: str, changed: Callable[[str], frozenset[str]]) -> Callable[[SpecFile], bool]:
    prefix, colon, value = part.partition(":")
    if colon and prefix == "changed":
        ids = changed(value)
        return lambda forecast: forecast.id in ids
    if colon and prefix in _FIELDS:
        field = _FIELDS[prefix]
        return lambda forecast: any(fnmatchcase(text, value) for text in field(forecast))
    if colon and "/" not in prefix:
        known = ", ".join(f"{name}:" for name in (*_FIELDS, "changed"))
        raise typer.BadParameter(f"unknown selector {prefix!r}: known are {known}")
    return lambda forecast: names(forecast, part)


_FIELDS: dict[str, Callable[[SpecFile], Iterable[str]]] = {
    "tag": lambda forecast: forecast.spec.tags,
    "owner": lambda forecast: (forecast.spec.owner,),
    "region": lambda forecast: (forecast.spec.region,),
    "calendar": lambda forecast: forecast.spec.calendars,
}


def names(forecast: SpecFile, word: str) -> bool:
    """A name, an id, a file, a folder, or a glob of any of these."""
    path = word.removeprefix("./").rstrip("/")
    if path in {"specs", "."}:
        return True
    names = (forecast.spec.name, forecast.id, forecast.file)
    folder = forecast.file.startswith(f"{path}/") or forecast.id.startswith(f"{path}/")
    return folder or any(fnmatchcase(name, path) for name in names)


def _nothing(word: str, forecasts: Mapping[str, SpecFile]) -> str:
    names = {forecast.spec.name for forecast in forecasts.values()} | set(forecasts)
    near = get_close_matches(word, sorted(names), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "; `cloudtune ls` shows what there is"
    return f"{word!r} selects none of {len(forecasts)} forecasts{hint}"
