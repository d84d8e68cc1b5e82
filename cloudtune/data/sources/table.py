"""Each kind of source as one SQL relation of text or typed columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudtune.data.opening import files_of, quoted
from cloudtune.data.sources.duckdb import with_full_paths

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from cloudtune.data.opening import SpecPlace
    from cloudtune.spec.sources import CsvSource, DuckdbSource, ParquetSource

MISSING_WORDS = ("", "NA", "N/A", "NULL", "null", "None", "none", "-")
"""How people write that there is no value; NaN is a number to DuckDB."""


@dataclass(frozen=True, slots=True)
class Relation:
    """SQL to select from, with the folders it needs to see."""

    sql: str
    folders: tuple[Path, ...]
    database: Path | None = None
    text_bytes: int | None = None
    """Size of its files where they are plain text."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where paths start, and whether they may leave."""

    root: Path
    allow_outside: bool = False


def relation_of(source: Any, ground: Access, place: SpecPlace) -> Relation:
    """The rows of `source` as a relation; refuses a path that is missing or leaves the root."""
    return _RELATIONS[source.kind](source, ground, place)


def _csv(source: CsvSource, ground: Access, place: SpecPlace) -> Relation:
    files = _files(source.path, ground, place)
    options = ["all_varchar = true", "header = true", f"nullstr = {_listed(MISSING_WORDS)}"]
    if source.delimiter is not None:
        options.append(f"delim = {quoted(source.delimiter)}")
    is_plain = all(file.suffix == ".csv" for file in files)
    size = sum(file.stat().st_size for file in files) if is_plain else None
    return Relation(f"read_csv({_paths(files)}, {', '.join(options)})", _folders(files), text_bytes=size)


def _parquet(source: ParquetSource, ground: Access, place: SpecPlace) -> Relation:
    files = _files(source.path, ground, place)
    return Relation(f"read_parquet({_paths(files)})", _folders(files))


def _duckdb(source: DuckdbSource, ground: Access, place: SpecPlace) -> Relation:
    root = ground.root.resolve()
    query = with_full_paths(source.query, root, place.below("query"))
    database = _files(source.path, ground, place)[0] if source.path else None
    seen = root.parents[-1] if ground.allow_outside else root
    return Relation(f"({query})", (seen,), database)


_RELATIONS: dict[str, Callable[[Any, Access, SpecPlace], Relation]] = {
    "csv": _csv,
    "parquet": _parquet,
    "duckdb": _duckdb,
}


def _files(pattern: str, ground: Access, place: SpecPlace) -> tuple[Path, ...]:
    return files_of(pattern, ground.root, place.below("path"), allow_outside=ground.allow_outside)


def _folders(files: tuple[Path, ...]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(file.parent for file in files))


def _paths(files: tuple[Path, ...]) -> str:
    return _listed(str(file) for file in files)


def _listed(texts: Any) -> str:
    return f"[{', '.join(quoted(text) for text in texts)}]"
