"""What plans are made of: order sheet and points of a forecast, made anew only where they are stale."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.parquet as pq

from cloudtune.data.timeline import to_local, to_utc
from cloudtune.errors import Problem, Refusal
from cloudtune.plan.export.limits import LIMITS, Limits, actions_for
from cloudtune.plan.export.schedule import Band, Export, Schedule
from cloudtune.plan.export.table import FORMATS, unnamed
from cloudtune.plan.floors import FloorRule, Thinned, floor_of
from cloudtune.plan.sheet import fleet_of
from cloudtune.run.publish import Publisher
from cloudtune.run.steps import prepare
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from cloudtune.plan.arrays import Ints, Times
    from cloudtune.report.orders import OrdersDocument
    from cloudtune.run.publish import Job
    from cloudtune.spec.capacity import Capacity, FleetMember
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.timegrid import Duration, Step

MINUTE = np.timedelta64(60, "s")
Taken = Mapping[str, frozenset[np.datetime64]]
"""By group: instants at which it has actions of other people."""


@dataclass(frozen=True, eq=False)
class PlannedExport:
    """What a format draws on, and what thinning costs by group."""

    export: Export
    thinned: tuple[Thinned, ...]


def orders(job: Job, forecast_id: str) -> OrdersDocument:
    """The order sheet of a forecast as its sources give it today; nothing is committed."""
    publisher = Publisher.of(job)
    resolved = publisher.store.resolve(forecast_id)
    _capacity_of(resolved)
    made = publisher.made(prepare(resolved, job.root, allow_outside=job.allow_outside))
    if made.orders is None:
        raise Refusal(_nothing(resolved))
    return made.orders


def planned_export(
    job: Job, forecast_id: str, name: str, begin: np.datetime64, taken: Taken
) -> PlannedExport:
    """Schedules of every member for a format, from `begin` (UTC) on, over the days that the spec asks for.

    Raises Refusal where the forecast doesn't reach that far, or a member has no name on the platform.
    """
    publisher = Publisher.of(job)
    resolved = publisher.store.resolve(forecast_id)
    capacity = _capacity_of(resolved)
    prepared = prepare(resolved, job.root, allow_outside=job.allow_outside)
    made = publisher.made(prepared)
    band = _band(resolved, publisher.points(prepared))
    sheet = made.orders
    if sheet is None:
        raise Refusal(_nothing(resolved))
    window = _Window(resolved, capacity, band, _first_minute(begin, LIMITS[name]), sheet["weekly"])
    problems = window.problems()
    if problems:
        raise Refusal(*problems)
    built = window.schedules(name, taken)
    through = np.datetime64(made.report["inputs"]["data_through"], "s")
    export = Export(
        forecast=resolved.spec.name,
        owner=resolved.spec.owner,
        schedules=tuple(schedule for schedule, _ in built),
        band=band,
        data_through=to_utc(np.array([through]), resolved.spec.series.timezone)[0],
    )
    missing = [] if name in GROUPLESS else unnamed(export)
    if missing:
        raise Refusal(*(_in(resolved, problem) for problem in missing))
    return PlannedExport(export, tuple(thinned for _, thinned in built))


LATEST = max(limits.late for limits in LIMITS.values())

GROUPLESS = frozenset({"schedule-csv", "openmetrics", "prometheus-rules"})
"""Formats that say instance and location; no platform is told a name."""


@dataclass(frozen=True, eq=False)
class _Window:
    """The stretch of a forecast that is exported."""

    resolved: ResolvedSpec
    capacity: Capacity
    band: Band
    begin: np.datetime64
    weekly: Sequence[Sequence[Any]]
    """Of the order sheet: first day, demand, driver, units needed by member, ..."""

    @property
    def step(self) -> Step:
        return STEPS[self.band.step]

    @property
    def end(self) -> np.datetime64:
        return self.begin + self.capacity.schedule.days * 1440 * MINUTE

    def problems(self) -> list[Problem]:
        """Why the window can't be exported."""
        first, last = self.band.times[0], self.band.times[-1] + self.step.minutes * MINUTE
        if self.step.is_calendar:
            message = f"the finest forecast of {self.resolved.spec.name} has steps of {self.step}"
            hint = "add a granularity of 1h or finer: a schedule follows the hours of a day"
            return [_in(self.resolved, Problem("CT805", message, hint, path=("granularities",)))]
        if self.begin >= first and self.end <= last:
            return []
        wanted = f"{self.begin.astype('datetime64[m]')}Z to {self.end.astype('datetime64[m]')}Z"
        told = f"{first.astype('datetime64[m]')}Z to {last.astype('datetime64[m]')}Z"
        message = f"a schedule of {wanted} lies outside of the forecast, {told}"
        hint = "export nearer to its data with `--from`, refresh the data, or lengthen the horizon"
        return [_in(self.resolved, Problem("CT805", message, hint, path=("capacity", "schedule")))]

    def schedules(self, name: str, taken: Taken) -> list[tuple[Schedule, Thinned]]:
        """A schedule for each member, never below its need."""
        inside = self._inside()
        demand = self.band.levels[self.capacity.demand][inside]
        fleet = fleet_of(self.capacity, self.resolved.spec.series.step)
        need = fleet.needed(demand / self._base_steps())
        if need.missing.any():
            units = int(need.missing.sum(axis=0).max())
            message = f"the fleet lacks {units:,} units at the highest step of the window"
            hint = "raise `at_most`, or add a member to the fleet"
            problem = Problem("CT804", message, hint, path=("capacity", "fleet"), at_key=True)
            raise Refusal(_in(self.resolved, problem))
        members = zip(self.capacity.fleet, self._held_to_weeks(need.units), strict=True)
        return [self._schedule(member, units, name, taken) for member, units in members]

    def _held_to_weeks(self, units: Ints) -> Ints:
        """Units by member and step, no more than the sheet says for their week.

        Why: the highest step of a week is demanded by its own quantile, which no single step's can exceed;
        where the few paths behind a step say otherwise, the floor would ask for units that nobody orders.
        """
        weeks = np.array([row[0] for row in self.weekly], dtype="datetime64[D]")
        counts = np.array([row[3 : 3 + len(units)] for row in self.weekly], dtype="int64").T
        local = to_local(self.band.times[self._inside()], self.resolved.spec.series.timezone)
        place = np.searchsorted(weeks, local.astype("datetime64[D]"), side="right") - 1
        return np.minimum(units, counts[:, np.clip(place, 0, len(weeks) - 1)])

    def _schedule(self, member: FleetMember, need: Ints, name: str, taken: Taken) -> tuple[Schedule, Thinned]:
        startup = _minutes(self.capacity.startup)
        limits, block = LIMITS[name], self.capacity.schedule
        rule = FloorRule(
            startup=0 if FORMATS[name].nodes_ahead else startup + limits.late,
            hold=_minutes(self.capacity.hold),
            bucket=block.step.minutes,
            actions=actions_for(limits, block.actions),
            gap=limits.gap,
            min_step=block.min_step,
        )
        thinned = floor_of(need, self.band.times[self._inside()][0], self.step.minutes, rule)
        schedule = Schedule(
            forecast=self.resolved.spec.name,
            instance=member.instance,
            location=member.location,
            group=member.group,
            floor=thinned.floor.cut(self.begin, self.end, limits.gap),
            ceiling=member.max_size,
            raise_max=member.raise_max,
            weight=member.weight,
            taken=taken.get(member.group, frozenset()),
            startup=startup,
        )
        return schedule, thinned

    def _inside(self) -> slice:
        """Steps that the window touches, those before that are still held and those that start up in it."""
        width, times = self.step.minutes * MINUTE, self.band.times
        begin = self.begin - _minutes(self.capacity.hold) * MINUTE
        end = self.end + (_minutes(self.capacity.startup) + LATEST) * MINUTE
        return slice(
            int(np.searchsorted(times + width, begin, side="right")), int(np.searchsorted(times, end))
        )

    def _base_steps(self) -> float:
        """Base steps in a step, where counts add up."""
        series = self.resolved.spec.series
        return self.step.minutes / series.step.minutes if series.aggregate == "sum" else 1.0


