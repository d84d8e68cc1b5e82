"""Changes of slope and level that the model uses, each with its size."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.result import BreakFact, Interval
from cloudtune.model.breaks import find_breaks, sized

if TYPE_CHECKING:
    from cloudtune.model.breaks import SlopeBreak
    from cloudtune.model.fit import FittedModel
    from cloudtune.model.plan import Bend

Z80 = 1.2816
SAME = 45.0
"""A bend found this close to a declared one is the declared one."""
AROUND = 21
"""Rows on either side that say how large a step was."""


def break_facts(model: FittedModel) -> tuple[BreakFact, ...]:
    """Declared breaks and those found in the data, in order of date."""
    found = [*_slopes(model), *_levels(model)]
    return tuple(sorted(found, key=lambda fact: (fact.at, fact.kind)))


def _slopes(model: FittedModel) -> list[BreakFact]:
    """Bends of the deseasonalised level: what is declared, and what stands out beside it."""
    age, plain = _plain(model)
    offset = model.long.offset
    declared = [b for b in model.plan.bends if b.kind == "slope"]
    ages = [b.age + offset for b in declared]
    sought = find_breaks(age, plain) if model.plan.seek_breaks else ()
    late = [b.age for b in model.steps if b.kind == "slope"]
    new = [a for a in (*(b.age for b in sought), *late) if all(abs(a - other) > SAME for other in ages)]
    reasons = {b.age + offset: b.reason for b in declared}
    inside = [a for a in (*ages, *dict.fromkeys(new)) if age[0] < a < age[-1]]
    return [_slope_fact(model, one, reasons) for one in sized(age, plain, sorted(inside))]


def _slope_fact(model: FittedModel, bend: SlopeBreak, reasons: dict[float, str]) -> BreakFact:
    """The change of the growth a year, relative on a log scale."""
    sizes = (bend.size, bend.size - Z80 * bend.sd, bend.size + Z80 * bend.sd)
    if model.link.is_log_level:
        start = np.expm1(bend.before)
        value, low, high = (float(np.expm1(np.clip(bend.before + s, -20, 20)) - start) for s in sizes)
    else:
        value, low, high = (s * model.link.scale for s in sizes)
    reason = reasons.get(bend.age, "found in the data")
    return BreakFact("slope", _date(model, bend.age), bend.age in reasons, reason, Interval(value, low, high))


def _levels(model: FittedModel) -> list[BreakFact]:
    age, plain = _plain(model, steps=True)
    offset = model.long.offset
    bends = [b for b in model.plan.bends if b.kind == "level"]
    bends += [b for b in model.steps if b.kind == "level"]
    return [_level_fact(model, bend, age, plain) for bend in bends if age[0] < bend.age + offset < age[-1]]


def _level_fact(model: FittedModel, bend: Bend, age: np.ndarray, plain: np.ndarray) -> BreakFact:
    """The jump between the weeks before and the weeks after."""
    place = int(np.searchsorted(age, bend.age + model.long.offset - 0.5))
    before, after = plain[max(place - AROUND, 0) : place], plain[place : place + AROUND]
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if not len(before) or not len(after):
        jump, sd = 0.0, float("inf")
    else:
        jump = float(np.median(after) - np.median(before))
        # A fortnight on either side says much the same thing day after day: count every week.
        sd = float(np.sqrt(7 * (np.var(before) / len(before) + np.var(after) / len(after)) * np.pi / 2))
    sizes = (jump, jump - Z80 * sd, jump + Z80 * sd)
    if model.link.is_log_level:
        value, low, high = (float(np.expm1(np.clip(s, -20, 20))) for s in sizes)
    else:
        value, low, high = (s * model.link.scale for s in sizes)
    at = _date(model, bend.age + model.long.offset)
    return BreakFact("level", at, bend in model.plan.bends, bend.reason, Interval(value, low, high))


def _plain(model: FittedModel, *, steps: bool = False) -> tuple[np.ndarray, np.ndarray]:
    """Days since the first row, and the level without seasons, events, variables and (mostly) steps."""
    fit = model.long.fit
    static = fit.design.static
    beta = fit.beta[fit.design.split :]
    taken = ~static.exactly("trend:step") if steps else np.ones(len(beta), dtype=bool)
    away = static.values[: fit.rows, taken] @ beta[taken]
    plain = np.where(np.isfinite(fit.residuals), model.long.actual - away, np.nan)
    return fit.design.grid.age[: fit.rows], plain


def _date(model: FittedModel, age: float) -> np.datetime64:
    day = model.long.fit.design.grid.days[0] + np.timedelta64(round(age), "D")
    return np.datetime64(day, "s")
