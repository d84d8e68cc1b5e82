"""Minutes of any source on a regular timeline, every repair counted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.days import DAY
from cloudtune.data.minutes import most_common
from cloudtune.data.series import Repair, Series
from cloudtune.data.timeline import Timeline, to_utc
from cloudtune.data.weeks import UNSAID, Weeks
from cloudtune.errors import Problem
from cloudtune.spec.messages import counted
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.data.days import MinuteNumbers
    from cloudtune.data.minutes import Counts, Instants, Minutes, Values
    from cloudtune.data.opening import SpecPlace
    from cloudtune.data.series import Aggregate
    from cloudtune.data.timeline import Bools
    from cloudtune.errors import Refusal
    from cloudtune.timegrid import Step


_LEAST_COVERED = 0.5
"""A step of which less was seen is a gap; one of which more was seen is made whole."""
_EVEN = 0.5
"""Share of steps with the same number of rows from which on fewer rows mean that some are missing."""
_ABSENT = {"gap": ("missing", "left as gaps"), "zero": ("zero_filled", "set to 0")}
_NOTHING = "look at start, end and the source"
_JOIN = (
    "choose a coarser step, where a row more or less matters little; where each row counts what happened "
    "since the one before, add duplicates: sum, where it is a reading duplicates: mean"
)
_WIDE, _LONG = 0.8, 1_000
"""A timeline this long, most of it a single gap, comes from a stray time stamp."""
MOST_STEPS = 4_000_000
"""Seven and a half years of minutes: what a model of ordinary memory holds."""
LARGEST, SMALLEST = 1e30, 1e-100
"""Beyond these a square or a product of values leaves what a double can hold."""
_WEEKLY = 6 * DAY * 60
"""Rows so many seconds apart are weeks."""
_MONTH = (28 * DAY, 31 * DAY)
_KEPT, _QUARTER = 0.9, 15
_SEVERAL = 3
"""Rows from which on one can speak of all."""
_NEARLY = 0.75
_RARELY = 0.1


@dataclass(frozen=True, slots=True)
class Wanted:
    """How a series is to come out."""

    step: Step
    timezone: str
    aggregate: Aggregate
    missing: str
    combine: bool = False
    """True where several rows of one step may be joined though the rest have one."""
    weeks: Weeks = UNSAID


@dataclass(frozen=True, eq=False)
class Regular:
    """A series on its grid, and what was done to get it there."""

    series: Series
    repairs: tuple[Repair, ...] = ()
    findings: tuple[Problem, ...] = ()
    """What every row needed, as warnings."""


def regular(instants: Instants, wanted: Wanted, place: SpecPlace) -> Regular:
    """Every step from the first value to the last, shape (periods,); refuses what has no common step."""
    if not instants.table.finite.any():
        raise place.refusal("CT410", "there is no value to learn from", _NOTHING)
    grid = grid_of(instants, wanted.step, wanted.timezone, wanted.weeks)
    _refuse_irregular(grid, wanted, place)
    steps = _by_step(grid, instants.table)
    values, partial = _values(steps, grid, wanted)
    _refuse_extremes(values, first_of=steps.key, grid=grid, place=place)
    known = np.flatnonzero(~np.isnan(values))
    if not len(known):
        raise place.refusal("CT410", f"no whole {wanted.step} is in the data", _NOTHING)
    held = slice(known[0], known[-1] + 1)
    key = steps.key[held]
    periods = int(key[-1] - key[0]) + 1
    if periods > _LONG and np.diff(key).max() > _WIDE * periods:
        raise _stray(grid, wanted, place)
    if periods > MOST_STEPS:
        raise _too_long(periods, wanted, place)
    # A step without a row is absent; one whose rows hold no number stays a gap whatever `missing` says.
    dense = np.full(periods, 0.0 if wanted.missing == "zero" else np.nan)
    dense[key - key[0]] = values[held]
    timeline = Timeline(_start(grid, int(key[0])), periods, wanted.step, wanted.timezone)
    repairs = _repairs(instants, grid, wanted, periods - len(key), partial)
    series = Series(timeline, dense, aggregate=wanted.aggregate)
    return Regular(series, repairs, (*instants.findings, *_findings(instants, grid, wanted, place)))


@dataclass(frozen=True, eq=False)
class _Steps:
    """Rows gathered by step of the grid; one entry a step that has rows."""

    key: Counts
    """Number of the step on the grid."""
    finite: Counts
    """Rows with a finite value."""
    total: Values
    peak: Values


def _by_step(grid: StepGrid, table: Minutes) -> _Steps:
    key, first = np.unique(grid.key, return_index=True)
    peaks = np.where(table.finite > 0, table.peak, -np.inf)
    return _Steps(
        key,
        np.add.reduceat(table.finite, first),
        np.add.reduceat(table.total, first),
        np.maximum.reduceat(peaks, first),
    )


def _values(steps: _Steps, grid: StepGrid, wanted: Wanted) -> tuple[Values, int]:
    """A value a cell, and how many steps were seen only in part."""
    seen = np.maximum(steps.finite, 1)
    by_aggregate = {"sum": steps.total, "mean": steps.total / seen, "max": steps.peak}
    values = np.where(steps.finite > 0, by_aggregate[wanted.aggregate], np.nan)
    filled = steps.finite[steps.finite > 0]
    usual = most_common(filled)
    is_even = float((filled == usual).mean()) >= _EVEN
    if not grid.is_finer or not is_even or wanted.missing == "zero":
        return values, 0
    # A shop that is shut at night has whole days of eight hours.
    covered = steps.finite / np.minimum(grid.expected(steps.key), usual)
    partial = covered < 1 - 1e-9
    if wanted.aggregate == "sum":
        values = np.where(partial, values / np.maximum(covered, 1e-9), values)
    values = np.where(covered < _LEAST_COVERED, np.nan, values)
    # A step cut off by the end of the data shows one side of it alone.
    values[[0, -1]] = np.where(partial[[0, -1]] & (len(values) > 2), np.nan, values[[0, -1]])
    return values, int(partial.sum())


def _start(grid: StepGrid, key: int) -> np.datetime64:
    """The UTC instant at which a step begins."""
    stamp = np.array([grid.minute_of(key) * 60]).astype("datetime64[s]")
    instant = to_utc(stamp, grid.timezone) if grid.step.is_calendar else stamp
    return np.datetime64(instant[0])


def _repairs(
    instants: Instants, grid: StepGrid, wanted: Wanted, absent: int, partial: int
) -> tuple[Repair, ...]:
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


def _findings(instants: Instants, grid: StepGrid, wanted: Wanted, place: SpecPlace) -> Iterator[Problem]:
    """Warnings of what all rows needed, or of what their weeks leave open."""
    at = place.below("time")
    if grid.step.days == 7 and not grid.is_finer and (said := wanted.weeks.said(instants.wall // DAY)):
        yield Problem("CT431", *said, "warning", file=at.file, path=at.path)
    away = instants.table.minute - (grid.key * grid.step.minutes + grid.phase)
    if grid.step.is_calendar or grid.is_finer or len(away) < _SEVERAL or not grid.is_off.all():
        return
    if (away == away[0]).all():
        late = f"{away[0]} minutes" if away[0] else f"{instants.table.second[0]} seconds"
        message = f"every row stands {late} after the start of its {grid.step}: each is put on the start"
        hint = "round the times where they are written, to what each row stands for"
        yield Problem("CT431", message, hint, "warning", file=at.file, path=at.path)


def _refuse_irregular(grid: StepGrid, wanted: Wanted, place: SpecPlace) -> None:
    if wanted.missing == "zero" or len(grid.key) < 2:
        return
    if grid.is_coarser:
        message = f"the data has a row every {grid.spacing_text}, coarser than step {wanted.step}"
        raise place.refusal("CT409", message, coarser(grid.spacing))
    crowded = np.flatnonzero(np.diff(grid.key) == 0)
    if not grid.is_finer and len(crowded) and not wanted.combine:
        shown = grid.shown(crowded[:3] + 1)
        message = f"the rows have no common step: no {wanted.step} of its own for {shown}"
        raise place.refusal("CT408", message, _JOIN)


def _refuse_extremes(values: Values, *, first_of: Counts, grid: StepGrid, place: SpecPlace) -> None:
    size = np.abs(values)
    with np.errstate(invalid="ignore"):
        extreme = np.flatnonzero((size > LARGEST) | ((size > 0) & (size < SMALLEST)))
    if not len(extreme):
        return
    where = grid.shown(np.searchsorted(grid.key, first_of[extreme[:3]]))
    message = f"a value too large or too small to reckon with in {counted(len(extreme), 'step')}: {where}"
    hint = f"values lie between {SMALLEST:g} and {LARGEST:g}; choose another unit, or correct them"
    raise place.below("value").refusal("CT406", message, hint)


def _too_long(periods: int, wanted: Wanted, place: SpecPlace) -> Refusal:
    message = f"the series would have {periods:,} steps of {wanted.step}, more than {MOST_STEPS:,}"
    return place.refusal("CT419", message, "choose a coarser step, or a later series.start")


def coarser(spacing: float) -> str:
    """What can be done with rows so many seconds apart: their own step, one that they divide, or a query."""
    minutes = spacing / 60
    own = next((step.name for step in STEPS.values() if step.minutes == minutes), "")
    if own:
        return (
            f"set step: {own}, and granularities no finer; or use the data as the history of a finer source"
        )
    wider = next((step.name for step in STEPS.values() if step.minutes % minutes == 0), "")
    if wider:
        return f"no step is as long; set step: {wider}, and granularities no finer: aggregate joins the rows"
    spread = "spread each row over its days, with a query of kind: duckdb and step: 1d"
    return f"no step is as long, 1w is the longest; use finer data, or {spread}"


def _stray(grid: StepGrid, wanted: Wanted, place: SpecPlace) -> Refusal:
    before = int(np.argmax(np.diff(grid.key)))
    gap = " and ".join(grid.shown(np.array([at])) for at in (before, before + 1))
    size = f"{np.ptp(grid.key):,} steps of {wanted.step} for {len(grid.key):,} rows"
    message = f"a stray time stretches the series: {size}; the widest gap lies between {gap}"
    return place.refusal("CT416", message, "correct it, or set series.start or series.end")


@dataclass(frozen=True, eq=False)
class StepGrid:
    """Rows numbered by the step that they fall in."""

    step: Step
    timezone: str
    key: Counts
    """Step of each row; consecutive steps have consecutive keys."""
    phase: int
    """Minutes (or days) from 1970 to where key 0 begins."""
    wall: MinuteNumbers
    """Minute of each row on the wall clock."""
    is_off: Bools
    """Rows whose stamp isn't the start of their step."""
    spacing: float
    """Seconds between neighbouring rows, most often."""
    close: float
    """Share of rows no further than one step from the row before."""

    @property
    def is_finer(self) -> bool:
        """True where several rows make a step."""
        return self.spacing < _NEARLY * self.step.minutes * 60

    @property
    def is_coarser(self) -> bool:
        """True where rows are further apart than the step almost everywhere."""
        return self.spacing > self.step.minutes * 60 / _NEARLY and self.close < _RARELY

    @property
    def spacing_text(self) -> str:
        """The spacing as people write it."""
        minutes = self.spacing / 60
        if _MONTH[0] <= minutes <= _MONTH[1]:
            return "month"
        units = (("d", DAY), ("h", 60), ("min", 1))
        return next(
            (f"{minutes / size:g}{unit}" for unit, size in units if minutes >= size), f"{self.spacing:g}s"
        )

    def minute_of(self, key: int) -> int:
        """Where step `key` starts: UTC minutes, or minutes on the wall clock for whole days."""
        if self.step.is_calendar:
            return (key * self.step.days + self.phase) * DAY
        return key * self.step.minutes + self.phase

    def expected(self, key: Counts) -> Values:
        """Rows that each step should have; a day of a clock change has its own number."""
        if not self.step.is_calendar:
            return np.full(len(key), max(1.0, self.step.minutes * 60 / self.spacing))
        days = (np.append(key, key + 1) * self.step.days + self.phase).astype("datetime64[D]")
        starts = to_utc(days.astype("datetime64[s]"), self.timezone).astype("int64")
        elapsed = starts[len(key) :] - starts[: len(key)]
        return np.asarray(np.maximum(1.0, np.rint(elapsed / self.spacing)))

    def shown(self, rows: Counts) -> str:
        """Wall-clock times of some rows, to point at them."""
        stamps = self.wall[rows].astype("datetime64[m]")
        return ", ".join(str(stamp) for stamp in stamps)


