"""The highest base step of days and events on a thousand sample paths, without their minutes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import to_local
from cloudtune.engine.noise import Draws, draw
from cloudtune.engine.paths import lift_errors, sample
from cloudtune.engine.result import EventPaths, HighestSteps
from cloudtune.engine.targets import Target

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.engine.intervals import Calibration
    from cloudtune.engine.paths import Sampler
    from cloudtune.engine.projection import Projection
    from cloudtune.model.arrays import Dates, Floats, Ints
    from cloudtune.model.occurrences import PlacedOccurrence

MANY_PATHS = 1000
"""The 99th percentile of 200 paths errs by 5%, of these by 2%."""
FEWER = 200
"""Paths of single base steps: enough for shares, and a thousand would take seconds."""
MINUTES_A_DAY = 1440


def highest_steps(projection: Projection, ahead: int, calibration: Calibration, seed: int) -> HighestSteps:
    """Highest base step by local day and by occurrence, over the first `ahead` base points.

    A path's day is its point path times (or plus) a drawn block of residuals and one level error, so that
    its highest step is that of point and block, off by the error: one table of days by blocks serves
    every path. Where an occurrence errs on its own, days are cut at its edges.
    """
    model = projection.model
    draws = draw(model, projection.source.days, projection.source.first_period, MANY_PATHS, seed)
    source = replace(projection.source, draws=draws)
    occurrences = [(event.name, placed) for event in model.plan.placed_events for placed in event.occurrences]
    spans = {placed: _span(placed, model.points, ahead) for _, placed in occurrences}
    edges = _edges(model.plan.grid.period[model.points : model.points + ahead], list(spans.values()))
    pieces = _pieces(source, edges)
    pieces = calibrated(pieces, calibration, (edges[:-1] + edges[1:]) / 2 * _days_a_point(source))
    pieces = np.clip(pieces, projection.floor, projection.ceiling)
    period = model.plan.grid.period[model.points + edges[:-1]]
    first = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    window = partial(_StepPaths, projection, _with_paths(source, FEWER), calibration)
    events = [
        _event_paths(window(*span), name, placed, pieces[:, slice(*np.searchsorted(edges, span))])
        for name, placed in occurrences
        if (span := spans[placed])[0] < span[1]
    ]
    return HighestSteps(
        days=model.plan.grid.days[period[first]],
        paths=np.maximum.reduceat(pieces, first, axis=1),
        events=tuple(sorted(events, key=lambda event: (event.start, event.name))),
    )


def calibrated(pieces: Floats, calibration: Calibration, days: Floats) -> Floats:
    """Deviations from each piece's median as the backtest says; as factors where nothing is negative."""
    width = calibration.at(days)
    centre = np.median(pieces, axis=0)
    above = (centre > 0) & (pieces.min(axis=0) >= 0)
    plain = centre + width * (pieces - centre)
    ratio = pieces / np.where(above, centre, 1.0)
    return np.where(above, centre * np.abs(ratio) ** width, plain)


@dataclass(frozen=True, eq=False)
class WindowPaths:
    """Every base step of a window on sample paths, and on the median path."""

    times: Dates
    """Beginnings of steps, UTC."""
    median: Floats
    paths: Floats
    """(paths, steps), calibrated."""


def window_paths(projection: Projection, calibration: Calibration, first: int, last: int) -> WindowPaths:
    """Base points `first` to `last` after the data, as game days play them."""
    source = projection.source
    steps = _StepPaths(projection, source, calibration, first, last)
    times = projection.model.plan.grid.timeline.utc[projection.model.points :][first:last]
    paths = np.concatenate([part for _, part in steps()], axis=1)
    return WindowPaths(times, projection.point[first:last], paths)


@dataclass(frozen=True, eq=False)
class _StepPaths:
    """Base steps of a window on sample paths, made when they are asked for."""

    projection: Projection
    source: Sampler
    calibration: Calibration
    first: int
    last: int

    def __call__(self) -> Iterator[tuple[int, Floats]]:
        """Stretches of the window: first step, counted from its beginning, and (paths, steps)."""
        step = self.source.model.plan.grid.timeline.step
        timeline = self.projection.model.plan.grid.timeline
        marks = np.arange(self.first, self.last + 1)
        target = Target(step.name, timeline.head(len(marks) - 1), marks, "sum")
        for begin, end, paths in sample(self.source, target):
            days = np.arange(self.first + begin, self.first + end, dtype="float64")
            held = calibrated(paths, self.calibration, days * _days_a_point(self.source))
            yield begin, np.clip(held, self.projection.floor, self.projection.ceiling)


def _with_paths(source: Sampler, count: int) -> Sampler:
    """The first paths alone."""
    draws = source.draws
    lift = {name: errors[:count] for name, errors in draws.lift.items()}
    return replace(source, draws=Draws(draws.level[:count], draws.day[:count], lift))


def _span(placed: PlacedOccurrence, points: int, ahead: int) -> tuple[int, int]:
    """First and last base point of an occurrence after the data, inside of the horizon."""
    return min(max(placed.first - points, 0), ahead), min(max(placed.last - points, 0), ahead)


def _edges(period: Ints, spans: list[tuple[int, int]]) -> Ints:
    """Where a day or an occurrence begins or ends."""
    days = np.flatnonzero(np.diff(period)) + 1
    return np.unique(np.concatenate([[0, len(period)], days, np.array(spans, dtype="int64").ravel()]))


def _days_a_point(source: Sampler) -> float:
    return source.model.plan.grid.timeline.step.minutes / MINUTES_A_DAY


def _pieces(source: Sampler, edges: Ints) -> Floats:
    """The highest step of each piece on each path: (paths, pieces)."""
    model, effects = source.model, source.model.link.effects
    starts = model.points + edges[:-1]
    period = model.plan.grid.period[starts] - source.first_period
    errors = model.link.level_effect(source.draws.level[:, period] + lift_errors(source, starts))
    found = np.empty_like(errors)
    for k, (first, last) in enumerate(pairwise(edges)):
        tops = _tops(source, int(first), int(last))
        drawn = tops if source.days is None else tops[source.draws.day[:, period[k]]]
        found[:, k] = effects.apply(drawn, errors[:, k])
    return found


def _tops(source: Sampler, first: int, last: int) -> Floats:
    """The highest step of a piece under each residual block; a single one where there are none."""
    point = source.point[first:last]
    if source.days is None:
        return point.max(keepdims=True)
    slot = source.model.plan.grid.slot[source.model.points + first : source.model.points + last]
    whole = slot[-1] - slot[0] + 1 == len(slot) and (np.diff(slot) == 1).all()
    blocks = source.days.by_slot[:, slot[0] : slot[-1] + 1] if whole else source.days.by_slot[:, slot]
    return np.asarray(source.model.link.effects.apply(point, blocks).max(axis=1))


def _event_paths(window: _StepPaths, name: str, placed: PlacedOccurrence, pieces: Floats) -> EventPaths:
    timeline = window.source.model.plan.grid.timeline
    ends = [int(when.timestamp()) for when in (placed.occurrence.start, placed.occurrence.end)]
    start, end = to_local(np.array(ends, dtype="datetime64[s]"), timeline.timezone)
    begin = timeline.utc[window.source.model.points + window.first]
    return EventPaths(name, start, end, begin, pieces.max(axis=1), window)
