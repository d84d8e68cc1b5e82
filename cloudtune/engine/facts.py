"""What a fitted model says about its series: growth, changepoints, ingredients, choices, exclusions."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.engine.noise import level_variance
from cloudtune.engine.projection import project
from cloudtune.engine.result import ChangepointFact, Choice, Exclusion, IngredientFact, Interval, TrendFact
from cloudtune.model.changepoints import find_slope_changes, joint_sizes
from cloudtune.model.columns import DAILY, MONTHLY, RECENT, WEEKLY, YEARLY
from cloudtune.model.grid import YEAR
from cloudtune.model.plan import FOUND
from cloudtune.spec.opening_hours import ALL_DAY, pattern_of

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.engine.projection import Projection
    from cloudtune.model.columns import Ingredient
    from cloudtune.model.fit import FittedModel
    from cloudtune.model.plan import LevelShift
    from cloudtune.spec.forecast import Outlier
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.values import When


Z80 = 1.2816
NEXT_TO_NOTHING = 0.05
"""A level under this part of the series' usual size is no base for a rate."""
UNSTEADY = 3.0
"""A level that may be twenty times as high or as low in a year has no rate of growth."""
_SAYS = {
    DAILY: "the day's curve swings between {low} and {high}",
    WEEKLY: "weekdays lie between {low} and {high}",
    YEARLY: "the year moves the level between {low} and {high}",
    MONTHLY: "the day of the month moves the level between {low} and {high}",
    RECENT: "the last weeks' deviation, {low} to {high}, is carried forward",
}


def trend_fact(projection: Projection) -> TrendFact:
    """Growth over the year after the data, and the breaks behind it."""
    model = projection.model
    return TrendFact(_growth(model), growth_words(model), changepoint_facts(model))


def _growth(model: FittedModel) -> Interval:
    """Relative growth over the year after the data; NaN where no figure would mean anything."""
    fit = model.level.fit
    last = model.periods - 1
    ahead = fit.ahead
    far = int(np.searchsorted(ahead, YEAR, side="right")) - 1
    far = max(min(far, len(ahead) - 1), last)
    days = max(float(ahead[far]), 1.0)
    trend = fit.trend()
    change = float(trend[far] - trend[last])
    sd = float(np.sqrt(level_variance(model, np.array([YEAR]))[0]))
    change, sd = model.link.rates((change, sd), float(trend[last]))
    a_year = change * YEAR / days
    edges = (a_year - Z80 * sd, a_year, a_year + Z80 * sd)
    if not Z80 * sd < UNSTEADY:
        return Interval(np.nan, np.nan, np.nan)
    low, value, high = (model.link.as_share(e) for e in edges)
    return Interval(value, low, high)


def growth_words(model: FittedModel) -> str:
    """`flat`, or the share of each kind in the average."""
    shares: dict[str, float] = {}
    for candidate in model.level.fit.candidates:
        shares[candidate.growth] = shares.get(candidate.growth, 0.0) + candidate.weight
    kept = {
        kind: share
        for kind, share in sorted(shares.items(), key=lambda item: (-round(item[1], 2), item[0]))
        if share >= 0.005
    }
    if len(kept) == 1:
        return next(iter(kept))
    return "averaged: " + ", ".join(f"{kind} {100 * share:.0f}%" for kind, share in kept.items())


def ingredient_facts(projection: Projection) -> tuple[IngredientFact, ...]:
    """A sentence for every ingredient that has a range worth saying: trend, seasons, events."""
    effects = projection.model.link.effects
    found = [IngredientFact("trend", _trend_words(projection)), *_hours_facts(projection.model)]
    before = None
    for label, path in projection.running.items():
        says = _sentence(label)
        if before is not None and says:
            change = effects.between(before, path)
            ends = np.quantile(change, [0.01, 0.99])
            low, high = (effects.words(float(v)) for v in ends)
            found.append(IngredientFact(str(label), says.format(low=low, high=high)))
        before = path
    return (*found, *_event_facts(projection))


def _hours_facts(model: FittedModel) -> list[IngredientFact]:
    """When the series is open, where it is not always."""
    opened = model.learned.open
    if not model.closes or opened.all():
        return []
    pattern = pattern_of(opened.tolist())
    hours = ", ".join(days if times == ALL_DAY else f"{days} {times}" for days, times in pattern.items())
    source = "found in the data" if model.plan.opening is None else "declared"
    return [IngredientFact("opening hours", f"open {hours}; all other times are closed and zero ({source})")]


def _trend_words(projection: Projection) -> str:
    growth = _growth(projection.model).value
    if np.isnan(growth):
        return "the level is next to nothing or has moved too far for a growth a year to be told"
    return f"the level grows by {100 * growth:+.1f}% a year from here ({growth_words(projection.model)})"


