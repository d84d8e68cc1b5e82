"""Rolling origins: the whole engine, choices and all, run on the past."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.series import Series
from cloudtune.engine.intervals import UNCALIBRATED, quantiles
from cloudtune.engine.projection import project
from cloudtune.engine.targets import lay_out

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
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


def backtest(cleaned: Cleaned, resolved: ResolvedSpec, seed: int) -> tuple[FoldRun, ...]:
    """Forecast the last stretches of the series as if they were still to come, oldest first."""
    ahead = fold_points(cleaned, resolved)
    cuts = cutoffs(cleaned, resolved.spec.backtest.folds, ahead)
    return tuple(_fold(cleaned, resolved, cut, ahead, seed) for cut in cuts)


def fold_points(cleaned: Cleaned, resolved: ResolvedSpec) -> int:
    """Base points that each fold forecasts."""
    timeline = cleaned.series.timeline
    spec = resolved.spec
    shortest = min(g.horizon.days for g in spec.granularities)
    days = spec.backtest.horizon.days if spec.backtest.horizon else min(shortest, DEFAULT_DAYS)
    wanted = max(1, round(days * 1440 / timeline.step.minutes))
    return max(1, min(wanted, timeline.periods // 3))


def cutoffs(cleaned: Cleaned, folds: int, ahead: int) -> list[int]:
    """Training lengths, oldest first: a fold's horizon apart, closer where the series is short."""
    points = cleaned.series.timeline.periods
    first = max(int(LEAST_TRAINING * points), 2)
    room = points - ahead - first
    if room < 0 or folds < 1:
        return []
    step = ahead if room >= ahead * (folds - 1) else room // max(folds - 1, 1)
    day = cleaned.series.timeline.step.slots
    step = max(step // day * day, min(day, max(room, 1)))
    cuts = [points - ahead - k * step for k in range(folds)]
    good = np.isfinite(cleaned.series.values) & ~cleaned.masked
    return sorted(c for c in cuts if c >= first and good[c : c + ahead].any() and good[:c].sum() >= 3)


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


def _fold(cleaned: Cleaned, resolved: ResolvedSpec, cut: int, ahead: int, seed: int) -> FoldRun:
    head = head_of(cleaned, cut)
    projection = project(head, resolved, ahead, seed)
    base = head.series.timeline
    values = cleaned.usable
    in_event = event_points(projection.model.plan.placed_events, cut, ahead)
    steps = {}
    for name, target in fold_targets(resolved, head, ahead).items():
        naive = naive_of(values[:cut], cut, ahead, season_of(cleaned))
        steps[name] = TestedStep(
            target,
            target.reduce(values[cut : cut + ahead]),
            target.reduce(projection.point),
            quantiles(projection.source, target, resolved.spec.quantiles, UNCALIBRATED),
            target.reduce(naive),
            _naive_scale(values[:cut], season_of(cleaned), target),
            target.reduce(in_event) > 0,
        )
    return FoldRun(base.after(1).local[0], steps)


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
