"""The rows of a source, read once; the unreadable among them refused and shown."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb
import numpy as np

from cloudtune.data import timeline
from cloudtune.data.minutes import Fetched, by_minute, joined, merged, totals_of
from cloudtune.data.opening import named, nearest, session
from cloudtune.data.sources.table import relation_of
from cloudtune.errors import Refusal
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cloudtune.data.minutes import Minutes, Totals
    from cloudtune.data.opening import SpecPlace, TimeWindow
    from cloudtune.data.sources.table import Access, Relation


_KIND = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")
_SQL = re.compile(r"\n\s*LINE \d+:.*", re.DOTALL)
"""DuckDB shows the statement, which is ours."""
_INSIDE = "(us IS NULL OR us BETWEEN {low} AND {high})"
_WINDOWED = "SELECT * FROM ({rows}) WHERE {inside}"
_OFFENDING = """
SELECT row, stamp, text FROM (SELECT *, row_number() OVER () AS row FROM ({rows}))
WHERE {inside} AND ({condition}) ORDER BY row LIMIT 3
"""
_LONGEST = 80
"""Characters of a field that a message shows."""
_SMALL = 16_000_000
"""Bytes of text that memory holds with ease."""
_EARLIEST, _LATEST = -63_158_400_000_000, 7_258_118_400_000_000
"""1968 to 2200: a stamp outside is a unit taken for another."""


def fetch(source: Any, window: TimeWindow, ground: Access, place: SpecPlace) -> Fetched:
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


@contextmanager
def _explained(kind: str, ground: Access, place: SpecPlace) -> Iterator[None]:
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
    twice[pairs] = ~timeline.is_repeated(wall, timezone)
    return np.asarray(twice)


@dataclass(frozen=True, slots=True)
class _Reading:
    """A source being read, and how to show its rows."""

    connection: duckdb.DuckDBPyConnection
    rows: str
    inside: str
    place: SpecPlace

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
            f"a time that another row has, in {counted(count, 'row')}: {shown}",
            "say how to join them: duplicates: sum, mean or last",
        )

    def _stamps(self, totals: Totals) -> Iterator[Refusal]:
        place = self.place.below("time")
        if totals.unread:
            shown = self._shown("us IS NULL")
            message = f"no readable time in {counted(totals.unread, 'row')}: {shown}"
            yield place.refusal("CT405", message, _WRITE)
        if totals.first < _EARLIEST or totals.last > _LATEST:
            shown = self._shown(f"us NOT BETWEEN {_EARLIEST} AND {_LATEST}")
            yield place.refusal("CT405", f"times outside 1968 to 2200: {shown}", _UNIT)
        if 0 < totals.zoned < totals.rows - totals.unread:
            shown = self._shown("NOT zoned")
            yield place.refusal("CT414", f"some times have an offset, some none: {shown}", _ALIKE)

    def _values(self, totals: Totals) -> Iterator[Refusal]:
        if totals.bad:
            message = f"no number in {counted(totals.bad, 'row')}: {self._shown('bad')}"
            yield self.place.below("value").refusal("CT406", message, _PLAIN_NUMBERS)

    def _shown(self, condition: str) -> str:
        query = _OFFENDING.format(rows=self.rows, inside=self.inside, condition=condition)
        seen = self.connection.execute(query).fetchall()
        return ", ".join(f"row {row} ({_cut(stamp or 'empty')}, {_cut(text)})" for row, stamp, text in seen)


def _cut(field: Any) -> str:
    """A field as a message shows it: one may hold megabytes, and none needs more to be known again."""
    text = str(field)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text):,} characters)"


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
_PLAIN_NUMBERS = "write plain numbers such as 1234.5; leave a value that isn't known empty"

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT")
_MORE_NUMBERS = ("UINTEGER", "UBIGINT", "FLOAT", "DOUBLE", "DECIMAL")
_NUMERIC = _NUMBERS + _MORE_NUMBERS
_EPOCH_UNIT = {"epoch_s": 1_000_000, "epoch_ms": 1_000}
_ROWS = """
SELECT {us} AS us, {zoned} AS zoned, {dated} AS dated, {number} AS value,
       ({value} IS NOT NULL AND {number} IS NULL) AS bad,
       CAST({time} AS VARCHAR) AS stamp, CAST({value} AS VARCHAR) AS text
