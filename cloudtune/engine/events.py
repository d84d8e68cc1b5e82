"""What is expected of each occurrence of an event ahead, and of the highest days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import to_local
from cloudtune.engine.highest import likeliest_step
from cloudtune.engine.paths import sample
from cloudtune.engine.result import EventOutlook, Highs, Interval, Peak
from cloudtune.engine.targets import Target

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtune.engine.projection import Projection
    from cloudtune.engine.result import EventPaths, HighestSteps
    from cloudtune.model.arrays import Floats
    from cloudtune.model.occurrences import PlacedEvent, PlacedOccurrence


Z80 = 1.2816
MOST_PEAKS = 10
WEEK = np.timedelta64(6, "D")
"""From its Monday to its Sunday."""


def outlooks(
    projection: Projection, ahead: int, width: float, highest: HighestSteps
) -> tuple[EventOutlook, ...]:
    """Every occurrence that touches the first `ahead` base points, in order of start."""
    factors = projection.event_factors
    tops = {(one.name, one.start, one.end): one for one in highest.events}
    found = []
    for placed_event in projection.model.plan.placed_events:
        for placed in placed_event.occurrences:
            window = _segment(projection, placed, ahead, width)
            if window is not None:
                top = tops[placed_event.name, *_ends(projection, placed)]
                found.append(
                    _outlook(projection, placed_event, window, factors.get(placed_event.name), placed, top)
                )
    return tuple(sorted(found, key=lambda one: (one.start, one.name)))


def peaks(projection: Projection, highest: HighestSteps) -> tuple[Peak, ...]:
    """The highest days, at most ten, in order of date."""
    heights = np.median(highest.paths, axis=0)
    best = np.sort(np.argsort(-heights, kind="stable")[:MOST_PEAKS])
    return tuple(_day_peak(projection, highest.paths[:, k], int(highest.steps[k])) for k in best)


def highest_peak(projection: Projection, highest: HighestSteps) -> Peak:
    """The highest step of the whole horizon, on the day on which it most often falls."""
    step = likeliest_step(projection, highest.steps[np.argmax(highest.paths, axis=1)])
    return _day_peak(projection, highest.paths.max(axis=1), step)


def highs(projection: Projection, highest: HighestSteps) -> Highs:
    """The median height of the highest step of every whole day and whole week from Monday."""
    grid, points = projection.model.plan.grid, projection.model.points
    spans = [_day_of(projection, int(step)) for step in highest.steps]
    whole = np.array(
        [
            grid.slot[points + span.first] == 0 and grid.slot[points + span.last - 1] == grid.slots - 1
            for span in spans
        ]
    )
    days, paths = highest.days[whole], highest.paths[:, whole]
    if grid.unit > 1:
        return Highs({}, _medians(days, paths, [slice(k, k + 1) for k in range(len(days))]))
    is_monday = (days.astype("int64") + 3) % 7 == 0
    weeks = [slice(k, k + 7) for k in range(len(days) - 6) if is_monday[k] and days[k + 6] - days[k] == WEEK]
    return Highs(
        _medians(days, paths, [slice(k, k + 1) for k in range(len(days))]), _medians(days, paths, weeks)
    )


def _medians(days: np.ndarray, paths: Floats, windows: list[slice]) -> dict[np.datetime64, float]:
    return {days[one.start]: float(np.median(paths[:, one].max(axis=1))) for one in windows}


def learned_from(projection: Projection, placed_event: PlacedEvent, placed: PlacedOccurrence) -> str:
    """Where the size of an occurrence comes from, in a few words."""
    roles = projection.model.roles
    if placed_event.name in roles.borrowed:
        like = roles.borrowed[placed_event.name]
        return f"{like.times:g} x {like.event}"
    for declared in roles.declared:
        if declared.placed is placed:
            return f"declared {declared.factor:g}x"
    if not roles.is_modelled(placed_event.name):
        return "not modelled, nothing to learn from"
    count = len(placed_event.known(projection.model.points))
    words = {0: "the mean of other holidays", 1: "1 occurrence (wide)"}
    return words.get(count, f"{count} occurrences")


def _segment(projection: Projection, placed: PlacedOccurrence, ahead: int, width: float) -> Segment | None:
    points = projection.model.points
    first, last = max(placed.first - points, 0), min(placed.last - points, ahead)
    if first >= last:
        return None
    begin = placed.first - points
    return Segment(first, last, width, placed.cover[first - begin : last - begin])


def _outlook(
    projection: Projection,
    placed_event: PlacedEvent,
    window: Segment,
    factor: Floats | None,
    placed: PlacedOccurrence,
    top: EventPaths,
) -> EventOutlook:
    return EventOutlook(
        placed_event.name,
        top.start,
        top.end,
        _lift(projection, placed_event, window, factor),
        peak_of(projection, window, top.paths, top.step, placed_event.name),
        total_of(projection, window, paths_of(projection, window), factor),
        learned_from(projection, placed_event, placed),
        projection.model.roles.is_modelled(placed_event.name),
    )


def _ends(projection: Projection, placed: PlacedOccurrence) -> tuple[np.datetime64, np.datetime64]:
    zone = projection.model.plan.grid.timeline.timezone
    return _wall(placed.occurrence.start, zone), _wall(placed.occurrence.end, zone)


def _wall(when: datetime, zone: str) -> np.datetime64:
    return to_local(np.array([np.datetime64(int(when.timestamp()), "s")]), zone)[0]


def _lift(
    projection: Projection, placed_event: PlacedEvent, window: Segment, factor: Floats | None
) -> Interval:
    """Mean lift while the occurrence lasts, with the doubt of its size."""
    point = projection.point[window.first : window.last]
    if factor is None or point.sum() <= 0:
        return Interval(1.0, 1.0, 1.0)
    lift = lift_of(projection, window, factor)
    doubt = Z80 * lift_sd(projection, placed_event, window)
    return Interval(lift, lift * float(np.exp(-doubt)), lift * float(np.exp(doubt)))


def lift_of(projection: Projection, window: Segment, factor: Floats) -> float:
    """The lift while an occurrence lasts: what it adds over what its part of each step is without it."""
    point = projection.point[window.first : window.last]
    plain = projection.model.link.effects.undo(point, factor[window.first : window.last])
    own = float((plain * window.part).sum())
    return max(1.0 + float((point - plain).sum()) / own, 0.0) if own > 0 else 1.0


def lift_sd(projection: Projection, placed_event: PlacedEvent, window: Segment) -> float:
    """Sd of the log of an occurrence's size."""
    for lift in projection.model.components.lifts:
        if lift.learned.name == placed_event.name:
            return lift.spread
    period = projection.model.plan.grid.period[projection.model.points + window.first]
    fit = projection.model.level.fit
    known = max(len(placed_event.known(projection.model.points)), 1)
    return float(np.sqrt(fit.sd[period] ** 2 + fit.noise * (1 + 1 / known)))


