"""A source boiled down to one row a minute, doubles joined, each minute placed in time on both clocks."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from cloudtune.data.days import DAY, days_of
from cloudtune.data.series import Repair
from cloudtune.data.timeline import WallTimes, to_local
from cloudtune.errors import Problem
from cloudtune.spec.messages import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from cloudtune.data.days import MinuteNumbers
    from cloudtune.data.opening import Scan, SpecPlace, TimeWindow, Totals
    from cloudtune.data.series import Aggregate
    from cloudtune.data.timeline import Bools, Wall

    Counts = NDArray[np.int64]
    Values = NDArray[np.float64]
    """In the unit of the series, on its plain scale."""

_SHORTEST_DAY = DAY - 120
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


@dataclass(frozen=True, eq=False)
class Minutes:
    """Columns of equal length, ordered by minute.

    Why: whatever a source holds, seconds or weeks, what follows sees at most one row a
    minute, so memory is bounded by the span and not by the size of the file.
    """

    minute: MinuteNumbers
    """As the stamps say: in UTC, or on the wall clock."""
    rows: Counts
    stamps: Counts
    """Different stamps seen within the minute."""
    second: Counts
    """The second of the first of them, 0 to 59."""
    finite: Counts
    """Rows with a value that is a finite number."""
    total: Values
    """Sum of the finite values; 0 where there is none."""
    peak: Values
    """The highest of them; 0 where there is none."""

    def where(self, keep: Bools) -> Minutes:
        """The minutes that `keep` marks."""
        return self if keep.all() else self.map(lambda column: column[keep])

    def with_columns(self, **columns: Any) -> Minutes:
        """The same table with some columns changed."""
        return replace(self, **columns)

    def map(self, change: Callable[[Any], Any]) -> Minutes:
        """The same table with `change` applied to each column."""
        return Minutes(**{each.name: change(getattr(self, each.name)) for each in fields(self)})


@dataclass(frozen=True, eq=False)
class Instants:
    """Minutes that know both clocks: `table.minute` is UTC unless `by_day`."""

    table: Minutes
    wall: MinuteNumbers
    """The same minutes on the wall clock."""
    by_day: bool
    """True where rows are a day or more apart: only their local date counts."""
    rows: int
    """Rows read, before any repair."""
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Problem, ...] = ()
    """What was done to every row, as warnings."""

    def within(self, window: TimeWindow) -> Instants:
        """The rows inside; a day belongs to the window by its date."""
        minute = self.wall if self.by_day else self.table.minute
        low, high = window.minutes(on_wall=self.by_day)
        keep = (minute >= low) & (minute < high)
        return replace(self, table=self.table.where(keep), wall=self.wall[keep])


@dataclass(frozen=True, slots=True)
class Reckoning:
    """How stamps are to be understood, and what becomes of several rows with one."""

    timezone: str
    aggregate: Aggregate
    duplicates: Literal["refuse", "sum", "mean", "last"]
    clock: str
    """The zone on whose clock stamps without an offset stand."""
    is_by_step: bool = False
    """True where rows will be joined to steps shorter than a day, however rare they are."""
    ends_step: bool = False
    """True where a stamp is the end of its step."""


def instants_of(scan: Scan, totals: Totals, how: Reckoning) -> Instants:
    """Every minute with its place in time; refuses unwanted duplicates.

    Skipped hours go, a repeated hour fills both its instants, dates are local days.
    """
    if how.ends_step:
        scan = _from_their_start(scan, totals)
    table = by_minute(scan, totals)
    is_dated = 0 < totals.dated == totals.rows
    on_wall = how.clock != "UTC" and not totals.zoned
    times = WallTimes.of(_stamps(table.minute), how.clock) if on_wall else None
    table, found = _once(scan, totals, table, how, times)
    repairs = (found,) if found.count else ()
    if is_dated:
        return Instants(table, table.minute, by_day=True, rows=totals.rows, repairs=repairs)
    if times is not None and how.clock == how.timezone and _is_daily(table.minute):
        return _on_days(Instants(table, table.minute, True, totals.rows, repairs), how, scan.place)
    if times is None:
        placed = Instants(table, table.minute, False, totals.rows, repairs)
    else:
        placed = _placed(table, times, how.aggregate, totals.rows)
        placed = replace(placed, repairs=(*repairs, *placed.repairs))
    if times is None or how.clock != how.timezone:
        wall = to_local(_stamps(placed.table.minute), how.timezone).astype("int64") // 60
        placed = replace(placed, wall=wall)
        if _is_daily(wall):
            return _on_days(replace(placed, by_day=True), how, scan.place)
    return placed


def _on_days(instants: Instants, how: Reckoning, place: SpecPlace) -> Instants:
    """Rows a day or more apart on the days that they mean, with a warning where all of them needed help."""
    if how.is_by_step:
        return instants
    if how.ends_step:
        return replace(instants, wall=_ended_days(instants.wall))
    days = days_of(instants.table.minute, instants.wall, how.timezone)
    found: tuple[Problem, ...] = ()
    if days.message:
        where = place.below("time")
        found = (Problem("CT431", days.message, days.hint, "warning", file=where.file, path=where.path),)
    return replace(instants, wall=days.wall, findings=found)


def _from_their_start(scan: Scan, totals: Totals) -> Scan:
    """The rows with the start of their step for its end; days know theirs by their date."""
    minute = by_minute(scan, totals).minute
    gaps = np.diff(minute)
    if totals.dated == totals.rows or not (gaps > 0).any() or _is_daily(minute):
        return scan
    back = most_common(gaps[gaps > 0]) * 60_000_000
    return replace(scan, rows=f"SELECT us - {back} AS us, * EXCLUDE us FROM ({scan.rows})")


def _ended_days(wall: MinuteNumbers) -> MinuteNumbers:
    """First days of steps that end with these stamps, whose days have 23 to 25 hours."""
    days = max(1, round(most_common(np.diff(wall)) / DAY)) if len(wall) > 1 else 1
    return ((wall - 1) // DAY + 1 - days) * DAY


def most_common(numbers: Counts) -> int:
    """The most frequent number; the smallest of several."""
    values, counts = np.unique(numbers, return_counts=True)
    return int(values[np.argmax(counts)])


def _once(
    scan: Scan, totals: Totals, table: Minutes, how: Reckoning, times: WallTimes | None
) -> tuple[Minutes, Repair]:
    """The table with rows of one stamp joined, and how many were; an hour that repeats has two by right."""
    twice = table.rows > table.stamps
    if times is not None:
        twice &= ~(times.is_repeated & (table.rows <= 2 * table.stamps))
    count = int((table.rows - table.stamps)[twice].sum())
    if count and how.duplicates == "refuse":
        shown = scan.shown(f"us // 60000000 = {int(table.minute[twice][0])}")
        message = f"a time that another row has, in {counted(count, 'row')}: {shown}"
        raise scan.place.refusal("CT407", message, "say how to join them: duplicates: sum, mean or last")
    repair = Repair("duplicate", count, f"rows of a time seen before, joined by {how.duplicates}")
    if not count:
        return table, repair
    once = _merged(scan, how.duplicates, totals)
    return _joined(table.where(~twice), once.where(twice)), repair


def _placed(table: Minutes, times: WallTimes, aggregate: Aggregate, rows: int) -> Instants:
    """Minutes of the wall clock in UTC, those of a repeated hour twice."""
    repeated = times.is_repeated
    once = ~times.is_skipped & ~repeated
    parts = [table.where(once)]
    utc = [times.first[once]]
    if repeated.any():
        shared = _shared(table.where(repeated), table, aggregate)
        parts += [shared, shared]
        utc += [times.first[repeated], times.second[repeated]]
    whole, minute = _stacked(parts), np.concatenate(utc).astype("int64") // 60
    order = np.argsort(minute, kind="stable")
    in_utc = whole.with_columns(minute=minute).map(lambda column: column[order])
    skipped, twice = (int(table.rows[which].sum()) for which in (times.is_skipped, repeated))
    repairs = (
        Repair("skipped_hour", skipped, "rows in an hour that a clock change skips, left out"),
        Repair("repeated_hour", twice, "rows in an hour that the wall clock shows twice, averaged"),
    )
    return Instants(in_utc, whole.minute[order], by_day=False, rows=rows, repairs=repairs)


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
    around, here = table.total[beside & (table.finite > 0)], lone.total
    if not len(here) or not around.sum():
        return False
    return bool(here.mean() > 1.5 * around.mean())


def _stamps(minute: MinuteNumbers) -> Wall:
    return (minute * 60).astype("datetime64[s]")


def _is_daily(wall: MinuteNumbers) -> bool:
    """True where most rows are a day or more from the one before."""
    return len(wall) > 1 and float((np.diff(wall) >= _SHORTEST_DAY).mean()) > 0.5


def by_minute(scan: Scan, totals: Totals, most_raw: int = MOST_RAW) -> Minutes:
    """The rows inside the window, by minute."""
    return _grouped(scan, scan.windowed, totals, most_raw)


def _grouped(scan: Scan, rows: str, totals: Totals, most_raw: int = MOST_RAW) -> Minutes:
    if totals.rows <= most_raw:
        raw = scan.connection.execute(_RAW.format(rows=rows)).fetchnumpy()
        return _gathered(np.ma.getdata(raw["us"]), np.ma.getdata(raw["value"]))
    # Fractions of a second share a bit; only a true count tells them apart.
    stamps = _EXACT if totals.split else _SECONDS
    query = _BY_MINUTE.format(rows=rows, stamps=stamps)
    columns = scan.connection.execute(query).fetchnumpy()
    order = np.argsort(np.ma.getdata(columns["minute"]), kind="stable")
    table = {name: _typed(name, column)[order] for name, column in columns.items()}
    found = Minutes(**table)
    return replace(found, total=_settled(found.total, found.rows))


def _merged(scan: Scan, policy: str, totals: Totals) -> Minutes:
    """The same after rows with one stamp became one."""
    return _grouped(scan, _MERGED.format(value=_MERGES[policy], rows=scan.windowed), totals)


def _joined(first: Minutes, second: Minutes) -> Minutes:
    """Two tables as one, in order of minute."""
    both = _stacked((first, second))
    order = np.argsort(both.minute, kind="stable")
    return both.map(lambda column: column[order])


def _stacked(parts: Sequence[Minutes]) -> Minutes:
    """Tables one below the other."""
    names = [each.name for each in fields(Minutes)]
    return Minutes(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in names})


def _gathered(us: Counts, value: Values) -> Minutes:
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


def _settled(total: Values, rows: Counts) -> Values:
    """Sums without their last bits.

    Why: DuckDB adds rows in whatever order its threads meet them, and floating-point sums
    remember that order; 40 bits of 53 stay, so a shuffled file gives the same bytes.
    """
    fraction, exponent = np.frexp(total)
    rough = np.ldexp(np.rint(np.ldexp(fraction, _KEPT_BITS)), exponent - _KEPT_BITS)
    is_exact = (rows <= 1) | (total == np.rint(total))
    return np.where(is_exact, total, rough)
