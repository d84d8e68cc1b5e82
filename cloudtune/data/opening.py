"""What a source is opened with: the span wanted, its files, a locked database, and a place for refusals."""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import duckdb

from cloudtune.errors import Problem, Refusal
from cloudtune.files import check_bounds, is_of_git, matching
from cloudtune.spec.messages import nearest

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from cloudtune.errors import SpecPath
    from cloudtune.timegrid import Moment


_DAY, _ALWAYS = 86_400_000_000, 2**62
"""Microseconds of a day, and more than any time."""
INTERRUPTED = "Query interrupted"
MEMORY = "800MB"
"""Beyond this DuckDB spills to disk; the process as a whole stays below 1.5 GB."""
MOST_THREADS = 4
MOST_MORE = 2 * 1024**3
"""Bytes that the process may grow by while it reads: DuckDB's own limit knows nothing of one huge text."""
SECONDS = 60.0
"""That a source may take, unless CLOUDTUNE_READ_SECONDS says otherwise."""
_TOTALS = """
SELECT count(*), count(*) - count(us), count_if(us % 1000000 <> 0), count_if(zoned),
       count_if(dated), count_if(bad), coalesce(min(us), 0), coalesce(max(us), 0)
FROM ({rows})
"""
_OFFENDING = """
SELECT row, stamp, text FROM (SELECT *, row_number() OVER () AS row FROM ({rows}))
WHERE {inside} AND ({condition}) ORDER BY row LIMIT 3
"""
_LONGEST = 80
"""Characters of a field that a message shows."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where paths start, and whether they may leave."""

    root: Path
    allow_outside: bool = False


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
        """Bounds since 1970 for stamps on any clock: a day wider than the window."""
        low = -_ALWAYS if self.start is None else _seconds(self.start) * 1_000_000 - _DAY
        high = _ALWAYS if self.end is None else _seconds(self.end) * 1_000_000 + _DAY
        return low, high

    def minutes(self, *, on_wall: bool) -> tuple[int, int]:
        """Bounds since 1970, in UTC or on the wall clock; the second is exclusive."""
        low = -_ALWAYS if self.start is None else _seconds(self.start, on_wall=on_wall) // 60
        return low, _ALWAYS if self.end is None else _seconds(self.end, on_wall=on_wall) // 60


def _seconds(moment: datetime, *, on_wall: bool = False) -> int:
    offset = moment.utcoffset() if on_wall else None
    return int(moment.timestamp()) + (int(offset.total_seconds()) if offset else 0)


def files_of(pattern: str, access: Access, place: SpecPlace) -> tuple[Path, ...]:
    """Every file that `pattern` names, symlinks resolved, in order of name."""
    root, allow_outside = access.root, access.allow_outside
    if not allow_outside and _leaves(pattern):
        raise _outside(pattern, place)
    found = matching(pattern, root)
    if not allow_outside and not all(_is_inside(path, root.resolve()) for path in found):
        raise _outside(pattern, place)
    if not found:
        raise _missing(pattern, root, place, is_told=allow_outside or _stays(root / pattern, root))
    if empty := [path.name for path in found if not path.stat().st_size]:
        hint = "write it anew, with a line of column names"
        raise place.refusal("CT410", f"the file {empty[0]!r} is empty", hint)
    return found


def _is_inside(path: Path, root: Path) -> bool:
    try:
        check_bounds(path, root, links=True)
    except OSError:
        return False
    return True


def _stays(path: Path, root: Path) -> bool:
    return path.resolve().is_relative_to(root.resolve())


def _leaves(pattern: str) -> bool:
    parts = Path(pattern).parts
    return Path(pattern).is_absolute() or ".." in parts or any(map(is_of_git, parts))


def _outside(pattern: str, place: SpecPlace) -> Exception:
    hint = "copy the data into the repository, or run with --allow-outside"
    return place.refusal("CT402", f"{pattern!r} leaves the repository", hint)


def _missing(pattern: str, root: Path, place: SpecPlace, *, is_told: bool) -> Exception:
    """`is_told`: names beside the one that is missing may be shown, for they are the repository's own."""
    if not is_told:
        return _outside(pattern, place)
    if (root / pattern).is_dir():
        hint = f"name a file in it, or all of them: {pattern.rstrip('/')}/*"
        return place.refusal("CT401", f"{pattern!r} is a folder", hint)
    folder = (root / pattern).parent
    siblings = sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []
    guess = nearest(Path(pattern).name, siblings)
    hint = f'did you mean "{guess}"?' if guess else "paths are relative to the root of the repository"
    return place.refusal("CT401", f"there is no file {pattern!r}", hint)


