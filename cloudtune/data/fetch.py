"""A source fetched, with its unreadable rows refused."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from cloudtune.data import clock
from cloudtune.data.minutes import Fetched, by_minute, joined, merged, totals_of
from cloudtune.data.readers import relation_of
from cloudtune.data.rows import rows_of
from cloudtune.data.session import session
from cloudtune.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cloudtune.data.minutes import Minutes, Totals
    from cloudtune.data.place import Place
    from cloudtune.data.readers import Ground, Relation
    from cloudtune.data.window import Window

_KIND = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")
_SQL = re.compile(r"\n\s*LINE \d+:.*", re.DOTALL)
"""DuckDB shows the statement, which is ours."""
_INSIDE = "(us IS NULL OR us BETWEEN {low} AND {high})"
_WINDOWED = "SELECT * FROM ({rows}) WHERE {inside}"
_OFFENDING = """
SELECT row, stamp, text FROM (SELECT *, row_number() OVER () AS row FROM ({rows}))
WHERE {inside} AND ({condition}) ORDER BY row LIMIT 3
"""
_SMALL = 16_000_000
"""Bytes of text that memory holds with ease."""
_EARLIEST, _LATEST = -63_158_400_000_000, 7_258_118_400_000_000
"""1968 to 2200: a stamp outside is a unit taken for another."""


def fetch(source: Any, window: Window, ground: Ground, place: Place) -> Fetched:
    """Read `source` whole; refuses rows without a time or a number, and unwanted duplicates."""
    relation = relation_of(source, ground, place)
    with (
        _explained(source.kind, ground, place),
        session(relation.folders, relation.database) as connection,
    ):
        rows = rows_of(connection, _read_once(connection, relation), source, place)
        low, high = window.microseconds
        inside = _INSIDE.format(low=low, high=high)
        return _checked(_Reading(connection, rows, inside, place), source, window.timezone)


def _read_once(connection: duckdb.DuckDBPyConnection, relation: Relation) -> str:
    """A small CSV as a table in memory. Why: DuckDB tries every dialect anew for each query on a file."""
    if relation.text_bytes is None or relation.text_bytes > _SMALL:
        return relation.sql
    connection.execute(f"CREATE TEMP TABLE small AS FROM {relation.sql}")
    return "small"


def _checked(reading: _Reading, source: Any, timezone: str) -> Fetched:
    totals = totals_of(reading.connection, reading.windowed)
    reading.refuse(totals)
    found = by_minute(reading.connection, reading.windowed, totals)
    is_wall = source.time_zone == "local" and not totals.zoned
    is_dated = 0 < totals.dated == totals.rows
    twice = _duplicated(found, timezone if is_wall else None)
    if not twice.any():
        return Fetched(found, is_wall, is_dated)
    if source.duplicates == "refuse":
        raise reading.duplicates(found, twice)
    once = merged(reading.connection, reading.windowed, source.duplicates, totals)
    whole = joined(found.where(~twice), once.where(np.isin(once.minute, found.minute[twice])))
    return Fetched(whole, is_wall, is_dated, _surplus(found, twice))


def _surplus(found: Minutes, twice: NDArray[np.bool_]) -> int:
    return int((found.rows - found.stamps)[twice].sum())


def in_rows(count: int) -> str:
    """`1 row`, `1,200 rows`."""
    return f"{count:,} row{'' if count == 1 else 's'}"


@contextmanager
def _explained(kind: str, ground: Ground, place: Place) -> Iterator[None]:
    """Turn what DuckDB says into a problem with the source."""
    try:
        yield
    except duckdb.Error as error:
        plain = _SQL.sub("", _KIND.sub("", str(error).replace(f"{ground.root.resolve()}/", "")))
        lines = [line.strip() for line in plain.splitlines() if line.strip()]
        words = " ".join([line for line in lines if not line.startswith("Original Line")][:2])
        mend = next((mend for sign, mend in _SIGNS.items() if sign in words), _MENDS[kind])
        raise place.refusal("CT403", f"the source can't be read: {words}", mend) from error


def _duplicated(found: Minutes, timezone: str | None) -> NDArray[np.bool_]:
    """Minutes with two rows of one stamp, but for the hour that the wall clock repeats."""
    twice = found.rows > found.stamps
    if timezone is None or not twice.any():
        return np.asarray(twice)
    pairs = twice & (found.rows <= 2 * found.stamps)
    wall = (found.minute[pairs] * 60).astype("datetime64[s]")
    twice[pairs] = ~clock.is_repeated(wall, timezone)
    return np.asarray(twice)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A source being read, and how to show its rows."""

    connection: duckdb.DuckDBPyConnection
    rows: str
    inside: str
    place: Place

    @property
    def windowed(self) -> str:
        """SQL of the rows inside the window."""
        return _WINDOWED.format(rows=self.rows, inside=self.inside)

    def refuse(self, totals: Totals) -> None:
        """Raise all that is wrong with stamps and values at once."""
        wrong = [*self._stamps(totals), *self._values(totals)]
        if wrong:
            raise Refusal(*(problem for refusal in wrong for problem in refusal.problems))

    def duplicates(self, found: Minutes, twice: NDArray[np.bool_]) -> Refusal:
        """Two rows with one stamp, shown."""
        count, first = _surplus(found, twice), int(found.minute[twice][0])
        shown = self._shown(f"us // 60000000 = {first}")
        return self.place.refusal(
            "CT407",
            f"a time that another row has, in {in_rows(count)}: {shown}",
            "say how to join them: duplicates: sum, mean or last",
        )

    def _stamps(self, totals: Totals) -> Iterator[Refusal]:
        place = self.place.below("time")
        if totals.unread:
            shown = self._shown("us IS NULL")
            message = f"no readable time in {in_rows(totals.unread)}: {shown}"
            yield place.refusal("CT405", message, _WRITE)
        if totals.first < _EARLIEST or totals.last > _LATEST:
            shown = self._shown(f"us NOT BETWEEN {_EARLIEST} AND {_LATEST}")
            yield place.refusal("CT405", f"times outside 1968 to 2200: {shown}", _UNIT)
        if 0 < totals.zoned < totals.rows - totals.unread:
            shown = self._shown("NOT zoned")
            yield place.refusal("CT414", f"some times have an offset, some none: {shown}", _ALIKE)

    def _values(self, totals: Totals) -> Iterator[Refusal]:
        if totals.bad:
            message = f"no number in {in_rows(totals.bad)}: {self._shown('bad')}"
            yield self.place.below("value").refusal("CT406", message, _NUMBERS)

    def _shown(self, condition: str) -> str:
        query = _OFFENDING.format(rows=self.rows, inside=self.inside, condition=condition)
        seen = self.connection.execute(query).fetchall()
        return ", ".join(f"row {row} ({stamp or 'empty'}, {text})" for row, stamp, text in seen)


_MENDS = {
    "csv": "see whether every line has the same columns",
    "parquet": "see whether the file was written whole",
    "duckdb": "try the query in DuckDB; here it sees files of the repository alone",
}
_SIGNS = {
    "not utf-8": "save it as UTF-8",
    "GZIP": "see whether the file was written whole",
    "not a valid DuckDB database": "name a file that DuckDB wrote, or leave `path` out and query files",
    "in-memory database": "name a file that DuckDB wrote, or leave `path` out and query files",
}
"""What DuckDB says, and the mend that it calls for."""
_WRITE = "write times like 2026-07-14T09:00 or 2026-07-14T09:00Z, or as epoch seconds"
_UNIT = "set time_format to epoch_s or epoch_ms"
_ALIKE = "write all of them with an offset, or none"
_NUMBERS = "write plain numbers such as 1234.5; leave a value that isn't known empty"