FROM {relation}
"""
_FIRST = "SELECT CAST({time} AS VARCHAR) FROM {relation} WHERE {time} IS NOT NULL LIMIT 1"
_DELIMITERS = re.compile(r"[,;\t|]")
_MILLISECONDS_FROM = 100_000_000_000
"""A larger epoch can't be seconds: it would lie past the year 5138."""


@dataclass(frozen=True, slots=True)
class _Instant:
    """SQL for an instant: microseconds, whether it has an offset, whether it is a mere date."""

    us: str
    zoned: str
    dated: str = "false"


def rows_of(connection: duckdb.DuckDBPyConnection, relation: str, source: Any, place: SpecPlace) -> str:
    """A SELECT of us, zoned, dated, value, bad, stamp, text; refuses columns that aren't there."""
    columns = _columns(connection, relation)
    time_type = _type_of(source.time, columns, place.below("time"))
    value_type = _type_of(source.value, columns, place.below("value"))
    instant = _instant(connection, relation, source, time_type)
    number = _number(named(source.value), value_type, place.below("value"))
    return _ROWS.format(
        us=instant.us,
        zoned=instant.zoned,
        dated=instant.dated,
        number=number,
        value=named(source.value),
        time=named(source.time),
        relation=relation,
    )


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    described = connection.execute(f"DESCRIBE FROM {relation}").fetchall()
    return {row[0]: row[1] for row in described}


def _type_of(name: str, columns: dict[str, str], place: SpecPlace) -> str:
    if name not in columns:
        _refuse_unsplit(name, list(columns), place)
        hint = nearest(name, columns) or f"columns: {', '.join(columns)}"
        raise place.refusal("CT404", f"there is no column {name!r}", hint)
    return columns[name]


def _refuse_unsplit(name: str, columns: list[str], place: SpecPlace) -> None:
    """A header that stays in one piece: no delimiter gives all lines the same columns."""
    if len(columns) == 1 and name in _DELIMITERS.split(columns[0]):
        message = f"the source can't be read: some lines have more or fewer columns than {columns[0]!r}"
        raise place.refusal(
            "CT403", message, "give every line the same columns; quote a text that holds a comma"
        )


def _number(column: str, kind: str, place: SpecPlace) -> str:
    if kind == "VARCHAR":
        return f"TRY_CAST({column} AS DOUBLE)"
    if kind.startswith((*_NUMERIC, "BOOLEAN")):
        return f"CAST({column} AS DOUBLE)"
    raise place.refusal("CT406", f"the value column holds {kind}, no numbers", "name a number column")


def _instant(connection: duckdb.DuckDBPyConnection, relation: str, source: Any, kind: str) -> _Instant:
    column = named(source.time)
    if kind == "TIMESTAMP WITH TIME ZONE":
        return _Instant(f"epoch_us({column})", "true")
    if kind.startswith(("TIMESTAMP", "DATE")):
        dated = "true" if kind == "DATE" else "false"
        return _Instant(f"epoch_us(CAST({column} AS TIMESTAMP))", "false", dated)
    first = _first(connection, relation, column)
    if kind.startswith(_NUMERIC) or source.time_format in _EPOCH_UNIT or _is_epoch(first):
        unit = _EPOCH_UNIT.get(source.time_format) or _epoch_unit(first)
        return _Instant(f"CAST(round(TRY_CAST({column} AS DOUBLE) * {unit}) AS BIGINT)", "true")
    return _written(f"CAST({column} AS VARCHAR)")


def _written(text: str) -> _Instant:
    tail = f"substr({text}, 11)"
    zoned = f"(right({text}, 1) = 'Z' OR contains({tail}, '+') OR contains({tail}, '-'))"
    us = f"epoch_us(TRY_CAST({text} AS TIMESTAMPTZ))"
    return _Instant(us, zoned, f"(length({text}) = 10)")


def _first(connection: duckdb.DuckDBPyConnection, relation: str, column: str) -> str:
    row = connection.execute(_FIRST.format(time=column, relation=relation)).fetchone()
    return str(row[0]).strip() if row else ""


def _is_epoch(text: str) -> bool:
    """True for a plain number; eight digits are a date such as 20260714."""
    digits = text.replace(".", "", 1).removeprefix("-")
    return digits.isdigit() and len(digits) > len("20260714")


def _epoch_unit(text: str) -> int:
    is_milliseconds = _is_epoch(text) and abs(float(text)) >= _MILLISECONDS_FROM
    return _EPOCH_UNIT["epoch_ms" if is_milliseconds else "epoch_s"]
