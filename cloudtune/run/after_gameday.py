"""After a game day: its run noted in the spec, and what was seen held against the plan."""

from __future__ import annotations

import csv
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.files import write_text
from cloudtune.plan.gameday.compare import SeenCalls, ServicePlan, findings
from cloudtune.plan.sheet import fleet_of
from cloudtune.run.planned import orders
from cloudtune.timegrid import RATE_MINUTES, Moment, Rate
from cloudtune.yaml_edit.edit import Append, apply

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from cloudtune.plan.gameday.compare import GamedayFinding
    from cloudtune.run.publish import Job
    from cloudtune.run.rehearse import PlayedDay
    from cloudtune.spec.gameday import RehearsedService
    from cloudtune.spec.store import GamedayFile, Store
    from cloudtune.timegrid import Step

COLUMNS = ("minute", "name", "requests", "errors", "p99_ms", "units")
DROPPED = "dropped"
"""The name of rows that count starts which the generator couldn't make."""


def record_run(store: Store, file: GamedayFile, text: str) -> str:
    """Add a run, `START/END`, to the spec of a game day: forecasts that it touches leave it out."""
    parts = text.split("/")
    try:
        start, end = (str(Moment.parse(part)) for part in parts)
    except ValueError:
        message = f"{text!r} is no stretch of time"
        raise Refusal(Problem("CT815", message, "write 2027-05-20T22:00/2027-05-21T00:40")) from None
    place = store.root / file.file
    before = place.read_text(encoding="utf-8")
    write_text(place, apply(before, [Append(("runs",), {"start": start, "end": end})]))
    touched = ", ".join(file.spec.disturbed)
    return f"{file.file} notes the run of {start} to {end}; {touched} leave it out, with 30min to cool down."


def seen_against(store: Store, job: Job, file: GamedayFile, day: PlayedDay, actuals: Path) -> str:
    """Findings in words, each with its proposal and the line of the spec that it is about."""
    seen = _read(actuals, day.rehearsal.profile.minutes)
    calls = [one for one in seen if one.name != DROPPED]
    dropped = sum(float(np.nansum(one.requests)) for one in seen if one.name == DROPPED)
    services = [_service(store, job, service) for service in file.spec.services]
    found = findings(day.calls, calls, services, dropped)
    if not found:
        return "As planned: every call came as often, and every service kept its promise."
    return "\n".join(line for finding in found for line in _told(store, finding))


def _told(store: Store, finding: GamedayFinding) -> Iterable[str]:
    sides = [f"{value:,.4g}" for value in (finding.planned, finding.seen) if value is not None]
    yield f"{finding.kind}: {finding.subject}, {' planned, '.join(sides)} seen"
    yield f"  {finding.proposal}"
    if finding.throughput is not None:
        item = next(item for item in store.specs.values() if item.spec.name == finding.subject)
        path = ("capacity", "fleet", 0, "throughput")
        problem = store.locate(Problem("", "", file=item.file, path=path))
        line = f":{problem.span.line}" if problem.span else ""
        yield f"  {problem.file}{line}: throughput: {_rate(finding.throughput, item.spec.series.step)}"


def _rate(amount: float, step: Step) -> Rate:
    """A count a step as people write it: by the hour where that is the step, else by the minute."""
    unit = "h" if step.minutes == RATE_MINUTES["h"] else "min"
    return Rate(float(f"{amount * RATE_MINUTES[unit] / step.minutes:.4g}"), unit)


def _service(store: Store, job: Job, service: RehearsedService) -> ServicePlan:
    item = next(item for item in store.specs.values() if item.spec.name == service.name)
    sheet = orders(job, item.id)
    capacity = item.spec.capacity
    if capacity is None:
        message = f"{service.name} has no fleet to hold against a game day"
        raise Refusal(Problem("CT805", message, "add `capacity.fleet` to it", file=item.file))
    step = item.spec.series.step
    return ServicePlan(
        name=service.name,
        slo_ms=1000 * service.slo,
        fleet=fleet_of(capacity, step),
        step_minutes=step.minutes,
        demand=max(float(row[1]) for row in sheet["weekly"]),
    )


def _read(file: Path, minutes: int) -> list[SeenCalls]:
    """Rows of minutes and names as arrays of the whole profile."""
    try:
        with file.open(encoding="utf-8", newline="") as stream:
            reader = csv.DictReader(stream)
            missing = [name for name in COLUMNS[:3] if name not in (reader.fieldnames or ())]
            if missing:
                raise Refusal(_unread(file, f"it has no column {', '.join(missing)}"))
            rows = [(row["name"], int(row["minute"]), row) for row in reader]
    except (OSError, ValueError, KeyError) as error:
        raise Refusal(_unread(file, str(error))) from error
    found = []
    for name in dict.fromkeys(name for name, _, _ in rows):
        values = {column: np.full(minutes, np.nan) for column in COLUMNS[2:]}
        for own, minute, row in rows:
            if own == name and 0 <= minute < minutes:
                for column, array in values.items():
                    array[minute] = _number(file, row.get(column))
        errors = np.nan_to_num(values["errors"])
        found.append(SeenCalls(name, values["requests"], errors, values["p99_ms"], values["units"]))
    return found


def _number(file: Path, text: str | None) -> float:
    try:
        return float(text) if text else np.nan
    except ValueError:
        raise Refusal(_unread(file, f"{text!r} is no number")) from None


def _unread(file: Path, why: str) -> Problem:
    hint = f"write a CSV with the columns {', '.join(COLUMNS)}; minutes count from the start of the profile"
    return Problem("CT815", f"{file} can't be read: {why}", hint)
