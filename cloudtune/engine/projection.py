"""One fit and all its forecasts: what the engine does once for the future and once a fold."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.engine.decompose import Decomposition, open_points, point_path
from cloudtune.engine.inputs import plan_of
from cloudtune.engine.intervals import quantiles
from cloudtune.engine.noise import draw, residual_blocks
from cloudtune.engine.paths import Sampler
from cloudtune.engine.result import StepForecast
from cloudtune.model.fit import FittedModel, fit
from cloudtune.model.sparse import are_counts, evened, has_no_pattern

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.engine.intervals import Calibration
    from cloudtune.engine.noise import ResidualBlocks
    from cloudtune.engine.targets import Target
    from cloudtune.model.arrays import Floats
    from cloudtune.model.columns import Ingredient
    from cloudtune.spec.resolved import ResolvedSpec


PATHS = 200
FEWER_PATHS = 100
MANY_POINTS = 30_000
TINY = 1e-9
"""Unfinished paths stay above this, so that a later factor can still lift them."""


@dataclass(frozen=True, eq=False)
class Projection:
    """A fitted model and its point path after the data."""

    model: FittedModel
    source: Sampler
    floor: float
    ceiling: float
    values: Floats
    """What was seen."""

    @property
    def point(self) -> Floats:
        """The median path of base points."""
        return self.source.point

    @cached_property
    def running(self) -> dict[Ingredient, Floats]:
        """By label: the base path once that ingredient has been applied."""
        points = self.model.points
        return dict(Decomposition(self.model, points, points + len(self.point)).running())

    @cached_property
    def smear(self) -> float:
        """Mean over median."""
        return _smear(self.model, self.source.days)

    @cached_property
    def event_factors(self) -> dict[str, Floats]:
        """By event: its factor (or term) at every base point."""
        effects = self.model.link.effects
        found: dict[str, Floats] = {}
        before = None
        for label, path in self.running.items():
            if label.kind == "event" and before is not None:
                found[label.name] = effects.between(before, path)
            before = path
        return found

    @cached_property
    def without_events(self) -> Floats:
        """The point path with every event taken out."""
        plain = self.point
        for change in self.event_factors.values():
            plain = self.model.link.effects.undo(plain, change)
        return plain


@dataclass(frozen=True, eq=False)
class SeriesFit:
    """A model fitted to a whole series, and how the series is to be read."""

    model: FittedModel
    is_sparse: bool
    """True where nothing but the mean can be told: the model is that of the mean."""


def fit_series(
    cleaned: Cleaned, resolved: ResolvedSpec, ahead: int, *, seek_month_days: bool = True
) -> SeriesFit:
    """The model of a spec and its data, ready to be asked up to `ahead` base points past them."""
    values, plan = cleaned.usable, plan_of(cleaned, resolved, ahead)
    plan = replace(plan, seek_month_days=seek_month_days)
    if has_no_pattern(plan, values):
        return SeriesFit(fit(replace(plan, links=("id",)), evened(plan, values)), is_sparse=True)
    return SeriesFit(fit(plan, values), is_sparse=False)


def project(cleaned: Cleaned, resolved: ResolvedSpec, ahead: int, seed: int) -> Projection:
    """Fit to the whole series and run `ahead` base points past it."""
    values, fitted = cleaned.usable, fit_series(cleaned, resolved, ahead)
    model, sparse = fitted.model, fitted.is_sparse
    points = len(values)
    floor, ceiling = _bounds(resolved, model)
    point = np.clip(point_path(model, points, points + ahead), floor, ceiling)
    days = residual_blocks(model, values, plain=sparse)
    first_period = int(model.plan.grid.period[points])
    paths = PATHS if ahead <= MANY_POINTS else FEWER_PATHS
    draws, opened = draw(model, days, first_period, paths, seed), open_points(model, points, points + ahead)
    counts = model.plan.grid.slots == 1 and model.adds_up and are_counts(values)
    source = Sampler(model, point, draws, days, first_period, opened, sparse, counts)
    return Projection(model, source, floor, ceiling, values)


def forecast_of(
    projection: Projection, target: Target, wanted: tuple[float, ...], width: Calibration
) -> StepForecast:
    """The forecast at one step."""
    model = projection.model
    bands = quantiles(projection.source, target, wanted, width)
    median = target.reduce(projection.point)
    mean = median * projection.smear
    size = len(projection.point)
    low, high = (
        target.reduce(np.full(size, projection.floor)),
        target.reduce(np.full(size, projection.ceiling)),
    )
    held = {
        level: np.clip(band, low, high)
        for level, band in bands.items()
        if level in wanted or level in (0.1, 0.5, 0.9)
    }
    return StepForecast(
        target.timeline,
        np.clip(mean, low, high),
        median,
        held,
        ingredients(projection, target),
        model.link.effects.scale,
    )


def ingredients(projection: Projection, target: Target) -> dict[str, Floats]:
    """Factors whose product is the median, or terms whose sum is."""
    effects = projection.model.link.effects
    found: dict[Ingredient, Floats] = {}
    before = np.full(len(target.marks) - 1, effects.neutral)
    last = list(projection.running)[-1]
    for label, path in projection.running.items():
        after = target.reduce(projection.point) if label == last else effects.held(target.reduce(path))
        found[label] = effects.exact(before, after)
        before = after
    return {
        str(label): value
        for label, value in found.items()
        if label.kind != "event" or np.any(value != effects.neutral)
    }


def _bounds(resolved: ResolvedSpec, model: FittedModel) -> tuple[float, float]:
    block = resolved.spec.series
    low = block.floor if block.floor is not None else (0.0 if model.never_negative else -np.inf)
    return low, block.ceiling if block.ceiling is not None else np.inf


def _smear(model: FittedModel, days: ResidualBlocks | None) -> float:
    """What the sum of a year's values is over the sum of their fitted medians."""
    fit = model.level.fit
    first = max(0, model.periods - 365 // model.plan.grid.unit)
    noise = fit.residuals[first:]
    known = np.isfinite(noise)
    if not known.any():
        return 1.0
    within = 1.0
    if days is not None and days.fitted.sum() > 0:
        within = float(days.actual.sum() / days.fitted.sum())
    return model.link.smear(fit.path()[first : model.periods][known], noise[known], within)
