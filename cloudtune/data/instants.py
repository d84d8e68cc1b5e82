"""Stamps of a source as UTC instants, both clock-change days settled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data import clock
from cloudtune.data.minutes import joined
from cloudtune.data.series import Repair

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.data.minutes import Fetched, Minutes
    from cloudtune.data.series import Aggregate

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
    """Place every row in time: skipped hours go, a repeated hour fills both its instants."""
    table = fetched.minutes
    if not fetched.is_wall and not fetched.is_dated:
        wall = _wall(table.minute, timezone)
        return Instants(table, wall, by_day=_is_daily(wall))
    if fetched.is_dated or _is_daily(table.minute):
        return Instants(table, table.minute, by_day=True)
    return _settle_wall(table, timezone, aggregate)


def _settle_wall(table: Minutes, timezone: str, aggregate: Aggregate) -> Instants:
    stamps = _stamps(table.minute)
    skipped = clock.is_skipped(stamps, timezone)
    repeated = clock.is_repeated(stamps, timezone)
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
    utc = clock.to_utc(_stamps(table.minute), timezone, second=second)
    return table.with_columns(minute=utc.astype("int64") // 60)


def _wall(minute: NDArray[np.int64], timezone: str) -> NDArray[np.int64]:
    return clock.to_local(_stamps(minute), timezone).astype("int64") // 60


def _stamps(minute: NDArray[np.int64]) -> NDArray[np.datetime64]:
    return (minute * 60).astype("datetime64[s]")


def _is_daily(wall: NDArray[np.int64]) -> bool:
    """True where most rows are a day or more from the one before."""
    return len(wall) > 1 and float((np.diff(wall) >= _SHORTEST_DAY).mean()) > 0.5
