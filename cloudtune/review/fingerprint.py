"""Whether a source still holds the data of a report, found out without reading it where possible."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from cloudtune.pipeline import cache
from cloudtune.spec.sources import DuckdbSource

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import SpecFile

Facts = dict[str, list[Any]]
"""File -> [size, time of change in ns, SHA-256]."""


def remember(root: Path, item: SpecFile | ResolvedSpec, data_hash: str) -> None:
    """Note which files gave `data_hash`, so that a later plan needs to look at their sizes alone."""
    files = _files(root, item)
    if files and data_hash:
        facts = {name: _facts(path) for name, path in files.items()}
        cache.write(root, _key(item, data_hash), json.dumps(facts, sort_keys=True).encode())


def is_same_data(
    root: Path, item: SpecFile | ResolvedSpec, data_hash: str, load: Callable[[str], str]
) -> bool:
    """True where the sources still give `data_hash`; `load` reads them where nothing else can tell."""
    known = _recall(root, item, data_hash)
    files = _files(root, item)
    if known is not None and files.keys() == known.keys():
        if all(_is_untouched(path, known[name]) for name, path in files.items()):
            return True
        if all(_digest(path) == known[name][2] for name, path in files.items()):
            remember(root, item, data_hash)
            return True
    found = load(item.id)
    remember(root, item, found)
    return found == data_hash


def _key(item: SpecFile | ResolvedSpec, data_hash: str) -> str:
    return cache.key_of("files of", item.id, item.spec_hash, data_hash)


def _recall(root: Path, item: SpecFile | ResolvedSpec, data_hash: str) -> Facts | None:
    stored = cache.read(root, _key(item, data_hash))
    return None if stored is None else json.loads(stored)


def _files(root: Path, item: SpecFile | ResolvedSpec) -> dict[str, Path]:
    """Every file that the spec reads; none where a query may read what we can't see."""
    spec = item.spec
    sources = [spec.series.source, spec.series.history, *(one.source for one in spec.regressors)]
    if any(isinstance(source, DuckdbSource) for source in sources):
        return {}
    patterns = [source.path for source in sources if source is not None and source.path]
    return {path.as_posix(): path for pattern in patterns for path in _expand(root, pattern)}


def _expand(root: Path, pattern: str) -> Iterator[Path]:
    if any(sign in pattern for sign in "*?["):
        yield from sorted(root.glob(pattern))
    elif (root / pattern).is_file():
        yield root / pattern


def _is_untouched(path: Path, facts: list[Any]) -> bool:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns] == facts[:2]


def _facts(path: Path) -> list[Any]:
    stat = path.stat()
    return [stat.st_size, stat.st_mtime_ns, _digest(path)]


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
