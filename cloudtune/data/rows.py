"""SQL for the rows of a source: an instant in microseconds beside a number."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from cloudtune.data.paths import nearest
from cloudtune.data.session import named

if TYPE_CHECKING:
    import duckdb

    from cloudtune.data.place import Place

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


def rows_of(connection: duckdb.DuckDBPyConnection, relation: str, source: Any, place: Place) -> str:
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


def _type_of(name: str, columns: dict[str, str], place: Place) -> str:
    if name not in columns:
        _refuse_unsplit(name, list(columns), place)
        hint = nearest(name, columns) or f"columns: {', '.join(columns)}"
        raise place.refusal("CT404", f"there is no column {name!r}", hint)
    return columns[name]


def _refuse_unsplit(name: str, columns: list[str], place: Place) -> None:
    """A header that stays in one piece: no delimiter gives all lines the same columns."""
    if len(columns) == 1 and name in _DELIMITERS.split(columns[0]):
        message = f"the source can't be read: some lines have more or fewer columns than {columns[0]!r}"
        raise place.refusal(
            "CT403", message, "give every line the same columns; quote a text that holds a comma"
        )


def _number(column: str, kind: str, place: Place) -> str:
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