@contextmanager
def session(files: Iterable[Path], database: Path | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Yield a locked connection that reads `files` and the database file alone; TooLongError if late."""
    with TemporaryDirectory(prefix="cloudtune-") as spill, _bounded_memory():
        connection = duckdb.connect(":memory:", config=_config(spill))
        _OPEN.append(connection)
        watch = _Watch(connection)
        try:
            if database is not None:
                connection.execute(f"ATTACH {quoted(str(database))} AS store (READ_ONLY)")
                connection.execute("USE store")
            _lock(connection, spill, files)
            yield connection
        except (RuntimeError, duckdb.Error) as error:
            if watch.is_late:
                raise TooLongError(f"{watch.seconds:g}") from error
            # So DuckDB says that a Ctrl-C came in a query: nobody else may take it for a bad source.
            if str(error) == INTERRUPTED:
                raise KeyboardInterrupt from error
            raise
        finally:
            watch.end()
            _OPEN.remove(connection)
            connection.close()


@contextmanager
def _bounded_memory() -> Iterator[None]:
    """Have the machine refuse memory past MOST_MORE, where it can: a refusal, not a killed process."""
    used = _data_bytes()
    if used is None:
        yield
        return
    import resource  # noqa: PLC0415 - not on every system

    before = resource.getrlimit(resource.RLIMIT_DATA)
    most = [limit for limit in (used + MOST_MORE, *before) if limit != resource.RLIM_INFINITY]
    resource.setrlimit(resource.RLIMIT_DATA, (min(most), before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_DATA, before)


def _data_bytes() -> int | None:
    """Bytes of writable memory that this process has; None where the system doesn't say."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[5]
    except (OSError, IndexError):
        return None
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


class TooLongError(Exception):
    """A source that was not read in time; the text is the limit in seconds."""


class _Watch:
    """Ends the queries of a connection once its time is over."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.seconds = seconds_to_read()
        self.is_late = False
        self._connection = connection
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._wait, daemon=True)
        self._thread.start()

    def end(self) -> None:
        """The connection is about to close."""
        self._done.set()
        self._thread.join()

    def _wait(self) -> None:
        if self._done.wait(self.seconds):
            return
        self.is_late = True
        # Again and again: between two queries there is nothing to interrupt.
        while not self._done.wait(0.2):
            self._connection.interrupt()


def seconds_to_read() -> float:
    """What a source may take."""
    try:
        return max(0.1, float(os.environ.get("CLOUDTUNE_READ_SECONDS", "")))
    except ValueError:
        return SECONDS


_OPEN: list[duckdb.DuckDBPyConnection] = []
"""Connections of this process, for `interrupt` alone."""


def interrupt() -> None:
    """Have every query of this process end: for handlers of signals.

    Why: DuckDB leaves its own threads running when a signal ends a query, and waits for them for ever.
    """
    for connection in _OPEN:
        connection.interrupt()


@dataclass(frozen=True, slots=True)
class Totals:
    """What a scan says of all rows."""

    rows: int
    unread: int
    """Rows whose stamp can't be read."""
    split: int
    """Rows whose stamp is no whole second."""
    zoned: int
    """Rows whose stamp is a known instant."""
    dated: int
    """Rows whose stamp is a mere date."""
    bad: int
    """Rows whose value is text that is no number."""
    first: int
    """Microseconds since 1970, as the stamps say."""
    last: int


@dataclass(frozen=True, slots=True)
class Scan:
    """Rows of a source as SQL, asked as often as need be; microseconds, text and number of each."""

    connection: duckdb.DuckDBPyConnection
    rows: str
    """A SELECT of us, zoned, dated, value, bad, stamp, text."""
    inside: str
    """The condition that a row is in the window."""
    place: SpecPlace

    @property
    def windowed(self) -> str:
        """SQL of the rows inside the window."""
        return f"SELECT * FROM ({self.rows}) WHERE {self.inside}"

    def totals(self) -> Totals:
        """Counts over the rows inside the window."""
        found = self.connection.execute(_TOTALS.format(rows=self.windowed)).fetchone()
        return Totals(*(int(number or 0) for number in found or ()))

    def shown(self, condition: str) -> str:
        """The first three rows that meet a condition, as a message tells them."""
        query = _OFFENDING.format(rows=self.rows, inside=self.inside, condition=condition)
        seen = self.connection.execute(query).fetchall()
        return ", ".join(f"row {row} ({_cut(stamp or 'empty')}, {_cut(text)})" for row, stamp, text in seen)


def _cut(field: Any) -> str:
    """A field as a message shows it: one may hold megabytes, and none needs more to be known again."""
    text = str(field)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


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
        # Else a table's name that stands nowhere else is looked up among our own variables.
        "python_enable_replacements": False,
    }


def _lock(connection: duckdb.DuckDBPyConnection, spill: str, files: Iterable[Path]) -> None:
    allowed = ", ".join(quoted(str(file)) for file in files)
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute(f"SET allowed_directories = [{quoted(spill)}]")
    connection.execute(f"SET allowed_paths = [{allowed}]")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