LOW, HIGH = 0.1, 0.9


@dataclass(frozen=True, eq=False)
class Segment:
    """Base points first to last after the data, and how wide their intervals must be."""

    first: int
    last: int
    width: float = 1.0
    cover: Floats | None = None
    """Part of each point that is meant; all of it where nothing is said."""

    @property
    def part(self) -> Floats:
        """Part of each point that is meant."""
        return np.ones(self.last - self.first) if self.cover is None else self.cover


def paths_of(projection: Projection, window: Segment) -> Floats:
    """Sample paths of the window: (paths, points)."""
    timeline = projection.model.plan.grid.timeline
    marks = np.arange(window.first, window.last + 1)
    target = Target(timeline.step.name, timeline.head(len(marks) - 1), marks, "sum")
    return np.concatenate([paths for _, _, paths in sample(projection.source, target)], axis=1)


def interval_of(samples: Floats, value: float, window: Segment) -> Interval:
    """A value with the 80% interval of its samples, centred on it."""
    low, middle, high = np.quantile(samples, [LOW, 0.5, HIGH])
    if middle > 0 and value > 0 and low >= 0:
        return Interval(
            value, value * float(low / middle) ** window.width, value * float(high / middle) ** window.width
        )
    return Interval(
        value, value + window.width * float(low - middle), value + window.width * float(high - middle)
    )


def total_of(
    projection: Projection, window: Segment, paths: Floats, factor: Floats | None = None
) -> Interval:
    """The sum of a window: of a step covered in part, that part of what is usual and all that is added."""
    point, part = projection.point[window.first : window.last], window.part
    if factor is not None and (part < 1).any():
        plain = projection.model.link.effects.undo(point, factor[window.first : window.last])
        own = plain * part + point - plain
        part = np.divide(own, point, out=part.copy(), where=point > 0)
    value = float((point * part).sum()) * projection.smear
    return interval_of((paths * part).sum(axis=1), value, window)


def _day_peak(projection: Projection, highest: Floats, step: int) -> Peak:
    """A peak that falls on the day of `step`."""
    day = _day_of(projection, step)
    return peak_of(projection, day, highest, step, driver_of(projection, step))


def _day_of(projection: Projection, step: int) -> Segment:
    """The base points of the day, or week, of one of them; from the end of the data on."""
    points = projection.model.points
    period = projection.model.plan.grid.period[points:][: len(projection.point)]
    first, last = np.searchsorted(period, [period[step], period[step] + 1])
    return Segment(int(first), int(last))


def peak_of(projection: Projection, window: Segment, highest: Floats, step: int, driver: str) -> Peak:
    """The highest base step of a window, from its height on (paths,) and where it most often falls."""
    timeline, day = projection.model.plan.grid.timeline, _day_of(projection, step)
    low, height, high = (float(value) for value in np.quantile(highest, [LOW, 0.5, HIGH]))
    # Like is compared with like: the median path's highest with and without events.
    with_events = float(projection.point[window.first : window.last].max())
    normal = float(projection.without_events[day.first : day.last].max())
    return Peak(
        timeline.local[projection.model.points + step],
        Interval(height, low, high),
        driver,
        with_events / normal if normal > 0 else float("nan"),
        float(projection.point[step]),
    )


def driver_of(projection: Projection, place: int) -> str:
    """The event that raises a base point most; empty where none does."""
    factors = projection.event_factors
    raised = {name: float(path[place]) for name, path in factors.items()}
    neutral = projection.model.link.effects.neutral
    best = max(raised, key=raised.__getitem__, default="")
    return (
        best if best and raised[best] > neutral + 0.02 * (abs(neutral) or projection.model.link.scale) else ""
    )