def _event_facts(projection: Projection) -> list[IngredientFact]:
    """For each event ahead: what its next occurrence opens, peaks and ends with."""
    effects = projection.model.link.effects
    points, found = projection.model.points, []
    for placed_event in projection.model.plan.placed_events:
        change = projection.event_factors.get(placed_event.name)
        ahead = [s for s in placed_event.occurrences if points <= s.first < points + len(projection.point)]
        if change is None or not ahead:
            continue
        curve = change[ahead[0].first - points : ahead[0].last - points]
        hour = max(1, 60 // projection.model.plan.grid.timeline.step.minutes)
        ends = (float(curve[:hour].mean()), float(curve.mean()), float(curve[-hour:].mean()))
        opens, mean, closes = (effects.words(v) for v in ends)
        says = (
            f"opens at {opens}, means {mean} over the occurrence, ends at {closes}"
            if len(curve) > hour
            else mean
        )
        found.append(IngredientFact(f"event:{placed_event.name}", says))
    return found


def _sentence(label: Ingredient) -> str:
    """What to say of an ingredient; empty for those that others tell, as events."""
    usual = "moves the forecast between {low} and {high}" if label.kind in ("regressor", "season") else ""
    return _SAYS.get(label, usual)


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


_Z80 = 1.2816
SAME = 45.0
"""Days: a bend found this close to one that is declared, or in the model, is that one."""


def changepoint_facts(model: FittedModel) -> tuple[ChangepointFact, ...]:
    """Declared changepoints and those found in the data, in order of date."""
    ages, reasons = _slope_changes(model)
    joint = joint_sizes(model.long, ages)
    before = np.cumsum(joint.slopes)
    found = [
        _slope_fact(model, age, (before[k], joint.slopes[k + 1], joint.slope_sds[k + 1]), reasons)
        for k, age in enumerate(ages)
    ]
    shifts = (*model.plan.changepoints.level_shifts, *model.found.level_shifts)
    sized = zip(shifts, joint.shifts, joint.shift_sds, strict=True)
    age, _ = _plain_level(model)
    inside = [one for one in sized if age[0] < one[0].age + model.long.offset < age[-1]]
    found += [_shift_fact(model, shift, float(size), float(sd)) for shift, size, sd in inside]
    return tuple(sorted(found, key=lambda fact: (fact.at, fact.kind)))


def _slope_changes(model: FittedModel) -> tuple[list[float], dict[float, str]]:
    """Days of all slope changes since the first period of the long level; why the declared ones are there."""
    age, plain = _plain_level(model)
    offset = model.long.offset
    reasons = {c.age + offset: c.reason for c in model.plan.changepoints.slope_changes}
    used = [c.age + offset for c in model.found.slope_changes]
    sought = [c.age for c in find_slope_changes(age, plain)] if model.plan.seek_changepoints else []
    found = list(reasons)
    for change in (*used, *sought):
        if all(abs(change - other) > SAME for other in found):
            found.append(change)
    return sorted(a for a in found if age[0] < a < age[-1]), reasons


def _slope_fact(
    model: FittedModel, age: float, sizes: tuple[float, float, float], reasons: dict[float, str]
) -> ChangepointFact:
    """The change of the growth a year, relative on a log scale."""
    before, size, sd = sizes
    edges = (size, size - _Z80 * sd, size + _Z80 * sd)
    value, low, high = (model.link.effect_of(e, before) for e in edges)
    reason = reasons.get(age, FOUND)
    return ChangepointFact("slope", _date(model, age), age in reasons, reason, Interval(value, low, high))


def _shift_fact(model: FittedModel, shift: LevelShift, size: float, sd: float) -> ChangepointFact:
    edges = (size, size - _Z80 * sd, size + _Z80 * sd)
    value, low, high = (model.link.effect_of(e) for e in edges)
    at = _date(model, shift.age + model.long.offset)
    declared = shift in model.plan.changepoints.level_shifts
    return ChangepointFact("level", at, declared, shift.reason, Interval(value, low, high))


def _plain_level(model: FittedModel) -> tuple[np.ndarray, np.ndarray]:
    """Days since the first period, and the level without seasons, events, shifts and variables."""
    fit = model.long.fit
    away = fit.static()[: fit.periods]
    plain = np.where(np.isfinite(fit.residuals), model.long.actual - away, np.nan)
    return fit.design.grid.age[: fit.periods], plain


def _date(model: FittedModel, age: float) -> np.datetime64:
    day = model.long.fit.design.grid.days[0] + np.timedelta64(round(age), "D")
    return np.datetime64(day, "s")


def mask_effect(cleaned: Cleaned, resolved: ResolvedSpec, masked: Projection, seed: int) -> float:
    """Relative change of the forecast total if nothing were masked."""
    if not cleaned.masked.any():
        return 0.0
    bare = replace(cleaned, masked=np.zeros_like(cleaned.masked))
    total = float(project(bare, resolved, len(masked.point), seed).point.sum())
    usual = float(masked.point.sum())
    return total / usual - 1 if usual else 0.0


def exclusions_of(cleaned: Cleaned, resolved: ResolvedSpec, effect: float = 0.0) -> tuple[Exclusion, ...]:
    """Every declared window with the points it masks."""
    return tuple(_exclusion(cleaned, window, effect) for window in resolved.spec.outliers)


def _exclusion(cleaned: Cleaned, window: Outlier, effect: float) -> Exclusion:
    timeline = cleaned.series.timeline
    zone = ZoneInfo(timeline.timezone)
    points = int(cleaned.masked[timeline.touched(window.start.at(zone), window.end.at(zone))].sum())
    return Exclusion(
        _wall(window.start, zone),
        _wall(window.end, zone),
        points,
        window.reason,
        str(window.review_by) if window.review_by else "",
        effect,
    )


def _wall(moment: When, zone: ZoneInfo) -> np.datetime64:
    return np.datetime64(moment.at(zone).astimezone(zone).replace(tzinfo=None), "s")
