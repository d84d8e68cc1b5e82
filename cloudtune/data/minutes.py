"""A source boiled down to one row a minute, inside DuckDB."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import duckdb
    from numpy.typing import NDArray

_SECOND = "(us // 1000000)"
_STAMPS = f"bit_count(bit_or(1::UBIGINT << CAST({_SECOND} % 60 AS INTEGER)))"
_EXACT_STAMPS = "count(DISTINCT us)"
_BY_MINUTE = f"""
SELECT us // 60000000 AS minute,
       count(*) AS rows,
       {{stamps}} AS stamps,
       min({_SECOND} % 60) AS second,
       count_if(us % 1000000 <> 0) AS split,
       count_if(zoned) AS zoned,
       count_if(dated) AS dated,
       count_if(bad) AS bad,
       count_if(isfinite(value)) AS finite,
       coalesce(sum(value) FILTER (isfinite(value)), 0) AS total,
       coalesce(max(value) FILTER (isfinite(value)), 0) AS peak,
       coalesce(min(value) FILTER (isfinite(value)), 0) AS low
FROM ({{rows}}) GROUP BY 1
"""
_MERGED = """
SELECT us, any_value(zoned) AS zoned, any_value(dated) AS dated, false AS bad, {value} AS value
FROM (SELECT *, row_number() OVER () AS row FROM ({rows})) GROUP BY us
"""
_MERGES = {
    "sum": "sum(value) FILTER (isfinite(value))",
    "mean": "avg(value) FILTER (isfinite(value))",
    "last": "arg_max(value, row) FILTER (isfinite(value))",
}
_KEPT_BITS = 40


@dataclass(frozen=True, eq=False)
class Minutes:
    """Columns of equal length, ordered by minute.

    Why: whatever a source holds, seconds or weeks, what follows sees at most one row a
    minute, so memory is bounded by the span and not by the size of the file.
    """

    minute: NDArray[np.int64]
    """Since 1970, as the stamps say: UTC, or on the wall clock."""
    rows: NDArray[np.int64]
    stamps: NDArray[np.int64]
    """Different stamps seen within the minute."""
    second: NDArray[np.int64]
    """The second of the first of them."""
    split: NDArray[np.int64]
    """Rows whose stamp is no whole second."""
    zoned: NDArray[np.int64]
    """Rows whose stamp is a known instant."""
    dated: NDArray[np.int64]
    """Rows whose stamp is a mere date."""
    bad: NDArray[np.int64]
    """Rows whose value is text that is no number."""
    finite: NDArray[np.int64]
    total: NDArray[np.float64]
    peak: NDArray[np.float64]
    low: NDArray[np.float64]

    def where(self, keep: NDArray[np.bool_]) -> Minutes:
        """The minutes that `keep` marks."""
        return self.map(lambda column: column[keep])

    def with_columns(self, **columns: NDArray[Any]) -> Minutes:
        """The same table with some columns changed."""
        return replace(self, **columns)

    def map(self, change: Any) -> Minutes:
        """The same table with `change` applied to each column."""
        return Minutes(**{each.name: change(getattr(self, each.name)) for each in fields(self)})


def by_minute(connection: duckdb.DuckDBPyConnection, rows: str) -> tuple[Minutes, int]:
    """The rows of a SELECT by minute, beside the number of rows whose stamp can't be read."""
    found, unread = _grouped(connection, rows, _STAMPS)
    if found.split.any():
        # Fractions of a second share a bit; only a true count tells them apart.
        return _grouped(connection, rows, _EXACT_STAMPS)
    return found, unread


def merged(connection: duckdb.DuckDBPyConnection, rows: str, policy: str) -> Minutes:
    """The rows by minute after those with the same stamp became one."""
    return by_minute(connection, _MERGED.format(value=_MERGES[policy], rows=rows))[0]


def joined(first: Minutes, second: Minutes) -> Minutes:
    """Two tables as one, in order of minute."""
    names = [each.name for each in fields(Minutes)]
    columns = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names}
    order = np.argsort(columns["minute"], kind="stable")
    return Minutes(**columns).map(lambda column: column[order])


def _grouped(connection: duckdb.DuckDBPyConnection, rows: str, stamps: str) -> tuple[Minutes, int]:
    query = _BY_MINUTE.format(rows=rows, stamps=stamps)
    columns: dict[str, Any] = dict(connection.execute(query).fetchnumpy())
    known = ~np.ma.getmaskarray(columns["minute"])
    unread = int(np.asarray(columns["rows"])[~known].sum())
    order = np.argsort(np.asarray(columns["minute"])[known], kind="stable")
    table = {each.name: _plain(columns[each.name], each.type)[known][order] for each in fields(Minutes)}
    found = Minutes(**table)
    return replace(found, total=_settled(found.total, found.rows)), unread


def _plain(column: Any, kind: Any) -> NDArray[Any]:
    whole = "int64" in str(kind)
    return np.ma.filled(column, 0).astype("int64" if whole else "float64")


def _settled(total: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums without their last bits.

    Why: DuckDB adds rows in whatever order its threads meet them, and floating-point sums
    remember that order; 40 bits of 53 stay, so a shuffled file gives the same bytes.
    """
    fraction, exponent = np.frexp(total)
    rough = np.ldexp(np.rint(np.ldexp(fraction, _KEPT_BITS)), exponent - _KEPT_BITS)
    is_exact = (rows <= 1) | (total == np.rint(total))
    return np.where(is_exact, total, rough)
