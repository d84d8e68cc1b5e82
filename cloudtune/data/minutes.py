"""A source boiled down to one row a minute, each placed in time on both clocks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from cloudtune.data import timeline
from cloudtune.data.series import Repair

if TYPE_CHECKING:
    from collections.abc import Callable

    import duckdb
    from numpy.typing import NDArray

    from cloudtune.data.series import Aggregate


_TOTALS = """
SELECT count(*), count(*) - count(us), count_if(us % 1000000 <> 0), count_if(zoned),
       count_if(dated), count_if(bad), coalesce(min(us), 0), coalesce(max(us), 0)
FROM ({rows})
"""
_RAW = "SELECT us, coalesce(value, 'nan'::DOUBLE) AS value FROM ({rows})"
_BY_MINUTE = """
SELECT us // 60000000 AS minute,
       count(*) AS rows,
       {stamps} AS stamps,
       min((us // 1000000) % 60) AS second,
       count_if(isfinite(value)) AS finite,
       coalesce(sum(value) FILTER (isfinite(value)), 0) AS total,
       coalesce(max(value) FILTER (isfinite(value)), 0) AS peak
FROM ({rows}) GROUP BY 1
"""
_SECONDS = "bit_count(bit_or(1::UBIGINT << CAST((us // 1000000) % 60 AS INTEGER)))"
_EXACT = "count(DISTINCT us)"
_MERGED = """
SELECT us, any_value(zoned) AS zoned, any_value(dated) AS dated, false AS bad, {value} AS value
FROM (SELECT *, row_number() OVER () AS row FROM ({rows})) GROUP BY us
"""
# Ordered, since floating-point sums remember in which order rows came.
_MERGES = {
    "sum": "sum(value ORDER BY value) FILTER (isfinite(value))",
    "mean": "avg(value ORDER BY value) FILTER (isfinite(value))",
    "last": "arg_max(value, row) FILTER (isfinite(value))",
}
MOST_RAW = 4_000_000
"""Rows that numpy groups faster than DuckDB; more of them would cost memory."""
_KEPT_BITS = 40


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
    finite: NDArray[np.int64]
    total: NDArray[np.float64]
    peak: NDArray[np.float64]

    def where(self, keep: NDArray[np.bool_]) -> Minutes:
        """The minutes that `keep` marks."""
        return self if keep.all() else self.map(lambda column: column[keep])

    def with_columns(self, **columns: Any) -> Minutes:
        """The same table with some columns changed."""
        return replace(self, **columns)

    def map(self, change: Callable[[Any], Any]) -> Minutes:
        """The same table with `change` applied to each column."""
        return Minutes(**{each.name: change(getattr(self, each.name)) for each in fields(self)})


@dataclass(frozen=True, eq=False)
class Fetched:
    """What a source holds, by minute."""

    minutes: Minutes
    is_wall: bool
    """True where minutes are on the wall clock of the series' zone."""
    is_dated: bool
    duplicates: int = 0
    """Rows merged into another with the same stamp."""


def totals_of(connection: duckdb.DuckDBPyConnection, rows: str) -> Totals:
    """Counts over the rows of a SELECT."""
    found = connection.execute(_TOTALS.format(rows=rows)).fetchone()
    return Totals(*(int(number or 0) for number in found or ()))


def by_minute(
    connection: duckdb.DuckDBPyConnection, rows: str, totals: Totals, most_raw: int = MOST_RAW
) -> Minutes:
    """The rows of a SELECT by minute."""
    if totals.rows <= most_raw:
        raw = connection.execute(_RAW.format(rows=rows)).fetchnumpy()
        return _gathered(np.ma.getdata(raw["us"]), np.ma.getdata(raw["value"]))
    # Fractions of a second share a bit; only a true count tells them apart.
    stamps = _EXACT if totals.split else _SECONDS
    query = _BY_MINUTE.format(rows=rows, stamps=stamps)
    columns = connection.execute(query).fetchnumpy()
    order = np.argsort(np.ma.getdata(columns["minute"]), kind="stable")
    table = {name: _typed(name, column)[order] for name, column in columns.items()}
    found = Minutes(**table)
    return replace(found, total=_settled(found.total, found.rows))


def merged(connection: duckdb.DuckDBPyConnection, rows: str, policy: str, totals: Totals) -> Minutes:
    """The rows by minute after those with the same stamp became one."""
    return by_minute(connection, _MERGED.format(value=_MERGES[policy], rows=rows), totals)


def joined(first: Minutes, second: Minutes) -> Minutes:
    """Two tables as one, in order of minute."""
    names = [each.name for each in fields(Minutes)]
    both = {name: np.concatenate([getattr(first, name), getattr(second, name)]) for name in names}
    order = np.argsort(both["minute"], kind="stable")
    return Minutes(**both).map(lambda column: column[order])


def _gathered(us: NDArray[np.int64], value: NDArray[np.float64]) -> Minutes:
    if (np.diff(us) <= 0).any():
        order = np.lexsort((value, us))
        us, value = us[order], value[order]
    minute = us // 60_000_000
    first = np.flatnonzero(np.diff(minute, prepend=minute[:1] - 1))
    if not len(first):
        whole = np.zeros(0, dtype="int64")
        return Minutes(whole, whole, whole, whole, whole, np.zeros(0), np.zeros(0))
    finite = np.isfinite(value)
    new = np.diff(us, prepend=us[:1] - 1) != 0
    seen = np.add.reduceat(finite.astype("int64"), first)
    peak = np.maximum.reduceat(np.where(finite, value, -np.inf), first)
    return Minutes(
        minute=minute[first],
        rows=np.diff(np.append(first, len(us))),
        stamps=np.add.reduceat(new.astype("int64"), first),
        second=(us[first] // 1_000_000) % 60,
        finite=seen,
        total=np.add.reduceat(np.where(finite, value, 0.0), first),
        peak=np.where(seen > 0, peak, 0.0),
    )


def _typed(name: str, column: Any) -> NDArray[Any]:
    """Counts as whole numbers: DuckDB's widest integers arrive as floats."""
    return np.ma.getdata(column).astype("float64" if name in {"total", "peak"} else "int64")


def _settled(total: NDArray[np.float64], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sums without their last bits.

    Why: DuckDB adds rows in whatever order its threads meet them, and floating-point sums
    remember that order; 40 bits of 53 stay, so a shuffled file gives the same bytes.
    """
    fraction, exponent = np.frexp(total)
    rough = np.ldexp(np.rint(np.ldexp(fraction, _KEPT_BITS)), exponent - _KEPT_BITS)
    is_exact = (rows <= 1) | (total == np.rint(total))
    return np.where(is_exact, total, rough)


DAY = 1440
_SHORTEST_DAY = DAY - 120


@dataclass(frozen=True, eq=False)
class Instants:
    """Minutes that know both clocks: `table.minute` is UTC unless `by_day`."""

    table: Minutes
    wall: NDArray[np.int64]
    """Minutes since 1970 on the wall clock."""
    by_day: bool
    """True where rows are a day or more apart: only their local date counts."""
    repairs: tuple[Repair, ...] = ()


def settle(fetched: Fetched, timezone: str, aggregate: Aggregate) -> Instants:
    """SpecPlace every row in time: skipped hours go, a repeated hour fills both its instants."""
    table = fetched.minutes
    if not fetched.is_wall and not fetched.is_dated:
        wall = _wall(table.minute, timezone)
        return Instants(table, wall, by_day=_is_daily(wall))
    if fetched.is_dated or _is_daily(table.minute):
        return Instants(table, table.minute, by_day=True)
    return _settle_wall(table, timezone, aggregate)


def _settle_wall(table: Minutes, timezone: str, aggregate: Aggregate) -> Instants:
    stamps = _stamps(table.minute)
    skipped = timeline.is_skipped(stamps, timezone)
    repeated = timeline.is_repeated(stamps, timezone)
    once = table.where(~skipped & ~repeated)
    twice = table.where(repeated)
    parts = [_moved(once, timezone, second=False)]
    if len(twice.minute):
        shared = _shared(twice, table, aggregate)
        parts += [_moved(shared, timezone, second=late) for late in (False, True)]
    whole = parts[0] if len(parts) == 1 else joined(joined(parts[0], parts[1]), parts[2])
    repairs = (
        Repair(
            "skipped_hour",
            int(table.rows[skipped].sum()),
            "rows in an hour that a clock change skips, left out",
        ),
        Repair(
            "repeated_hour",
            int(twice.rows.sum()),
            "rows in an hour that the wall clock shows twice, averaged",
        ),
    )
    return Instants(whole, _wall(whole.minute, timezone), by_day=False, repairs=repairs)


def _shared(twice: Minutes, table: Minutes, aggregate: Aggregate) -> Minutes:
    """What each of the two instants of a repeated minute gets.

    Why: nothing in a row says which of the two it is, so both get the same. Where only one
    row stands for both it may hold their sum or one of the two; its neighbours tell which.
    """
    paired = twice.rows > twice.stamps
    lone_holds_both = aggregate == "sum" and _towers(twice.where(~paired), table)
    divisor = np.where(paired, 2, 1)
    share = np.where(paired | lone_holds_both, 2.0, 1.0)
    halved = {"rows": twice.rows // divisor, "finite": -(-twice.finite // divisor)}
    totals = np.where(
        paired, twice.total / np.maximum(twice.finite, 1) * halved["finite"], twice.total / share
    )
    return twice.with_columns(
        **halved, total=totals, peak=twice.peak / np.where(lone_holds_both & ~paired, 2.0, 1.0)
    )


def _towers(lone: Minutes, table: Minutes) -> bool:
    """True where the lone rows are nearer to twice their neighbours than to once."""
    beside = np.isin(table.minute, lone.minute - 60) | np.isin(table.minute, lone.minute + 60)
    around, here = table.total[beside], lone.total
    if not len(here) or not around.sum():
        return False
    return bool(here.mean() > 1.5 * around.mean())


def _moved(table: Minutes, timezone: str, *, second: bool) -> Minutes:
    utc = timeline.to_utc(_stamps(table.minute), timezone, second=second)
    return table.with_columns(minute=utc.astype("int64") // 60)


def _wall(minute: NDArray[np.int64], timezone: str) -> NDArray[np.int64]:
    return timeline.to_local(_stamps(minute), timezone).astype("int64") // 60


def _stamps(minute: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return (minute * 60).astype("datetime64[s]")


def _is_daily(wall: NDArray[np.int64]) -> bool:
    """True where most rows are a day or more from the one before."""
    return len(wall) > 1 and float((np.diff(wall) >= _SHORTEST_DAY).mean()) > 0.5
