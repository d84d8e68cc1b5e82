"""What is expected of each edition of an event ahead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.clock import to_local
from cloudtune.forecast.result import EventOutlook, Interval, Peak
from cloudtune.forecast.windows import Window, paths_of, peak_of, total_of

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtune.forecast.run import Projection
    from cloudtune.model.arrays import Floats
    from cloudtune.model.occasions import Occasion, Stretch

Z80 = 1.2816
MOST_PEAKS = 10


def outlooks(projection: Projection, ahead: int, width: float) -> tuple[EventOutlook, ...]:
    """Every edition that touches the first `ahead` base points, in order of start."""
    factors = projection.event_factors
    found = []
    for occasion in projection.model.plan.occasions:
        for stretch in occasion.stretches:
            window = _window(projection, stretch, ahead, width)
            if window is not None:
                found.append(_outlook(projection, occasion, stretch, window, factors.get(occasion.name)))
    return tuple(sorted(found, key=lambda one: (one.start, one.name)))


def peaks(projection: Projection, ahead: int, width: float) -> tuple[Peak, ...]:
    """The highest days, at most ten, in order of date."""
    point = projection.point[:ahead]
    row = projection.model.plan.grid.row[projection.model.points :][:ahead]
    starts = np.flatnonzero(np.diff(row, prepend=row[0] - 1))
    highest = np.maximum.reduceat(point, starts)
    best = np.sort(np.argsort(-highest, kind="stable")[:MOST_PEAKS])
    ends = np.append(starts[1:], ahead)
    found = []
    for k in best:
        window = Window(int(starts[k]), int(ends[k]), width)
        found.append(peak_of(projection, window, paths_of(projection, window)))
    return tuple(found)


def learned_from(projection: Projection, occasion: Occasion, stretch: Stretch) -> str:
    """Where the size of an edition comes from, in a few words."""
    roster = projection.model.roster
    if occasion.name in roster.borrowed:
        lender, times = roster.borrowed[occasion.name]
        return f"{times:g} x {lender}"
    for declared in roster.declared:
        if declared.stretch is stretch:
            return f"declared {declared.factor:g}x"
    count = len(occasion.known(projection.model.points))
    words = {0: "no edition (its family's mean)", 1: "1 edition (wide)"}
    return words.get(count, f"{count} editions")


def _window(projection: Projection, stretch: Stretch, ahead: int, width: float) -> Window | None:
    points = projection.model.points
    first, last = max(stretch.first - points, 0), min(stretch.last - points, ahead)
    return Window(first, last, width) if first < last else None


def _outlook(
    projection: Projection, occasion: Occasion, stretch: Stretch, window: Window, factor: Floats | None
) -> EventOutlook:
    paths = paths_of(projection, window)
    zone = projection.model.plan.grid.timeline.timezone
    return EventOutlook(
        occasion.name,
        _wall(stretch.edition.start, zone),
        _wall(stretch.edition.end, zone),
        _lift(projection, occasion, window, factor),
        peak_of(projection, window, paths, occasion.name),
        total_of(projection, window, paths),
        learned_from(projection, occasion, stretch),
    )


def _wall(when: datetime, zone: str) -> np.datetime64:
    return to_local(np.array([np.datetime64(int(when.timestamp()), "s")]), zone)[0]


def _lift(projection: Projection, occasion: Occasion, window: Window, factor: Floats | None) -> Interval:
    """Mean lift over the edition, with the doubt of its size."""
    point = projection.point[window.first : window.last]
    if factor is None or point.sum() <= 0:
        return Interval(1.0, 1.0, 1.0)
    change = factor[window.first : window.last]
    multiplicative = projection.model.link.is_log_level
    plain = point / np.maximum(change, 1e-9) if multiplicative else point - change
    lift = float(point.sum() / plain.sum()) if plain.sum() > 0 else 1.0
    doubt = Z80 * lift_sd(projection, occasion, window)
    return Interval(lift, lift * float(np.exp(-doubt)), lift * float(np.exp(doubt)))


def lift_sd(projection: Projection, occasion: Occasion, window: Window) -> float:
    """Sd of the log of an edition's size."""
    for lift in projection.model.ground.lifts:
        if lift.lesson.name == occasion.name:
            return lift.spread
    row = projection.model.plan.grid.row[projection.model.points + window.first]
    fit = projection.model.level.fit
    known = max(len(occasion.known(projection.model.points)), 1)
    return float(np.sqrt(fit.sd[row] ** 2 + fit.noise * (1 + 1 / known)))