def grid_of(instants: Instants, step: Step, timezone: str, weeks: Weeks = UNSAID) -> StepGrid:
    """The grid of `step` that fits the rows: local midnights, the weekday of the rows, and their minutes."""
    table, wall = instants.table, instants.wall
    minute = wall if step.is_calendar else table.minute
    spacing = _spacing(minute, table.stamps) or step.minutes * 60.0
    if step.is_calendar:
        day = wall // DAY
        phase = weeks.start(day, are_rows=spacing >= _WEEKLY) if step.days == 7 else 0
        key = (day - phase) // step.days
        off = wall != (key * step.days + phase) * DAY
        if step.days == 7 and weeks.are_told(are_rows=spacing >= _WEEKLY):
            off = wall % DAY != 0
    else:
        is_finer = spacing < _NEARLY * step.minutes * 60
        phase = _phase(minute, wall, step.minutes, are_rows=not is_finer)
        key = (minute - phase) // step.minutes
        off = minute != key * step.minutes + phase
    close = float((np.diff(minute) <= step.minutes).mean()) if len(minute) > 1 else 1.0
    return StepGrid(step, timezone, key, phase, wall, off | (table.second > 0), spacing, close)


def _phase(minute: MinuteNumbers, wall: MinuteNumbers, width: int, *, are_rows: bool) -> int:
    """Minutes from 1970 to the start of a step: the rows' own where they keep to one, else the local clock's.

    Why quarters alone: clocks of zones differ by them; other minutes are a delay of whoever wrote the row.
    """
    local = most_common(-(wall - minute) % width)
    own = most_common(minute % width)
    is_kept = float((minute % width == own).mean()) >= _KEPT
    return own if are_rows and is_kept and own % _QUARTER == 0 else local


def _spacing(minute: MinuteNumbers, stamps: Counts) -> float:
    """Seconds between rows, most often; 0 where there is only one."""
    within = most_common(stamps)
    if within > 1:
        return 60 / within
    gaps = np.diff(minute)
    return 60.0 * most_common(gaps[gaps > 0]) if (gaps > 0).any() else 0.0


def step_of(instants: Instants) -> Step:
    """The longest step that the rows fill one by one."""
    minute = instants.wall if instants.by_day else instants.table.minute
    spacing = _spacing(minute, instants.table.stamps) or DAY * 60.0
    fitting = [step for step in STEPS.values() if step.minutes * 60 <= spacing * 1.05]
    return max(fitting, default=STEPS["1min"])
