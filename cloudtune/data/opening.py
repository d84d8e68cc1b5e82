"""What a source is opened with: the span wanted, its files, a locked database, a place for refusals."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from difflib import get_close_matches
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import duckdb
import numpy as np

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cloudtune.data.minutes import Instants
    from cloudtune.errors import SpecPath
    from cloudtune.timegrid import Moment


@dataclass(frozen=True, slots=True)
class SpecPlace:
    """A file and a spec path; what is read there may be refused with them."""

    file: str = ""
    path: SpecPath = ()

    def below(self, *keys: str | int) -> SpecPlace:
        """The place `keys` further down."""
        return SpecPlace(self.file, (*self.path, *keys))

    def refusal(self, code: str, message: str, hint: str = "") -> Refusal:
        """A refusal with one problem, found here."""
        return Refusal(Problem(code, message, hint=hint, file=self.file, path=self.path))


_DAY = 86_400_000_000
_ALWAYS = 2**62


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From `start` to `end` (exclusive), each open where None."""

    timezone: str
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of(cls, start: Moment | None, end: Moment | None, timezone: str) -> TimeWindow:
        """The window between two moments of a spec."""
        zone = ZoneInfo(timezone)
        first = None if start is None else start.at(zone)
        return cls(timezone, first, None if end is None else end.at(zone))

    @property
    def microseconds(self) -> tuple[int, int]:
        """Bounds for stamps on any clock: a day wider than the window."""
        low = -_ALWAYS if self.start is None else _seconds(self.start) * 1_000_000 - _DAY
        high = _ALWAYS if self.end is None else _seconds(self.end) * 1_000_000 + _DAY
        return low, high

    def cut(self, instants: Instants) -> Instants:
        """The rows inside; a day belongs to the window by its date."""
        minute = instants.wall if instants.by_day else instants.table.minute
        keep = np.ones(len(minute), dtype=bool)
        if self.start is not None:
            keep &= minute >= _minute(self.start, on_wall=instants.by_day)
        if self.end is not None:
            keep &= minute < _minute(self.end, on_wall=instants.by_day)
        return replace(instants, table=instants.table.where(keep), wall=instants.wall[keep])


def _seconds(moment: datetime) -> int:
    return int(moment.timestamp())


def _minute(moment: datetime, *, on_wall: bool) -> int:
    offset = moment.utcoffset() if on_wall else None
    return (_seconds(moment) + (int(offset.total_seconds()) if offset else 0)) // 60


_GLOB = frozenset("*?[")


def files_of(pattern: str, root: Path, place: SpecPlace, *, allow_outside: bool) -> tuple[Path, ...]:
    """Every file that `pattern` names, symlinks resolved, in order of name."""
    if not allow_outside and _leaves(pattern):
        raise _outside(pattern, place)
    found = _expand(pattern, root)
    if not found:
        raise _missing(pattern, root, place)
    if empty := [path.name for path in found if not path.stat().st_size]:
        hint = "write it anew, with a line of column names"
        raise place.refusal("CT410", f"the file {empty[0]!r} is empty", hint)
    if not allow_outside and not all(path.is_relative_to(root.resolve()) for path in found):
        raise _outside(pattern, place)
    return found


def nearest(word: str, known: Iterable[str]) -> str:
    """`did you mean 'orders'?` where something known is close, else an empty text."""
    close = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f"did you mean {close[0]!r}?" if close else ""


def _leaves(pattern: str) -> bool:
    return Path(pattern).is_absolute() or ".." in Path(pattern).parts


def _expand(pattern: str, root: Path) -> tuple[Path, ...]:
    whole = root / pattern
    if whole.is_file():
        return (whole.resolve(),)
    if not _GLOB.intersection(pattern):
        return ()
    anchor = Path(whole.anchor)
    matches = anchor.glob(str(whole.relative_to(anchor)))
    return tuple(sorted(path.resolve() for path in matches if path.is_file()))


def _outside(pattern: str, place: SpecPlace) -> Exception:
    hint = "copy the data into the repository, or run with --allow-outside"
    return place.refusal("CT402", f"{pattern!r} leaves the repository", hint)


def _missing(pattern: str, root: Path, place: SpecPlace) -> Exception:
    if (root / pattern).is_dir():
        hint = f"name a file in it, or all of them: {pattern.rstrip('/')}/*"
        return place.refusal("CT401", f"{pattern!r} is a folder", hint)
    folder = (root / pattern).parent
    siblings = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    guess = nearest(Path(pattern).name, siblings)
    hint = guess or "paths are relative to the root of the repository"
    return place.refusal("CT401", f"there is no file {pattern!r}", hint)


MEMORY = "800MB"
"""Beyond this DuckDB spills to disk; the process as a whole stays below 1.5 GB."""
MOST_THREADS = 4


@contextmanager
def session(folders: Iterable[Path], database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a locked connection that reads files below `folders` and the database file alone."""
    with TemporaryDirectory(prefix="cloudtune-") as spill:
        connection = duckdb.connect(":memory:", config=_config(spill))
        try:
            if database is not None:
                connection.execute(f"ATTACH {quoted(str(database))} AS store (READ_ONLY)")
                connection.execute("USE store")
            _lock(connection, [spill, *map(str, folders)])
            yield connection
        finally:
            connection.close()


def quoted(text: str) -> str:
    """`text` as an SQL string."""
    return "'" + text.replace("'", "''") + "'"


def named(name: str) -> str:
    """`name` as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def _config(spill: str) -> dict[str, str | bool | int | float | list[str]]:
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": MEMORY,
        "threads": min(MOST_THREADS, os.cpu_count() or 1),
        "temp_directory": spill,
    }


def _lock(connection: duckdb.DuckDBPyConnection, folders: list[str]) -> None:
    allowed = ", ".join(quoted(folder) for folder in folders)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
