"""Minutes of any source on a regular timeline, every repair counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data import clock
from cloudtune.data.grid import Grid, grid_of, most_common
from cloudtune.data.series import Repair, Series
from cloudtune.data.timeline import Timeline

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.data.instants import Instants
    from cloudtune.data.minutes import Minutes
    from cloudtune.data.place import Place
    from cloudtune.data.series import Aggregate
    from cloudtune.errors import Refusal
    from cloudtune.timegrid import Step

_LEAST_COVERED = 0.5
"""A step of which less was seen is a gap; one of which more was seen is made whole."""
_EVEN = 0.5
"""Share of steps with the same number of rows from which on fewer rows mean that some are missing."""
_ABSENT = {"gap": ("missing", "left as gaps"), "zero": ("zero_filled", "set to 0")}
_NOTHING = "look at start, end and the source"
_JOIN = "set duplicates: sum, mean or last to join them, or choose a coarser step"
_WIDE, _LONG = 0.8, 1_000
"""A timeline this long, most of it a single gap, comes from a stray time stamp."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a series is to come out."""

    step: Step
    timezone: str
    aggregate: Aggregate
    missing: str
    combine: bool = False
    """True where several rows of one step may be joined though the rest have one."""


def regular(instants: Instants, wanted: Wanted, place: Place) -> tuple[Series, tuple[Repair, ...]]:
    """Every step from the first value to the last; refuses what has no common step."""
    if not instants.table.finite.any():
        raise place.refusal("CT410", "there is no value to learn from", _NOTHING)
    grid = grid_of(instants, wanted.step, wanted.timezone)
    _refuse_irregular(grid, wanted, place)
    cells = _cells(grid, instants.table)
    values, partial = _values(cells, grid, wanted)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        raise place.refusal("CT410", f"no whole {wanted.step} is in the data", _NOTHING)
    first, last = known[0], known[-1]
    periods = int(cells.key[last] - cells.key[first]) + 1
    if periods > _LONG and np.diff(cells.key[first : last + 1]).max() > _WIDE * periods:
        raise _stray(grid, wanted, place)
    dense = np.full(periods, np.nan)
    dense[cells.key[first : last + 1] - cells.key[first]] = values[first : last + 1]
    absent = np.ones(periods, dtype=bool)
    absent[cells.key[first : last + 1] - cells.key[first]] = False
    if wanted.missing == "zero":
        dense[absent] = 0.0
    timeline = Timeline(_start(grid, int(cells.key[first]), wanted), periods, wanted.step, wanted.timezone)
    repairs = _repairs(instants, grid, wanted, int(absent.sum()), partial)
    return Series(timeline, dense, aggregate=wanted.aggregate), repairs


@dataclass(frozen=True, eq=False)
class _Cells:
    """Rows gathered by step of the grid; one entry a step that has rows."""

    key: NDArray[np.int64]
    stamps: NDArray[np.int64]
    finite: NDArray[np.int64]
    total: NDArray[np.float64]
    peak: NDArray[np.float64]


def _cells(grid: Grid, table: Minutes) -> _Cells:
    key, first = np.unique(grid.key, return_index=True)
    peaks = np.where(table.finite > 0, table.peak, -np.inf)
    return _Cells(
        key,
        np.add.reduceat(table.stamps, first),
        np.add.reduceat(table.finite, first),
        np.add.reduceat(table.total, first),
        np.maximum.reduceat(peaks, first),
    )


def _values(cells: _Cells, grid: Grid, wanted: Wanted) -> tuple[NDArray[np.float64], int]:
    """A value a cell, and how many cells were seen only in part."""
    seen = np.maximum(cells.finite, 1)
    by_aggregate = {"sum": cells.total, "mean": cells.total / seen, "max": cells.peak}
    values = np.where(cells.finite > 0, by_aggregate[wanted.aggregate], np.nan)
    filled = cells.finite[cells.finite > 0]
    usual = most_common(filled)
    is_even = float((filled == usual).mean()) >= _EVEN
    if not grid.is_finer or not is_even or wanted.missing == "zero":
        return values, 0
    # A shop that is shut at night has whole days of eight hours.
    covered = cells.finite / np.minimum(grid.expected(cells.key), usual)
    partial = covered < 1 - 1e-9
    if wanted.aggregate == "sum":
        values = np.where(partial, values / np.maximum(covered, 1e-9), values)
    values = np.where(covered < _LEAST_COVERED, np.nan, values)
    # A step cut off by the end of the data shows one side of it alone.
    values[[0, -1]] = np.where(partial[[0, -1]] & (len(values) > 2), np.nan, values[[0, -1]])
    return values, int(partial.sum())


def _start(grid: Grid, key: int, wanted: Wanted) -> np.datetime64:
    stamp = np.array([grid.minute_of(key) * 60]).astype("datetime64[s]")
    instant = clock.to_utc(stamp, wanted.timezone) if wanted.step.is_calendar else stamp
    return np.datetime64(instant[0])


def _repairs(instants: Instants, grid: Grid, wanted: Wanted, absent: int, partial: int) -> tuple[Repair, ...]:
    table, step = instants.table, wanted.step
    kind, fate = _ABSENT[wanted.missing]
    misplaced = 0 if grid.is_finer else int(table.rows[grid.is_off].sum())
    empty = int((table.rows - table.finite).sum())
    found = (
        *instants.repairs,
        Repair("not_finite", empty, "empty or infinite values, taken as gaps"),
        Repair("misaligned", misplaced, f"rows between two steps of {step}, put on the earlier"),
        Repair("partial", partial, f"steps of {step} seen in part, made whole or left as gaps"),
        Repair(kind, absent, f"steps without a row, {fate}"),
    )
    return tuple(repair for repair in found if repair.count)


def _refuse_irregular(grid: Grid, wanted: Wanted, place: Place) -> None:
    if wanted.missing == "zero" or len(grid.key) < 2:
        return
    if grid.is_coarser:
        message = f"the data has a row every {grid.spacing_text}, coarser than step {wanted.step}"
        raise place.refusal("CT409", message, "choose that step, or use the data as history")
    crowded = np.flatnonzero(np.diff(grid.key) == 0)
    if not grid.is_finer and len(crowded) and not wanted.combine:
        shown = grid.shown(crowded[:3] + 1)
        message = f"the rows have no common step: no {wanted.step} of its own for {shown}"
        raise place.refusal("CT408", message, _JOIN)


def _stray(grid: Grid, wanted: Wanted, place: Place) -> Refusal:
    before = int(np.argmax(np.diff(grid.key)))
    gap = " and ".join(grid.shown(np.array([at])) for at in (before, before + 1))
    size = f"{np.ptp(grid.key):,} steps of {wanted.step} for {len(grid.key):,} rows"
    message = f"a stray time stretches the series: {size}; the widest gap lies between {gap}"
    return place.refusal("CT416", message, "correct it, or set series.start or series.end")
