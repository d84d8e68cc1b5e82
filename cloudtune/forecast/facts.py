"""What a fitted model says about its series, in numbers and short sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.break_facts import break_facts
from cloudtune.forecast.result import Choice, IngredientFact, Interval, TrendFact
from cloudtune.forecast.wandering import level_variance
from cloudtune.model.grid import YEAR

if TYPE_CHECKING:
    from cloudtune.forecast.run import Projection
    from cloudtune.model.fit import FittedModel

Z80 = 1.2816
NEXT_TO_NOTHING = 0.05
"""A level under this part of the series' usual size is no base for a rate."""
UNSTEADY = 3.0
"""A level that may be twenty times as high or as low in a year has no rate of growth."""
_SAYS = {
    "season:daily": "the day's curve swings between {low} and {high}",
    "season:weekly": "weekdays lie between {low} and {high}",
    "season:yearly": "the year moves the level between {low} and {high}",
    "season:monthly": "the day of the month moves the level between {low} and {high}",
    "recent": "the last weeks' deviation, {low} to {high}, is carried forward",
}


def trend_fact(projection: Projection) -> TrendFact:
    """Growth over the year after the data, and the breaks behind it."""
    model = projection.model
    return TrendFact(_growth(model), growth_words(model), break_facts(model))


def _growth(model: FittedModel) -> Interval:
    """Relative growth over the year after the data; NaN where no figure would mean anything."""
    fit = model.level.fit
    last = model.rows - 1
    ahead = fit.ahead
    far = int(np.searchsorted(ahead, YEAR, side="right")) - 1
    far = max(min(far, len(ahead) - 1), last)
    days = max(float(ahead[far]), 1.0)
    trend = fit.trend()
    change = float(trend[far] - trend[last])
    sd = float(np.sqrt(level_variance(model, np.array([YEAR]))[0]))
    if not model.link.is_log_level:
        # The level is told in units of the series' usual size.
        size = abs(float(trend[last]))
        change, sd = (v / size if size > NEXT_TO_NOTHING else np.nan for v in (change, sd))
    a_year = change * YEAR / days
    edges = (a_year - Z80 * sd, a_year, a_year + Z80 * sd)
    if not Z80 * sd < UNSTEADY:
        return Interval(np.nan, np.nan, np.nan)
    low, value, high = (float(np.expm1(np.clip(e, -20, 20))) if model.link.is_log_level else e for e in edges)
    return Interval(value, low, high)


def growth_words(model: FittedModel) -> str:
    """`flat`, or the share of each kind in the average."""
    shares: dict[str, float] = {}
    for candidate in model.level.fit.candidates:
        shares[candidate.growth] = shares.get(candidate.growth, 0.0) + candidate.weight
    kept = {
        kind: share for kind, share in sorted(shares.items(), key=lambda item: -item[1]) if share >= 0.005
    }
    if len(kept) == 1:
        return next(iter(kept))
    return "averaged: " + ", ".join(f"{kind} {100 * share:.0f}%" for kind, share in kept.items())


def ingredient_facts(projection: Projection) -> tuple[IngredientFact, ...]:
    """A sentence for every ingredient that has a range worth saying: trend, seasons, events."""
    multiplicative = projection.model.link.is_log_level
    found = [IngredientFact("trend", _trend_words(projection))]
    before = None
    for label, path in projection.running.items():
        says = _sentence(label)
        if before is not None and says:
            change = (path + 1e-9) / (before + 1e-9) if multiplicative else path - before
            ends = np.quantile(change, [0.01, 0.99])
            low, high = (_words(float(v), multiplicative=multiplicative) for v in ends)
            found.append(IngredientFact(label, says.format(low=low, high=high)))
        before = path
    return (*found, *_event_facts(projection))


def _trend_words(projection: Projection) -> str:
    growth = _growth(projection.model).value
    if np.isnan(growth):
        return "the level is next to nothing or has moved too far for a growth a year to be told"
    return f"the level grows by {100 * growth:+.1f}% a year from here ({growth_words(projection.model)})"


def _event_facts(projection: Projection) -> list[IngredientFact]:
    """For each event ahead: what its next edition opens, peaks and ends with."""
    multiplicative = projection.model.link.is_log_level
    points, found = projection.model.points, []
    for occasion in projection.model.plan.occasions:
        change = projection.event_factors.get(occasion.name)
        ahead = [s for s in occasion.stretches if points <= s.first < points + len(projection.point)]
        if change is None or not ahead:
            continue
        curve = change[ahead[0].first - points : ahead[0].last - points]
        hour = max(1, 60 // projection.model.plan.grid.timeline.step.minutes)
        ends = (float(curve[:hour].mean()), float(curve.mean()), float(curve[-hour:].mean()))
        opens, mean, closes = (_words(v, multiplicative=multiplicative) for v in ends)
        says = (
            f"opens at {opens}, means {mean} over the edition, ends at {closes}"
            if len(curve) > hour
            else mean
        )
        found.append(IngredientFact(f"event:{occasion.name}", says))
    return found


def _sentence(label: str) -> str:
    """What to say of an ingredient; empty for those that others tell, as events."""
    if label.startswith(("regressor:", "season:")):
        return _SAYS.get(label, "moves the forecast between {low} and {high}")
    return _SAYS.get(label, "")


def choices(model: FittedModel) -> tuple[Choice, ...]:
    """What was chosen by backtest, against the best alternative."""
    found = []
    scores = model.level.scores
    for place, what in ((2, "growth"), (1, "weight of the past"), (0, "bends of the trend")):
        best: dict[object, float] = {}
        for key, score in scores.items():
            best[key[place]] = min(best.get(key[place], np.inf), score)
        ranked = sorted(best.items(), key=lambda item: item[1])
        if len(ranked) > 1:
            found.append(
                Choice(what, _name(what, ranked[0][0]), ranked[0][1], _name(what, ranked[1][0]), ranked[1][1])
            )
    links = sorted(model.link_scores.items(), key=lambda item: item[1])
    if len(links) > 1:
        found.append(Choice("scale", links[0][0], links[0][1], links[1][0], links[1][1]))
    return tuple(found)


def _name(what: str, value: object) -> str:
    if what == "growth":
        return str(value)
    if what == "bends of the trend":
        return {0.0: "none", 0.05: "stiff", 0.2: "middling", 0.6: "loose"}.get(float(str(value)), str(value))
    return "all alike" if value == float("inf") else f"half after {value:g} days"


def _words(value: float, *, multiplicative: bool) -> str:
    return f"{value:.2f}x" if multiplicative else f"{value:+.4g}"
