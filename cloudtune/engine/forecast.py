"""A cleaned series and its spec in, everything a report needs out; what can't be carried is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.engine.accuracy import calibrations, folds_of, rows_of
from cloudtune.engine.backtest import backtest, fold_points
from cloudtune.engine.cautions import cautions
from cloudtune.engine.decompose import open_points
from cloudtune.engine.events import highest_peak, highs, outlooks, peaks
from cloudtune.engine.facts import choices, exclusions_of, ingredient_facts, mask_effect, trend_fact
from cloudtune.engine.highest import highest_steps, window_paths
from cloudtune.engine.intervals import UNCALIBRATED
from cloudtune.engine.kept import NO_SHELF
from cloudtune.engine.projection import Projection, forecast_of, project
from cloudtune.engine.result import Outcome, StepForecast
from cloudtune.engine.surprise import surprises
from cloudtune.engine.targets import outlook_of, targets_of
from cloudtune.errors import Problem, Refusal
from cloudtune.spec.messages import plural

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.data.series import Cleaned
    from cloudtune.engine.highest import WindowPaths
    from cloudtune.engine.intervals import Calibration
    from cloudtune.engine.kept import Shelf
    from cloudtune.engine.targets import Target
    from cloudtune.spec.resolved import ResolvedSpec


REACH = 10.0
"""A history carries at most this many times its own length."""
EXPLOSIVE = 10.0
MINUTES_A_DAY = 1440


def fitted(cleaned: Cleaned, resolved: ResolvedSpec, *, seed: int = 0) -> Projection:
    """The model and its path over the longest horizon; no backtest, and no judgement of where it leads."""
    check_input(cleaned, resolved)
    series = cleaned.series
    targets = targets_of(resolved, series.timeline, series.aggregate)
    return project(cleaned, resolved, max(target.stop for target in targets.values()), seed)


def forecast(cleaned: Cleaned, resolved: ResolvedSpec, *, seed: int = 0) -> Outcome:
    """Fit, project, test and explain; raises Refusal where the series can't carry the forecast."""
    return told(fitted(cleaned, resolved, seed=seed), cleaned, resolved, seed=seed)


def told(
    projection: Projection,
    cleaned: Cleaned,
    resolved: ResolvedSpec,
    *,
    seed: int = 0,
    shelf: Shelf = NO_SHELF,
) -> Outcome:
    """What a fitted series says of its future, tested on its past; `seed` is that of the projection.

    Folds that are on the shelf are not run again.
    """
    check_growth(projection, cleaned, resolved)
    series = cleaned.series
    targets = targets_of(resolved, series.timeline, series.aggregate)
    ahead = len(projection.point)
    folds = backtest(cleaned, resolved, seed, shelf)
    tested_days = fold_points(cleaned, resolved) * series.timeline.step.minutes / 1440
    # Values drawn as they came are quantiles of counts: widened or narrowed they would be none.
    width = {} if projection.source.sparse else calibrations(folds, tested_days)
    base = min(ahead, max(t.stop for t in targets.values() if t.timeline.step == _finest(targets)))
    base_width = _calibration_of(width, series.timeline.step.name)
    highest = highest_steps(projection, ahead, base_width, seed, base)
    return Outcome(
        scale=projection.model.link.effects.scale,
        forecasts=_forecasts(projection, targets, resolved.spec.quantiles, width),
        peaks=peaks(projection, highest),
        events=outlooks(projection, ahead, base_width.factor, highest),
        trend=trend_fact(projection),
        ingredients=ingredient_facts(projection),
        choices=choices(projection.model),
        accuracy=rows_of(folds, width),
        folds=folds_of(folds, width),
        exclusions=exclusions_of(cleaned, resolved, mask_effect(cleaned, resolved, projection, seed)),
        masked_share=float(cleaned.masked.mean()),
        warnings=cautions(cleaned, projection, folds),
        data_through=series.timeline.after(1).local[0],
        last_year=_past(cleaned),
        surprises=surprises(projection),
        outlook=_forecasts(projection, outlook_of(targets, series.timeline, series.aggregate), [], width),
        peak=highest_peak(projection, highest),
        highs=highs(projection, highest),
        highest=highest_steps(projection, ahead, base_width, seed) if resolved.spec.capacity else None,
        closed=open_points(projection.model, 0, series.timeline.periods) == 0,
    )


def paths_between(
    cleaned: Cleaned, resolved: ResolvedSpec, start: np.datetime64, end: np.datetime64, *, seed: int = 0
) -> WindowPaths:
    """Sample paths of the base steps from `start` to `end` (UTC), as calibrated as a report's intervals.

    Raises Refusal where the window isn't wholly ahead of the data and inside of the horizon.
    """
    projection = fitted(cleaned, resolved, seed=seed)
    times = projection.model.plan.grid.timeline.utc[projection.model.points :][: len(projection.point)]
    first, last = (int(np.searchsorted(times, edge)) for edge in (start, end))
    if start < times[0] or last >= len(times) or first == last:
        told = f"{start.astype('datetime64[m]')}Z to {end.astype('datetime64[m]')}Z"
        message = f"{told} lies outside of the forecast of {resolved.spec.name}"
        hint = "choose a window ahead of its data, or lengthen its horizon"
        raise Refusal(Problem("CT813", message, hint, file=resolved.file))
    folds = backtest(cleaned, resolved, seed)
    tested_days = fold_points(cleaned, resolved) * cleaned.series.timeline.step.minutes / MINUTES_A_DAY
    width = {} if projection.source.sparse else calibrations(folds, tested_days)
    calibration = _calibration_of(width, cleaned.series.timeline.step.name)
    return window_paths(projection, calibration, first, last)


