"""Which forecasts a command is about: the grammar of `--select`."""

from __future__ import annotations

from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from cloudtune.spec.store import SpecFile


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
    return lambda forecast: _is_named(forecast, part)


_FIELDS: dict[str, Callable[[SpecFile], Iterable[str]]] = {
    "tag": lambda forecast: forecast.spec.tags,
    "owner": lambda forecast: (forecast.spec.owner,),
    "region": lambda forecast: (forecast.spec.region,),
    "calendar": lambda forecast: forecast.spec.calendars,
}


def _is_named(forecast: SpecFile, word: str) -> bool:
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
