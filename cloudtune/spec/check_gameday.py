"""A game day that can be: names that exist, shares that add up, runs that hide no real event."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem
from cloudtune.spec.capacity import level_of
from cloudtune.spec.forecast import Outlier
from cloudtune.spec.messages import did_you_mean, enumerated, quoted
from cloudtune.spec.resolved import window
from cloudtune.timegrid import Moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.spec.events import EventSpec
    from cloudtune.spec.forecast import ForecastSpec
    from cloudtune.spec.gameday import GamedaySpec, RunRecord

COOLDOWN = timedelta(minutes=30)
"""For caches, queues and customers' second tries after a run."""
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_ROUNDING = 0.0005


def judge_gameday(
    spec: GamedaySpec, forecasts: Mapping[str, ForecastSpec], events: Mapping[str, Sequence[EventSpec]]
) -> Iterator[Problem]:
    """What is wrong with a game day beside the forecasts, and the events of each, by name."""
    yield from _names(spec, forecasts)
    yield from _place(spec, events.get(spec.forecast, ()))
    yield from _journeys(spec)
    yield from _products(spec)
    yield from _figures(spec)
    for number, record in enumerate(spec.runs):
        yield from _run(spec, number, record, forecasts, events)


def masks(spec: GamedaySpec, name: str) -> list[Outlier]:
    """Windows that a forecast leaves out because rehearsals touched it, with time to cool down."""
    if name not in spec.disturbed:
        return []
    reason = f"game day {spec.name}"
    return [Outlier(start=run.start, end=_later(run.end), reason=reason) for run in spec.runs]


def _later(moment: Moment) -> Moment:
    return Moment(moment.stamp + COOLDOWN, is_date=False)


def _names(spec: GamedaySpec, forecasts: Mapping[str, ForecastSpec]) -> Iterator[Problem]:
    named: list[tuple[SpecPath, str]] = [(("forecast",), spec.forecast)]
    named += [(("net_of",), spec.net_of)] if spec.net_of else []
    named += [(("touches", k), name) for k, name in enumerate(spec.touches)]
    named += [(("services", k, "name"), service.name) for k, service in enumerate(spec.services)]
    named += [
        (("journeys", k, "anchor"), journey.anchor)
        for k, journey in enumerate(spec.journeys)
        if journey.anchor
    ]
    for path, name in named:
        if name not in forecasts:
            hint = did_you_mean(name, sorted(forecasts)) or "add it below specs/"
            yield Problem("CT332", f"there is no forecast {quoted(name)}", hint, path=path)


def _place(spec: GamedaySpec, events: Sequence[EventSpec]) -> Iterator[Problem]:
    if (spec.event is None) == (spec.window is None):
        message = "a game day rehearses an event or a window, one of both"
        yield Problem("CT333", message, "keep `event`, or `window`", path=("name",))
    known = sorted({event.name for event in events})
    if spec.event is not None and events and spec.event not in known:
        message = f"the forecast {quoted(spec.forecast)} has no event {quoted(spec.event)}"
        yield Problem("CT308", message, did_you_mean(spec.event, known), path=("event",))


def _journeys(spec: GamedaySpec) -> Iterator[Problem]:
    for number, journey in enumerate(spec.journeys):
        if (journey.anchor is None) == (journey.share is None):
            message = f"the journey {quoted(journey.name)} has an anchor or a share, one of both"
            yield Problem("CT333", message, "keep one of them", path=("journeys", number))
    names = [journey.name for journey in spec.journeys]
    for number, name in enumerate(names):
        if name in names[:number]:
            message = f"the journey {quoted(name)} is given twice"
            yield Problem("CT315", message, "rename one", path=("journeys", number, "name"))
    shares = [journey.share for journey in spec.journeys if journey.share is not None]
    yield from _whole(shares, "the shares of the journeys", ("journeys",))


def _products(spec: GamedaySpec) -> Iterator[Problem]:
    yield from _whole(spec.products.values(), "the products", ("products",))
    for number, mix in enumerate(spec.mixes):
        yield from _whole(mix.products.values(), "the products", ("mixes", number, "products"))


def _whole(shares: Iterable[float], what: str, path: SpecPath) -> Iterator[Problem]:
    found = list(shares)
    if found and (abs(sum(found) - 1) > _ROUNDING or min(found) < 0):
        message = f"{what} add up to {sum(found):.1%}"
        yield Problem("CT333", message, "they must add up to 100%", path=path, at_key=True)


def _figures(spec: GamedaySpec) -> Iterator[Problem]:
    if spec.demand != "mean" and not _is_quantile(spec.demand):
        message = f"the demand {quoted(spec.demand)} is no quantile"
        yield Problem("CT333", message, "write q90, or mean", path=("demand",))
    if spec.compress < 1 or spec.compress != round(spec.compress):
        message = f"time can't be compressed {spec.compress:g}x"
        yield Problem("CT333", message, "write a whole factor such as 4x", path=("compress",))
    for call, request in spec.requests.items():
        method, _, path = request.partition(" ")
        if method not in METHODS or not path.startswith("/"):
            hint = f"write a method ({enumerated(METHODS)}) and a path: GET /search?q={{item}}"
            yield Problem("CT333", f"{quoted(request)} is no request", hint, path=("requests", call))


def _is_quantile(demand: str) -> bool:
    try:
        level = level_of(demand)
    except ValueError:
        return False
    return demand.startswith("q") and level is not None and 0 < level < 1


def _run(
    spec: GamedaySpec,
    number: int,
    record: RunRecord,
    forecasts: Mapping[str, ForecastSpec],
    events: Mapping[str, Sequence[EventSpec]],
) -> Iterator[Problem]:
    """A run has a length, and hides no occurrence of an event from the forecasts that it touches."""
    for name in spec.disturbed:
        if name not in forecasts:
            continue
        zone = ZoneInfo(forecasts[name].series.timezone)
        start, end = record.start.at(zone), _later(record.end).at(zone)
        if record.end.at(zone) <= start:
            message = f"the run ends at {record.end}, not after its start at {record.start}"
            yield Problem("CT304", message, "`end` is exclusive", path=("runs", number, "end"))
            return
        for event in events.get(name, ()):
            for occurrence in event.occurrences:
                first, last = window(occurrence, zone, event.duration)
                if first < end and start < last:
                    message = (
                        f"the run overlaps {event.name} of {occurrence.start}, which would be left out, too"
                    )
                    hint = "correct the times of the run; a real event can't be a rehearsal"
                    yield Problem("CT333", message, hint, path=("runs", number, "start"))
                    return
