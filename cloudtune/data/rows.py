"""The rows of a source, read once; the unreadable among them refused and shown."""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import duckdb

from cloudtune.data.minutes import Reckoning, instants_of
from cloudtune.data.opening import Scan, TooLongError, named, session
from cloudtune.data.sources.reader import Relation
from cloudtune.data.sources.table import READERS
from cloudtune.errors import Refusal
from cloudtune.spec.messages import counted, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.data.minutes import Instants
    from cloudtune.data.opening import SpecPlace, Totals
    from cloudtune.data.sources.reader import Asked

_KIND = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")
_SQL = re.compile(r"\n\s*LINE \d+:.*", re.DOTALL)
"""DuckDB shows the statement, which is ours."""
_SIGNS = {
    "not utf-8": "save it as UTF-8",
    "GZIP": "see whether the file was written whole",
    "not a valid DuckDB database": "name a file that DuckDB wrote, or leave `path` out and query files",
    "in-memory database": "name a file that DuckDB wrote, or leave `path` out and query files",
}
"""What DuckDB says, and the mend that it calls for."""
_LONGEST = 400
"""Characters of DuckDB's words that a message repeats: they quote what a file holds."""
_INSIDE = "(us IS NULL OR us BETWEEN {low} AND {high})"
_EARLIEST, _LATEST = -63_158_400_000_000, 7_258_118_400_000_000
"""1968 to 2200: a stamp outside is a unit taken for another."""
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


def fetch(source: Any, asked: Asked) -> Instants:
    """What a source holds within the window; refuses rows without time or number, and unwanted doubles."""
    low, high = asked.window.microseconds
    with _opened(source, asked) as (connection, relation):
        rows = rows_of(connection, relation, source, asked.place)
        scan = Scan(connection, rows, _INSIDE.format(low=low, high=high), asked.place)
        totals = scan.totals()
        _refuse_unreadable(scan, totals)
        how = Reckoning(
            asked.window.timezone, asked.aggregate, source.duplicates, is_local=source.time_zone == "local"
        )
        return instants_of(scan, totals, how).within(asked.window)


@contextmanager
def _opened(source: Any, asked: Asked) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """A connection, and what to select from in it; what DuckDB says becomes a problem with the source."""
    reader = READERS[source.kind]
    found = reader.open(source, asked)
    try:
        if isinstance(found, Relation):
            with session(found.files, found.database) as connection:
                yield connection, _kept(connection, found)
        else:
            with session(()) as connection:
                connection.register("fetched", found.read_all())
                yield connection, "fetched"
    except TooLongError as late:
        message = f"reading takes longer than {late} s"
        hint = "read fewer rows, or allow more: CLOUDTUNE_READ_SECONDS=600"
        raise asked.place.refusal("CT418", message, hint) from late
    except duckdb.Error as error:
        raise _explained(error, reader.mend, asked) from error


def _kept(connection: duckdb.DuckDBPyConnection, relation: Relation) -> str:
    if not relation.is_kept:
        return relation.sql
    connection.execute(f"CREATE TEMP TABLE kept AS FROM {relation.sql}")
    return "kept"


def _explained(error: duckdb.Error, mend: str, asked: Asked) -> Refusal:
    plain = _SQL.sub("", _KIND.sub("", str(error).replace(f"{asked.access.root.resolve()}/", "")))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    words = " ".join([line for line in lines if not line.startswith("Original Line")][:2])[:_LONGEST]
    mend = next((mend for sign, mend in _SIGNS.items() if sign in words), mend)
    return asked.place.refusal("CT403", f"the source can't be read: {words}", mend)


def _refuse_unreadable(scan: Scan, totals: Totals) -> None:
    """Raise all that is wrong with stamps and values at once."""
    wrong = [*_stamps(scan, totals), *_values(scan, totals)]
    if wrong:
        raise Refusal(*(problem for refusal in wrong for problem in refusal.problems))


def _stamps(scan: Scan, totals: Totals) -> Iterator[Refusal]:
    place = scan.place.below("time")
    if totals.unread:
        shown = scan.shown("us IS NULL")
        message = f"no readable time in {counted(totals.unread, 'row')}: {shown}"
        yield place.refusal("CT405", message, _WRITE)
    if totals.first < _EARLIEST or totals.last > _LATEST:
        shown = scan.shown(f"us NOT BETWEEN {_EARLIEST} AND {_LATEST}")
        yield place.refusal("CT405", f"times outside 1968 to 2200: {shown}", _UNIT)
    if 0 < totals.zoned < totals.rows - totals.unread:
        shown = scan.shown("NOT zoned")
        yield place.refusal("CT414", f"some times have an offset, some none: {shown}", _ALIKE)


def _values(scan: Scan, totals: Totals) -> Iterator[Refusal]:
    if totals.bad:
        message = f"no number in {counted(totals.bad, 'row')}: {scan.shown('bad')}"
        yield scan.place.below("value").refusal("CT406", message, _PLAIN_NUMBERS)


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
        hint = did_you_mean(name, list(columns), "columns")
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
