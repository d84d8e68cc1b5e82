"""Changes of slope and level that the model uses, each with its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.result import BreakFact, Interval
from cloudtune.model.breaks import find_breaks
from cloudtune.model.joint import joint_sizes

if TYPE_CHECKING:
    from cloudtune.model.fit import FittedModel
    from cloudtune.model.plan import Bend

Z80 = 1.2816
SAME = 45.0
"""Days: a bend found this close to one that is declared, or in the model, is that one."""


def break_facts(model: FittedModel) -> tuple[BreakFact, ...]:
    """Declared breaks and those found in the data, in order of date."""
    ages, reasons = _bends(model)
    joint = joint_sizes(model.long, ages)
    before = np.cumsum(joint.slopes)
    found = [
        _slope_fact(model, age, (before[k], joint.slopes[k + 1], joint.slope_sds[k + 1]), reasons)
        for k, age in enumerate(ages)
    ]
    steps = [b for b in (*model.plan.bends, *model.steps) if b.kind == "level"]
    sized = zip(steps, joint.steps, joint.step_sds, strict=True)
    age, _ = _plain(model)
    inside = [one for one in sized if age[0] < one[0].age + model.long.offset < age[-1]]
    found += [_level_fact(model, bend, float(size), float(sd)) for bend, size, sd in inside]
    return tuple(sorted(found, key=lambda fact: (fact.at, fact.kind)))


def _bends(model: FittedModel) -> tuple[list[float], dict[float, str]]:
    """Days of all bends since the first row of the long level, and why the declared ones are there."""
    age, plain = _plain(model)
    offset = model.long.offset
    reasons = {b.age + offset: b.reason for b in model.plan.bends if b.kind == "slope"}
    used = [b.age for b in model.steps if b.kind == "slope"]
    sought = [b.age for b in find_breaks(age, plain)] if model.plan.seek_breaks else []
    found = list(reasons)
    for bend in (*used, *sought):
        if all(abs(bend - other) > SAME for other in found):
            found.append(bend)
    return sorted(a for a in found if age[0] < a < age[-1]), reasons


def _slope_fact(
    model: FittedModel, age: float, sizes: tuple[float, float, float], reasons: dict[float, str]
) -> BreakFact:
    """The change of the growth a year, relative on a log scale."""
    before, size, sd = sizes
    edges = (size, size - Z80 * sd, size + Z80 * sd)
    if model.link.is_log_level:
        start = np.expm1(before)
        value, low, high = (float(np.expm1(np.clip(before + e, -20, 20)) - start) for e in edges)
    else:
        value, low, high = (e * model.link.scale for e in edges)
    reason = reasons.get(age, "found in the data")
    return BreakFact("slope", _date(model, age), age in reasons, reason, Interval(value, low, high))


def _level_fact(model: FittedModel, bend: Bend, size: float, sd: float) -> BreakFact:
    edges = (size, size - Z80 * sd, size + Z80 * sd)
    if model.link.is_log_level:
        value, low, high = (float(np.expm1(np.clip(e, -20, 20))) for e in edges)
    else:
        value, low, high = (e * model.link.scale for e in edges)
    at = _date(model, bend.age + model.long.offset)
    return BreakFact("level", at, bend in model.plan.bends, bend.reason, Interval(value, low, high))


def _plain(model: FittedModel) -> tuple[np.ndarray, np.ndarray]:
    """Days since the first row, and the level without seasons, events, steps and variables."""
    fit = model.long.fit
    away = fit.static()[: fit.rows]
    plain = np.where(np.isfinite(fit.residuals), model.long.actual - away, np.nan)
    return fit.design.grid.age[: fit.rows], plain


def _date(model: FittedModel, age: float) -> np.datetime64:
    day = model.long.fit.design.grid.days[0] + np.timedelta64(round(age), "D")
    return np.datetime64(day, "s")
