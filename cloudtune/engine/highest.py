"""The highest base step of days and events on a thousand sample paths, without their minutes.

Every figure of a highest step (peaks, events, weeks, the horizon, capacity) is drawn from here, so that the
same window has the same figure wherever it is told.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
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
TOGETHER = 0.5
"""Correlation, between any two days of a path, of how far their highest steps are off.

Why: a stretch that is bursty stays so. With days drawn apart, the highest of four weeks was put too high
at every third of 99 cuts of real series (`python -m bench.maxima`).
"""
ALIKE = 0.8
"""Part of the paths of the likeliest day from which on another one is as likely."""
HOUR_STEPS = 15
"""Minutes from which on a step is told by itself; of finer ones the hour is found first."""
FEWER = 200
"""Paths of single base steps: enough for shares, and a thousand would take seconds."""
MINUTES_A_DAY = 1440


def highest_steps(
    projection: Projection, ahead: int, calibration: Calibration, seed: int, days: int | None = None
) -> HighestSteps:
    """Highest base step by local day and by occurrence, over the first `ahead` base points.

    Days reach over the first `days` base points, where given; what comes later has its events alone.

    A path's day is its point path times (or plus) a drawn block of residuals and one level error, so that
    its highest step is that of point and block, off by the error: one table of days by blocks serves
    every path. Where an occurrence errs on its own, days are cut at its edges.
    """
    model, days = projection.model, days or ahead
    occurrences = [(event.name, placed) for event in model.plan.placed_events for placed in event.occurrences]
    spans = {placed: _span(placed, model.points, ahead) for _, placed in occurrences}
    stretches = stretches_of(projection.source, days, list(spans.values()))
    source = together(projection.source, stretches, seed)
    pieces = _pieces(projection, source, stretches, calibration)
    period = model.plan.grid.period[model.points + pieces.first]
    shown = int(np.searchsorted(pieces.first, days))
    first = np.flatnonzero(np.diff(period[:shown], prepend=period[0] - 1))
    window = partial(_StepPaths, projection, _with_paths(source, FEWER), calibration)
    events = [
        _event_paths(window(*span), name, placed, pieces.within(*span))
        for name, placed in occurrences
        if (span := spans[placed])[0] < span[1]
    ]
    ends = np.append(first[1:], shown)
    found = [pieces.between(int(begin), int(end)) for begin, end in zip(first, ends, strict=True)]
    return HighestSteps(
        days=model.plan.grid.days[period[first]],
        paths=np.stack([day.highest for day in found], axis=1),
        steps=np.array([likeliest_step(projection, day.where) for day in found]),
        events=tuple(sorted(events, key=lambda event: (event.start, event.name))),
    )


def likeliest_step(projection: Projection, steps: Ints) -> int:
    """Where the highest step of a window most often falls, counted from the end of the data.

    `steps`: (paths,), where it falls on each. The day is found first, then, where steps are finer than a
    quarter of an hour, the hour: no single minute of an evening comes often enough to be told by itself.
    """
    grid, points = projection.model.plan.grid, projection.model.points
    point = projection.point
    steps = _of_the_likeliest(steps, grid.period[points + steps], point)
    minutes = grid.timeline.step.minutes
    if minutes < HOUR_STEPS:
        steps = _of_the_likeliest(steps, grid.slot[points + steps] * minutes // 60, point)
        return int(steps[np.argmax(point[steps])])
    return int(_of_the_likeliest(steps, steps, point)[0])


def _of_the_likeliest(steps: Ints, label: Ints, point: Floats) -> Ints:
    """The steps under the label that comes most often; of those that come alike, of the highest step.

    Why alike: a thousand paths can't tell 480 from 520, and another day's data would turn them round.
    """
    labels, place, counts = np.unique(label, return_inverse=True, return_counts=True)
    tops = np.full(len(labels), -np.inf)
    np.maximum.at(tops, place, point[steps])
    often = counts >= ALIKE * counts.max()
    return steps[place == int(np.argmax(np.where(often, tops, -np.inf)))]


def together(source: Sampler, stretches: list[Stretch], seed: int) -> Sampler:
    """A thousand paths on which days hang together: what is high on one day is high on the others.

    Each day keeps its draws, and with them its own distribution to the last digit; they change their paths.
    """
    draws = draw(source.model, source.days, source.first_period, MANY_PATHS, seed)
    source = replace(source, draws=draws)
    grid, starts = source.model.plan.grid, source.model.points + np.array([one.first for one in stretches])
    period = grid.period[starts] - source.first_period
    first = np.flatnonzero(np.diff(period, prepend=-1))
    heights = np.stack([_heights(source, one, 0.0)[0] for one in stretches], axis=1)
    by_day = np.argsort(np.maximum.reduceat(heights, first, axis=1), axis=0, kind="stable")
    own = np.argsort(by_day, axis=0)
    generator = np.random.default_rng((seed, MANY_PATHS))
    scores = np.sort(generator.standard_normal(MANY_PATHS))
    shared = generator.standard_normal((MANY_PATHS, 1))
    wanted = np.sqrt(1 - TOGETHER) * scores[own] + np.sqrt(TOGETHER) * shared
    path = np.take_along_axis(by_day, np.argsort(np.argsort(wanted, axis=0), axis=0), axis=0)
    level, day, days = draws.level.copy(), draws.day.copy(), period[first]
    level[:, days] = np.take_along_axis(level[:, days], path, axis=0)
    day[:, days] = np.take_along_axis(day[:, days], path, axis=0)
    return replace(source, draws=replace(draws, level=level, day=day))


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


@dataclass(frozen=True, eq=False)
class Stretch:
    """Base points of one day, counted from the end of the data, and the highest of them under each block."""

    first: int
    last: int
    tops: Floats
    """(blocks,): a single one where no block acts."""
    steps: Ints
    """(blocks,): where it falls."""


def stretches_of(source: Sampler, days: int, spans: list[tuple[int, int]]) -> list[Stretch]:
    """Days cut where an occurrence begins or ends; after `days` points those of occurrences alone."""
    model = source.model
    period = model.plan.grid.period[model.points : model.points + max([days, *(last for _, last in spans)])]
    new_days = np.flatnonzero(np.diff(period)) + 1
    edges = np.unique(
        np.concatenate([[0, days, len(period)], new_days, np.array(spans, dtype="int64").ravel()])
    )
    first, last = edges[:-1], edges[1:]
    kept = first < days
    for begin, end in spans:
        kept |= (first >= begin) & (last <= end)
    pairs = zip(first[kept], last[kept], strict=True)
    return [_stretch(source, int(begin), int(end)) for begin, end in pairs]


def _days_a_point(source: Sampler) -> float:
    return source.model.plan.grid.timeline.step.minutes / MINUTES_A_DAY


@dataclass(frozen=True, eq=False)
class _Pieces:
    """Stretches within a day, and the highest step of each on every path."""

    first: Ints
    """(pieces,): where each begins, counted from the end of the data."""
    highest: Floats
    """(paths, pieces) to (paths,) once they are joined."""
    where: Ints
    """The step at which it falls; of the same shape."""

    def between(self, begin: int, end: int) -> _Pieces:
        """The highest of several pieces on every path."""
        top = np.argmax(self.highest[:, begin:end], axis=1)[:, None]
        highest = np.take_along_axis(self.highest[:, begin:end], top, axis=1)[:, 0]
        where = np.take_along_axis(self.where[:, begin:end], top, axis=1)[:, 0]
        return _Pieces(self.first[begin:end], np.asarray(highest), np.asarray(where))

    def within(self, first: int, last: int) -> _Pieces:
        """The highest of base points `first` to `last`."""
        begin, end = np.searchsorted(self.first, [first, last])
        return self.between(int(begin), int(end))


def _pieces(
    projection: Projection, source: Sampler, stretches: list[Stretch], calibration: Calibration
) -> _Pieces:
    """The highest step of each piece on each path."""
    first, last = (np.array([getattr(one, end) for one in stretches]) for end in ("first", "last"))
    lifts = np.broadcast_to(lift_errors(source, source.model.points + first), (MANY_PATHS, len(first)))
    found = [_heights(source, one, lifts[:, k]) for k, one in enumerate(stretches)]
    highest = np.stack([heights for heights, _ in found], axis=1)
    held = calibrated(highest, calibration, (first + last) / 2 * _days_a_point(source))
    where = np.stack([steps for _, steps in found], axis=1)
    return _Pieces(first, np.clip(held, projection.floor, projection.ceiling), where)


def _heights(source: Sampler, stretch: Stretch, lift: Floats | float) -> tuple[Floats, Ints]:
    """The highest step of a stretch on every path, and where it falls; `lift`: the error of its event."""
    model, draws = source.model, source.draws
    day = model.plan.grid.period[model.points + stretch.first] - source.first_period
    error = model.link.level_effect(draws.level[:, day] + lift)
    block = draws.day[:, day] if len(stretch.tops) > 1 else np.zeros(len(error), dtype="int64")
    tops = stretch.tops[block]
    if source.open[stretch.first : stretch.last].any():
        tops = model.link.effects.apply(tops, error)
    return tops, stretch.steps[block]


def _stretch(source: Sampler, first: int, last: int) -> Stretch:
    """Points that are closed have no noise, and no block acts where all are."""
    open_steps = first + np.flatnonzero(source.open[first:last])
    if source.days is None or not len(open_steps):
        top = first + int(np.argmax(source.point[first:last]))
        return Stretch(first, last, source.point[[top]], np.array([top]))
    slot = source.model.plan.grid.slot[source.model.points + open_steps]
    whole = slot[-1] - slot[0] + 1 == len(slot) and (np.diff(slot) == 1).all()
    blocks = source.days.by_slot[:, slot[0] : slot[-1] + 1] if whole else source.days.by_slot[:, slot]
    values = source.model.link.effects.apply(source.point[open_steps], blocks)
    place = np.argmax(values, axis=1)
    tops = np.take_along_axis(values, place[:, None], axis=1)[:, 0]
    return Stretch(first, last, np.asarray(tops), open_steps[place])


def _event_paths(window: _StepPaths, name: str, placed: PlacedOccurrence, pieces: _Pieces) -> EventPaths:
    timeline = window.source.model.plan.grid.timeline
    ends = [int(when.timestamp()) for when in (placed.occurrence.start, placed.occurrence.end)]
    start, end = to_local(np.array(ends, dtype="datetime64[s]"), timeline.timezone)
    begin = timeline.utc[window.source.model.points + window.first]
    step = likeliest_step(window.projection, pieces.where)
    return EventPaths(name, start, end, begin, pieces.highest, window, step)
