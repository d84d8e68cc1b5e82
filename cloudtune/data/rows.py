"""The rows of a source, read once; the unreadable among them refused and shown."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb

from cloudtune.data.figures import number_of, refuse_points
from cloudtune.data.mends import mend_of_times, mend_of_units, mend_of_values
from cloudtune.data.minutes import Reckoning, instants_of
from cloudtune.data.opening import Scan, TooLongError, named, session
from cloudtune.data.sources.reader import Relation
from cloudtune.data.sources.table import READERS
from cloudtune.data.stamps import WRITTEN, stamps_of
from cloudtune.errors import Refusal
from cloudtune.spec.messages import counted, did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from cloudtune.data.minutes import Instants
    from cloudtune.data.opening import SpecPlace, Totals
    from cloudtune.data.sources.reader import Asked

_KIND = re.compile(r"^[A-Z][A-Za-z ]+ Error: ")
_SQL = re.compile(r"\n\s*LINE \d+:.*", re.DOTALL)
"""DuckDB shows the statement, which is ours."""
_SIGNS = {
    "not utf-8": "add encoding: latin-1 to the source, or save the file as UTF-8",
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
_CONDITION = (
    "name columns as the file does; texts stand in single quotes, numbers need CAST(column AS DOUBLE)"
)
_ALIKE = "write all of them with an offset, or none"
_ROWS = """
SELECT {us} AS us, {zoned} AS zoned, {dated} AS dated, {number} AS value,
       ({value} IS NOT NULL AND {number} IS NULL) AS bad,
       CAST({time} AS VARCHAR) AS stamp, CAST({value} AS VARCHAR) AS text
FROM (SELECT *, {written} AS {column} FROM {relation})
"""
_DELIMITERS = re.compile(r"[,;\t|]")


def fetch(source: Any, asked: Asked) -> Instants:
    """What a source holds within the window; refuses rows without time or number, and unwanted doubles."""
    low, high = asked.window.microseconds
    with _opened(source, asked) as (connection, relation):
        rows, clock = rows_of(connection, relation, source, asked.place)
        scan = Scan(connection, rows, _INSIDE.format(low=low, high=high), asked.place)
        totals = scan.totals()
        _refuse_unreadable(scan, totals, source)
        how = Reckoning(
            asked.window.timezone,
            asked.aggregate,
            source.duplicates,
            clock or _clock_of(source.time_zone, asked.window.timezone),
            is_by_step=asked.step is not None and not asked.step.is_calendar,
            ends_step=source.stamps == "end",
        )
        return instants_of(scan, totals, how).within(asked.window)


def _clock_of(time_zone: str, local: str) -> str:
    return {"local": local, "utc": "UTC"}.get(time_zone, time_zone)


def everything(source: Any, asked: Asked) -> pd.DataFrame:
    """All columns and rows as they are: what a spec is drafted from."""
    with _opened(source, asked) as (connection, relation):
        return connection.execute(f"SELECT * FROM {relation}").df()


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
        has_where = getattr(source, "where", None) is not None
        raise _explained(error, reader.mend, asked, has_where=has_where) from error


def _kept(connection: duckdb.DuckDBPyConnection, relation: Relation) -> str:
    if not relation.is_kept:
        return relation.sql
    connection.execute(f"CREATE TEMP TABLE kept AS FROM {relation.sql}")
    return "kept"


def _explained(error: duckdb.Error, mend: str, asked: Asked, *, has_where: bool) -> Refusal:
    plain = _SQL.sub("", _KIND.sub("", str(error).replace(f"{asked.access.root.resolve()}/", "")))
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    words = " ".join([line for line in lines if not line.startswith("Original Line")][:2])[:_LONGEST]
    mend = next((mend for sign, mend in _SIGNS.items() if sign in words), mend)
    if isinstance(error, duckdb.BinderException) and has_where:
        return asked.place.below("where").refusal("CT413", f"`where` can't be met: {words}", _CONDITION)
    code = "CT432" if "CSV Error" in words else "CT403"
    return asked.place.refusal(code, f"the source can't be read: {words}", mend)


def _refuse_unreadable(scan: Scan, totals: Totals, source: Any) -> None:
    """Raise all that is wrong with stamps and values at once."""
    wrong = [*_stamps(scan, totals, source), *_values(scan, totals, source)]
    if wrong:
        raise Refusal(*(problem for refusal in wrong for problem in refusal.problems))


def _stamps(scan: Scan, totals: Totals, source: Any) -> Iterator[Refusal]:
    place = scan.place.below("time")
    if totals.unread:
        shown = scan.shown("us IS NULL")
        message = f"no readable time in {counted(totals.unread, 'row')}: {shown}"
        yield place.refusal("CT405", message, mend_of_times(scan, totals, source))
    if totals.first < _EARLIEST or totals.last > _LATEST:
        shown = scan.shown(f"us NOT BETWEEN {_EARLIEST} AND {_LATEST}")
        yield place.refusal("CT405", f"times outside 1968 to 2200: {shown}", mend_of_units(scan, source))
    if 0 < totals.zoned < totals.rows - totals.unread:
        shown = scan.shown("NOT zoned")
        yield place.refusal("CT414", f"some times have an offset, some none: {shown}", _ALIKE)


def _values(scan: Scan, totals: Totals, source: Any) -> Iterator[Refusal]:
    if totals.bad:
        message = f"no number in {counted(totals.bad, 'row')}: {scan.shown('bad')}"
        yield scan.place.below("value").refusal("CT406", message, mend_of_values(scan, source))


def rows_of(
    connection: duckdb.DuckDBPyConnection, relation: str, source: Any, place: SpecPlace
) -> tuple[str, str]:
    """A SELECT of us, zoned, dated, value, bad, stamp, text, and the zone that all stamps name, if one.

    Refuses columns that aren't there, and what no column can tell.
    """
    columns = _columns(connection, relation)
    time_type = _type_of(source.time, columns, place.below("time"))
    value_type = _type_of(source.value, columns, place.below("value"))
    stamps = stamps_of(connection, relation, source, time_type, place.below("time"))
    refuse_points(connection, relation, source, value_type, place.below("value"))
    rows = _ROWS.format(
        us=stamps.us,
        zoned=stamps.zoned,
        dated=stamps.dated,
        written=stamps.text,
        column=WRITTEN,
        number=number_of(source, value_type, place.below("value")),
        value=named(source.value),
        time=named(source.time),
        relation=relation,
    )
    return rows, stamps.clock


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
            "CT432", message, "give every line the same columns; quote a text that holds a comma"
        )
