"""What a fitted model says about its series, in numbers and short sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.noise import level_variance
from cloudtune.forecast.result import BreakFact, Choice, IngredientFact, Interval, TrendFact
from cloudtune.model.grid import YEAR

if TYPE_CHECKING:
    from cloudtune.forecast.run import Projection
    from cloudtune.model.fit import FittedModel

Z80 = 1.2816
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
    fit = model.level.fit
    last = model.rows - 1
    ahead = fit.ahead
    far = int(np.searchsorted(ahead, YEAR, side="right")) - 1
    far = max(min(far, len(ahead) - 1), last)
    days = max(float(ahead[far]), 1.0)
    trend = fit.trend()
    change = float(trend[far] - trend[last])
    if not model.link.is_log_level:
        change = change / max(abs(float(trend[last])), 1e-9)
    sd = float(np.sqrt(level_variance(model, np.array([YEAR]))[0]))
    a_year = change * YEAR / days
    edges = (a_year - Z80 * sd, a_year, a_year + Z80 * sd)
    low, value, high = (float(np.expm1(np.clip(e, -20, 20))) if model.link.is_log_level else e for e in edges)
    return TrendFact(Interval(value, low, high), growth_words(model), break_facts(model))


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


def break_facts(model: FittedModel) -> tuple[BreakFact, ...]:
    """Declared breaks with the size that the data gives them."""
    fit = model.level.fit
    found = []
    for k in np.flatnonzero(fit.design.declared):
        size = float(fit.beta[2 + k])
        at = model.plan.grid.days[0] + np.timedelta64(int(fit.design.knots[k]), "D")
        reason = next((b.reason for b in model.plan.bends if b.age == fit.design.knots[k]), "")
        found.append(BreakFact("slope", at.astype("datetime64[s]"), True, reason, Interval(size, size, size)))
    return tuple(found)


def ingredient_facts(projection: Projection) -> tuple[IngredientFact, ...]:
    """A sentence for every ingredient that has a range worth saying."""
    multiplicative = projection.model.link.is_log_level
    found = []
    before = None
    for label, path in projection.running.items():
        if before is not None and label in _SAYS:
            change = (path + 1e-9) / (before + 1e-9) if multiplicative else path - before
            ends = np.quantile(change, [0.01, 0.99])
            low, high = (_words(float(end), multiplicative=multiplicative) for end in ends)
            found.append(IngredientFact(label, _SAYS[label].format(low=low, high=high)))
        before = path
    return tuple(found)


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