def _capacity_of(resolved: ResolvedSpec) -> Capacity:
    capacity = resolved.spec.capacity
    if capacity is None or not capacity.fleet:
        raise Refusal(_nothing(resolved))
    return capacity


def _nothing(resolved: ResolvedSpec) -> Problem:
    message = f"{resolved.spec.name} has no fleet to plan for"
    hint = "add `capacity: {fleet: [{instance: m7g.4xlarge, throughput: 1200/min}]}`"
    return Problem("CT805", message, hint, file=resolved.file)


def _in(resolved: ResolvedSpec, problem: Problem) -> Problem:
    return Problem(problem.code, problem.message, problem.hint, problem.severity, resolved.file, problem.path)


def _first_minute(begin: np.datetime64, limits: Limits) -> np.datetime64:
    """The first instant that the platform takes."""
    return begin.astype("datetime64[m]").astype("datetime64[s]") + limits.ahead * MINUTE


def _band(resolved: ResolvedSpec, folder: Path) -> Band:
    """The finest points of a forecast."""
    finest = min((item.step for item in resolved.spec.granularities), key=lambda step: step.minutes)
    table = pq.read_table(folder / f"{finest}.parquet")
    names = [name for name in table.column_names if name == "mean" or name[1:2].isdigit()]
    times: Times = table.column("time").to_numpy().astype("datetime64[s]")
    levels = {name: table.column(name).to_numpy() for name in names}
    return Band(times, levels, resolved.spec.series.unit, str(finest))


def _minutes(length: Duration | None) -> int:
    return 0 if length is None else length.minutes
