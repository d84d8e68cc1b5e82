"""A game day from its spec: forecasts as sample paths, journeys as rates, ready for load generators."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.engine.forecast import paths_between
from cloudtune.errors import Problem, Refusal
from cloudtune.plan.gameday.journeys import Call, Journey, calls_by_name, starts
from cloudtune.plan.gameday.profile import (
    Profile,
    by_minute,
    check_rate,
    compressed,
    nearest_path,
    net_of,
    ramped,
)
from cloudtune.plan.gameday.rehearsal import Abort, Mix, Products, Rehearsal, Request
from cloudtune.run.steps import prepare
from cloudtune.spec.capacity import level_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from cloudtune.engine.highest import WindowPaths
    from cloudtune.plan.arrays import Floats
    from cloudtune.run.publish import Job
    from cloudtune.run.steps import Prepared
    from cloudtune.spec.gameday import GamedaySpec, JourneySpec
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import GamedayFile, Store

ANY = "any"
"""The type of product where none is declared."""


@dataclass(frozen=True, eq=False)
class PlayedDay:
    """A rehearsal, and what it plans."""

    rehearsal: Rehearsal
    calls: Mapping[str, Floats]
    """Calls by name and minute, the ramp included."""
    start: np.datetime64
    """UTC: the instant of the forecast with which the profile begins."""


def play(store: Store, job: Job, file: GamedayFile, at: datetime | None = None) -> PlayedDay:
    """The rehearsal of a game day; `at` is when it runs, where live traffic counts.

    Raises Refusal where the window lies outside of the forecasts, or their figures contradict the journeys.
    """
    spec = file.spec
    prepared = {name: _prepared(store, job, name) for name in _needed(spec)}
    start, end = _window(spec, prepared[spec.forecast].resolved, prepared[spec.forecast].end, file.file)
    windows = {name: _paths(prepared[name], start, end, job.seed) for name in _played(spec)}
    index = nearest_path(windows[spec.forecast].paths.max(axis=1), level_of(spec.demand))
    minutes = {
        name: _minutes(prepared[name].resolved, window.paths[index % len(window.paths)])
        for name, window in windows.items()
    }
    traffic = spec.scale * minutes[spec.forecast]
    anchors = {name: spec.scale * values for name, values in minutes.items()}
    journeys = tuple(_journey(journey) for journey in spec.journeys)
    rates = _located(lambda: starts(journeys, traffic, anchors), file.file)
    rates = compressed(rates, round(spec.compress))
    if spec.net_of is not None:
        calls = np.array([journey.calls_each for journey in journeys]) @ rates
        rates = net_of(rates, calls, _live(prepared[spec.net_of], at, rates.shape[1], job.seed))
    plain = Profile(tuple(journey.name for journey in journeys), rates)
    profile = ramped(plain, spec.ramp.minutes, spec.hold.minutes)
    each = np.array([journey.calls_each for journey in journeys])
    _located(lambda: check_rate(profile, each, spec.max_rate), file.file)
    rehearsal = _rehearsal(spec, journeys, profile, prepared[spec.forecast].resolved.spec.region)
    return PlayedDay(rehearsal, calls_by_name(journeys, profile.rates), start)


def _needed(spec: GamedaySpec) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*_played(spec), *([spec.net_of] if spec.net_of else [])]))


def _played(spec: GamedaySpec) -> tuple[str, ...]:
    anchors = [journey.anchor for journey in spec.journeys if journey.anchor]
    return tuple(dict.fromkeys([spec.forecast, *anchors]))


def _prepared(store: Store, job: Job, name: str) -> Prepared:
    item = next(item for item in store.specs.values() if item.spec.name == name)
    resolved = store.resolve(item.id)
    series = resolved.spec.series
    if series.aggregate != "sum" or series.step.is_calendar:
        message = f"journeys can't follow {name}: it is a {series.aggregate} in steps of {series.step}"
        hint = "choose a forecast of counts in steps of hours or finer"
        raise Refusal(Problem("CT814", message, hint, file=resolved.file, path=("series", "step")))
    return prepare(resolved, job.root, allow_outside=job.allow_outside)


def _window(
    spec: GamedaySpec, resolved: ResolvedSpec, after: datetime, file: str
) -> tuple[np.datetime64, np.datetime64]:
    """Start and end in UTC: of the declared window, or of the event's next occurrence after the data."""
    zone = ZoneInfo(resolved.spec.series.timezone)
    if spec.window is not None:
        return _utc(spec.window.start.at(zone)), _utc(spec.window.end.at(zone))
    ahead = [
        occurrence
        for event in resolved.events
        if event.name == spec.event
        for occurrence in event.occurrences
        if occurrence.start >= after
    ]
    if not ahead:
        message = f"{spec.event} has no occurrence after the data of {spec.forecast}"
        hint = "add its next date to the calendar"
        raise Refusal(Problem("CT813", message, hint, file=file, path=("event",)))
    following = min(ahead, key=lambda occurrence: occurrence.start)
    return _utc(following.start), _utc(following.end)


