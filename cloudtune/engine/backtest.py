"""Rolling origins: the whole engine, choices and all, run on the past.

Origins stand still: their dates are multiples of their spacing, whatever the last row. A day's new
data adds no fold until one falls due, so what a fold found can be kept from run to run.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.series import Series
from cloudtune.engine.decompose import open_points
from cloudtune.engine.intervals import UNCALIBRATED, quantiles
from cloudtune.engine.kept import NO_SHELF, key_of, packed, unpacked
from cloudtune.engine.projection import project
from cloudtune.engine.targets import lay_out
from cloudtune.model.origins import number_of, rounded

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.data.timeline import Timeline
    from cloudtune.engine.kept import Arrays, Shelf
    from cloudtune.engine.targets import Target
    from cloudtune.model.arrays import Floats
    from cloudtune.model.occurrences import PlacedEvent, PlacedOccurrence
    from cloudtune.spec.resolved import ResolvedSpec

LEAST_TRAINING = 0.3
DEFAULT_DAYS = 28.0


@dataclass(frozen=True, eq=False)
class TestedStep:
    """One step of one fold: what was said and what came."""

    target: Target
    actual: Floats
    """NaN where missing or masked."""
    median: Floats
    bands: dict[float, Floats]
    """Before calibration."""
    naive: Floats
    naive_scale: float
    in_event: np.ndarray


@dataclass(frozen=True, eq=False)
class FoldRun:
    """One origin."""

    cutoff: np.datetime64
    """Local wall time of the first point that was forecast."""
    steps: dict[str, TestedStep]


def backtest(
    cleaned: Cleaned, resolved: ResolvedSpec, seed: int, shelf: Shelf = NO_SHELF
) -> tuple[FoldRun, ...]:
    """Forecast stretches of the past as if they were still to come, oldest first."""
    ahead = fold_points(cleaned, resolved)
    cuts = cutoffs(cleaned, resolved.spec.backtest.folds, ahead)
    return tuple(_fold(_Origin(cleaned, resolved, cut, ahead, seed), shelf) for cut in cuts)


def fold_points(cleaned: Cleaned, resolved: ResolvedSpec) -> int:
    """Base points that each fold forecasts."""
    timeline = cleaned.series.timeline
    spec = resolved.spec
    shortest = min(g.horizon.days for g in spec.granularities)
    days = spec.backtest.horizon.days if spec.backtest.horizon else min(shortest, DEFAULT_DAYS)
    wanted = max(1, round(days * 1440 / timeline.step.minutes))
    most = timeline.periods // 3
    if wanted <= most:
        return wanted
    # Why rounded: a young series must not get another test with every day that it grows.
    unit, slots = timeline.step.days if timeline.step.is_calendar else 1, timeline.step.slots
    return max(1, most) if most < slots else rounded(most // slots, unit) * slots


def cutoffs(cleaned: Cleaned, folds: int, ahead: int) -> list[int]:
    """Training lengths, oldest first, at local midnights of a grid that is fixed to the calendar.

    They stand a fold's horizon apart, closer where the series is short.
    """
    timeline = cleaned.series.timeline
    points, slots = timeline.periods, timeline.step.slots
    first = max(int(LEAST_TRAINING * points), 2)
    room = points - ahead - first
    if room < 0 or folds < 1:
        return []
    unit = timeline.step.days if timeline.step.is_calendar else 1
    wide = -(-ahead // slots)
    # The last one may stand up to a spacing behind the last that the data would allow.
    step = min(wide, rounded(max((room // slots + 1) // folds, 1), unit))
    good = np.isfinite(cleaned.series.values) & ~cleaned.masked
    due = [int(c) for c in _midnights(timeline, step, unit) if first <= c <= points - ahead]
    known = [c for c in due if good[c : c + ahead].any() and good[:c].sum() >= 3]
    return known[-folds:]


def _midnights(timeline: Timeline, step: int, unit: int) -> np.ndarray:
    """First points of the local days (or calendar steps) whose number is a multiple of `step`."""
    day = timeline.day
    starts = np.flatnonzero(np.diff(day, prepend=day[0] - 1).astype("int64") > 0)
    whole = starts if timeline.step.is_calendar else starts[timeline.slot[starts] == 0]
    numbers = np.array([number_of(day[c], unit) for c in whole], dtype="int64")
    return np.asarray(whole[numbers % step == 0])


def head_of(cleaned: Cleaned, cut: int) -> Cleaned:
    """What was known of the series before point `cut`."""
    series = cleaned.series
    head = Series(series.timeline.head(cut), series.values[:cut], series.unit, series.aggregate)
    history = cleaned.history
    if history is not None:
        known = int(np.searchsorted(history.timeline.utc, series.timeline.utc[cut], side="right")) - 1
        short = history.timeline.head(max(known, 0))
        history = Series(short, history.values[: max(known, 0)], history.unit, history.aggregate)
    return replace(cleaned, series=head, masked=cleaned.masked[:cut], history=history)


def naive_of(values: Floats, cut: int, count: int, season: int) -> Floats:
    """The last season before `cut` again and again; gaps take the season before."""
    found = np.full(count, np.nan)
    places = np.arange(count)
    for back in range(1, 9):
        at = cut - back * season + places % season
        usable = (at >= 0) & np.isnan(found)
        found[usable] = values[at[usable]]
    return found


def season_of(cleaned: Cleaned) -> int:
    """Points of the naive season: a week; a year where a year of calendar steps is known."""
    timeline = cleaned.series.timeline
    if timeline.step.is_calendar:
        year = round(364 / timeline.step.days)
        return (
            year
            if timeline.periods >= 2 * year and timeline.step.days > 1
            else max(1, 7 // timeline.step.days)
        )
    return 7 * timeline.step.slots


@dataclass(frozen=True, eq=False)
class _Origin:
    """What a fold is made of."""

    cleaned: Cleaned
    resolved: ResolvedSpec
    cut: int
    ahead: int
    seed: int

    @cached_property
    def head(self) -> Cleaned:
        return head_of(self.cleaned, self.cut)

    @cached_property
    def targets(self) -> dict[str, Target]:
        return fold_targets(self.resolved, self.head, self.ahead)

    def forecast(self) -> Arrays:
        """Median, bands and events of every step, by `<step>/<what>`; nothing but the head is looked at."""
        projection = project(self.head, self.resolved, self.ahead, self.seed)
        placed = projection.model.plan.placed_events
        found = {
            "in_event": event_points(placed, self.cut, self.ahead),
            "opened": open_points(projection.model, self.cut, self.cut + self.ahead),
        }
        for name, target in self.targets.items():
            bands = quantiles(projection.source, target, self.resolved.spec.quantiles, UNCALIBRATED)
            found[f"{name}/median"] = target.reduce(projection.point)
            found[f"{name}/levels"] = np.array(list(bands))
            found[f"{name}/bands"] = np.stack(list(bands.values()))
        return found


def _fold(origin: _Origin, shelf: Shelf) -> FoldRun:
    key = key_of(origin.head, origin.resolved, origin.ahead, origin.seed)
    found = unpacked(shelf.read(key))
    if not found:
        found = origin.forecast()
        shelf.write(key, packed(found))
    values, cut, ahead = origin.cleaned.usable, origin.cut, origin.ahead
    season = season_of(origin.head)
    naive = _whole(naive_of(values[:cut], cut, ahead, season), found["opened"])
    steps = {
        name: TestedStep(
            target,
            _scored(target, values[cut : cut + ahead], found["opened"]),
            found[f"{name}/median"],
            dict(zip(found[f"{name}/levels"].tolist(), found[f"{name}/bands"], strict=True)),
            target.reduce(naive),
            _naive_scale(values[:cut], season, target),
            target.reduce(found["in_event"]) > 0,
        )
        for name, target in origin.targets.items()
    }
    return FoldRun(origin.head.series.timeline.after(1).local[0], steps)


def _whole(values: Floats, opened: Floats) -> Floats:
    """What was not seen at closed times is nothing, so that a day of business hours is a whole day."""
    return np.where((opened == 0) & np.isnan(values), 0.0, values)


def _scored(target: Target, values: Floats, opened: Floats) -> Floats:
    """Actual values of a target; NaN where it was closed all along: nothing is easily foretold."""
    actual, shut = target.reduce(_whole(values, opened)), target.reduce(opened) == 0
    return np.where(shut & (actual == 0), np.nan, actual)


def fold_targets(resolved: ResolvedSpec, head: Cleaned, ahead: int) -> dict[str, Target]:
    """The steps of the spec, base step first, that fit into a fold."""
    timeline = head.series.timeline
    steps = {timeline.step.name: timeline.step} | {g.step.name: g.step for g in resolved.spec.granularities}
    found = {}
    for step in steps.values():
        spare = ahead * timeline.step.minutes - (step.minutes if step != timeline.step else 0)
        if spare >= step.minutes or step == timeline.step:
            minutes = spare // step.minutes * step.minutes
            target = lay_out([(step, minutes)], timeline, head.series.aggregate)[step.name]
            if target.stop <= ahead:
                found[step.name] = target
    return found


def event_points(placed_events: tuple[PlacedEvent, ...], first: int, count: int) -> Floats:
    """1 at points inside an occurrence that is no season of its own."""
    inside = np.zeros(count)
    for placed_event in placed_events:
        if placed_event.kind != "span":
            for s in placed_event.occurrences:
                low, high = _points_of(s, first, count)
                inside[low:high] = 1.0
    return inside


def _points_of(placed: PlacedOccurrence, first: int, count: int) -> tuple[int, int]:
    return max(placed.first - first, 0), max(min(placed.last - first, count), 0)


def _naive_scale(values: Floats, season: int, target: Target) -> float:
    """Mean absolute change over a season in the training data, at the target's step."""
    width = max(1, int(np.median(np.diff(target.marks))))
    change = np.abs(values[season:] - values[:-season])
    change = change[np.isfinite(change)]
    return float(change.mean()) * (width if target.aggregate == "sum" else 1) if len(change) else float("nan")