def _finest(targets: Mapping[str, Target]) -> object:
    return min((t.timeline.step for t in targets.values()), key=lambda step: step.minutes)


def _forecasts(
    projection: Projection,
    targets: Mapping[str, Target],
    levels: list[float],
    width: Mapping[str, Calibration],
) -> dict[str, StepForecast]:
    wanted = tuple(levels)
    return {
        name: forecast_of(projection, target, wanted, _calibration_of(width, name))
        for name, target in targets.items()
    }


def _calibration_of(width: Mapping[str, Calibration], name: str) -> Calibration:
    """The calibrated width of a step, or of the coarsest step that was tested."""
    return width.get(name, next(reversed(list(width.values())), UNCALIBRATED))


def _past(cleaned: Cleaned) -> dict[str, float]:
    """Facts to compare with; the last four whole weeks, which a day's data doesn't move."""
    values = cleaned.usable
    timeline = cleaned.series.timeline
    step = timeline.step
    year = values[-round(365 * 1440 / step.minutes) :]
    known = year[np.isfinite(year)]
    if not len(known):
        return {}
    stop = len(values)
    if step.days <= 1:
        today = timeline.after(1).day[0].astype("int64")
        stop = int(np.searchsorted(timeline.day.astype("int64"), today - (today + 3) % 7))
    month = values[max(stop - max(1, round(28 * 1440 / step.minutes)), 0) : stop]
    return {"max": float(known.max()), "mean": float(known.mean()), "total_28d": float(np.nansum(month))}


def check_input(cleaned: Cleaned, resolved: ResolvedSpec) -> None:
    """Refuse a series that no honest model can carry to its horizon."""
    values = cleaned.usable
    known = values[np.isfinite(values)]
    if not len(known):
        raise Refusal(
            _problem(
                resolved,
                "CT501",
                "no value is left to learn from: all are missing or masked",
                "check series.source and the outlier windows",
                ("series",),
            )
        )
    problems = [p for p in (_too_short(cleaned, resolved, values), _negative(resolved, known)) if p]
    if problems:
        raise Refusal(*problems)


def check_growth(projection: Projection, cleaned: Cleaned, resolved: ResolvedSpec) -> None:
    """Refuse an outlook far beyond anything that was ever seen."""
    values = cleaned.usable
    highest = float(np.nanmax(np.abs(values)))
    reached = float(np.max(np.abs(projection.point)))
    if np.isfinite(reached) and (resolved.spec.allow_explosive or reached <= EXPLOSIVE * max(highest, 1e-12)):
        return
    raise Refusal(
        _problem(
            resolved,
            "CT503",
            f"the outlook reaches {reached:.4g}, more than ten times the largest value seen ({highest:.4g})",
            "declare slope breaks or trend.growth: flat, or write allow_explosive: true if this is meant",
            ("trend",),
        )
    )


def _too_short(cleaned: Cleaned, resolved: ResolvedSpec, values: np.ndarray) -> Problem | None:
    step = cleaned.series.timeline.step.minutes
    seen = np.flatnonzero(np.isfinite(values))
    days = float(seen[-1] - seen[0] + 1) * step / MINUTES_A_DAY
    if cleaned.history is not None:
        days = max(
            days, cleaned.history.timeline.periods * cleaned.history.timeline.step.minutes / MINUTES_A_DAY
        )
    longest = max(g.horizon.days for g in resolved.spec.granularities)
    if longest <= REACH * days:
        return None
    return _problem(
        resolved,
        "CT502",
        f"{_days(days)} of history can't carry a forecast of {_days(longest)}",
        f"give at least {_days(longest / REACH)} of data, or a series.history, or shorten the horizon",
        ("granularities",),
    )


def _days(count: float) -> str:
    """`1 day`, `2.5 days`."""
    written = f"{count:.4g}"
    return f"{written} {plural('day', float(written))}"


def _negative(resolved: ResolvedSpec, known: np.ndarray) -> Problem | None:
    if resolved.spec.scale != "multiplicative" or known.min() >= 0:
        return None
    return _problem(
        resolved,
        "CT504",
        f"the series falls to {known.min():g} and can't be multiplicative",
        "write scale: additive (or auto)",
        ("scale",),
    )


def _problem(resolved: ResolvedSpec, code: str, message: str, hint: str, path: tuple[str, ...]) -> Problem:
    return Problem(code, message, hint, file=resolved.file, path=path)