def _paths(prepared: Prepared, start: np.datetime64, end: np.datetime64, seed: int) -> WindowPaths:
    return paths_between(prepared.cleaned, prepared.resolved, start, end, seed=seed)


def _minutes(resolved: ResolvedSpec, values: Floats) -> Floats:
    return by_minute(np.maximum(values, 0.0), resolved.spec.series.step.minutes)


def _live(prepared: Prepared, at: datetime | None, count: int, seed: int) -> Floats:
    """Live traffic a minute from the time of the run on: the median of the forecast."""
    if at is None:
        message = "`net_of` needs to know when the game day runs"
        hint = "say so with --at 2027-06-20T22:00"
        raise Refusal(Problem("CT813", message, hint, file=prepared.resolved.file))
    start = _utc(at)
    window = _paths(prepared, start, start + count * np.timedelta64(60, "s"), seed)
    return _minutes(prepared.resolved, window.median)[:count]


def _journey(spec: JourneySpec) -> Journey:
    return Journey(
        name=spec.name,
        calls=tuple(Call(step.call, step.times, step.continue_) for step in spec.steps),
        anchor=spec.anchor or "",
        share=spec.share or 0.0,
        think_seconds=spec.think,
        think_p95=spec.think_p95,
    )


def _rehearsal(spec: GamedaySpec, journeys: tuple[Journey, ...], profile: Profile, region: str) -> Rehearsal:
    return Rehearsal(
        name=spec.name,
        journeys=journeys,
        profile=profile,
        products=Products(tuple(_mixes(spec, profile.ramp, region)), spec.items, spec.skew),
        targets=tuple(spec.targets),
        requests={call: Request(*request.split(" ", 1)) for call, request in spec.requests.items()},
        aborts=tuple(_abort(rule.metric, rule.above, rule.for_) for rule in spec.abort),
        seed=spec.seed,
    )


def _mixes(spec: GamedaySpec, ramp: int, region: str) -> list[Mix]:
    """Mixes by minute of the profile: the ramp comes first, and compressed time passes faster."""
    first = Mix(0, tuple((spec.products or {ANY: 1.0}).items()))
    later = [
        Mix(ramp + round(mix.after.minutes / spec.compress), tuple(mix.products.items()))
        for mix in sorted(spec.mixes, key=lambda one: one.after.minutes)
        if mix.region in {"", region}
    ]
    return [first, *later]


def _abort(metric: str, above: float, seconds: float) -> Abort:
    """Times in milliseconds, as load generators count them."""
    return Abort(metric, above if metric == "error_rate" else 1000 * above, round(seconds))


def _utc(when: datetime) -> np.datetime64:
    return np.datetime64(when.astimezone(UTC).replace(tzinfo=None), "s")


Result = TypeVar("Result")


def _located(work: Callable[[], Result], file: str) -> Result:
    """What `work` gives; its refusals are about the file of the game day."""
    try:
        return work()
    except Refusal as refusal:
        raise Refusal(*(replace(problem, file=file) for problem in refusal.problems)) from None
