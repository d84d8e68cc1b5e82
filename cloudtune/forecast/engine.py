"""A cleaned series and its spec in, everything a report needs out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.accuracy import folds_of, rows_of, widths
from cloudtune.forecast.backtest import backtest, fold_points
from cloudtune.forecast.events import outlooks, peaks
from cloudtune.forecast.exclusions import exclusions_of, mask_effect
from cloudtune.forecast.facts import choices, ingredient_facts, trend_fact
from cloudtune.forecast.granularity import outlook_of, targets_of
from cloudtune.forecast.guard import cautions, check_growth, check_input
from cloudtune.forecast.plan_of import usable
from cloudtune.forecast.result import Forecast, Outcome
from cloudtune.forecast.run import Projection, forecast_of, project
from cloudtune.forecast.width import PLAIN

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.data.series import Cleaned
    from cloudtune.forecast.granularity import Target
    from cloudtune.forecast.width import Width
    from cloudtune.spec.resolved import ResolvedSpec


def forecast(cleaned: Cleaned, resolved: ResolvedSpec, *, seed: int = 0) -> Outcome:
    """Fit, project, test and explain; raises Refusal where the series can't carry the forecast."""
    check_input(cleaned, resolved)
    series = cleaned.series
    targets = targets_of(resolved, series.timeline, series.aggregate)
    ahead = max(target.stop for target in targets.values())
    folds = backtest(cleaned, resolved, seed)
    width = widths(folds, fold_points(cleaned, resolved) * series.timeline.step.minutes / 1440)
    projection = project(cleaned, resolved, ahead, seed)
    check_growth(projection, cleaned, resolved)
    base = min(ahead, max(t.stop for t in targets.values() if t.timeline.step == _finest(targets)))
    base_width = _width(width, series.timeline.step.name).factor
    return Outcome(
        scale="multiplicative" if projection.model.link.is_log_level else "additive",
        forecasts=_forecasts(projection, targets, resolved.spec.quantiles, width),
        peaks=peaks(projection, base, base_width),
        events=outlooks(projection, ahead, base_width),
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
        outlook=_forecasts(projection, outlook_of(targets, series.timeline, series.aggregate), [], width),
    )


def _finest(targets: Mapping[str, Target]) -> object:
    return min((t.timeline.step for t in targets.values()), key=lambda step: step.minutes)


def _forecasts(
    projection: Projection, targets: Mapping[str, Target], levels: list[float], width: Mapping[str, Width]
) -> dict[str, Forecast]:
    wanted = tuple(levels)
    return {
        name: forecast_of(projection, target, wanted, _width(width, name)) for name, target in targets.items()
    }


def _width(width: Mapping[str, Width], name: str) -> Width:
    """The calibrated width of a step, or of the coarsest step that was tested."""
    return width.get(name, next(reversed(list(width.values())), PLAIN))


def _past(cleaned: Cleaned) -> dict[str, float]:
    values = usable(cleaned)
    step = cleaned.series.timeline.step
    year = values[-round(365 * 1440 / step.minutes) :]
    month = values[-max(1, round(28 * 1440 / step.minutes)) :]
    known = year[np.isfinite(year)]
    if not len(known):
        return {}
    return {"max": float(known.max()), "mean": float(known.mean()), "total_28d": float(np.nansum(month))}
