"""What a model can't carry is refused, what it carries badly is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.forecast.plan_of import usable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.data.series import Cleaned
    from cloudtune.forecast.backtest import FoldRun
    from cloudtune.forecast.run import Projection
    from cloudtune.spec.resolved import ResolvedSpec

REACH = 10.0
"""A history carries at most this many times its own length."""
EXPLOSIVE = 10.0
MINUTES_A_DAY = 1440


def check_input(cleaned: Cleaned, resolved: ResolvedSpec) -> None:
    """Refuse a series that no honest model can carry to its horizon."""
    values = usable(cleaned)
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
    values = usable(cleaned)
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


def cautions(cleaned: Cleaned, projection: Projection, folds: Sequence[FoldRun]) -> tuple[str, ...]:
    """Warnings of the report."""
    values = usable(cleaned)
    known = values[np.isfinite(values)]
    found = []
    if float(known.max()) == float(known.min()):
        found.append(f"The series is constant at {known[0]:g}: the forecast repeats it.")
    if projection.source.sparse:
        found.append(
            "Most days hold nothing and the others follow no pattern: the forecast is the mean of the last "
            "year. Read its totals; when the next day with something comes can't be told."
        )
    if not folds:
        found.append("The history is too short for a backtest: accuracy and intervals are untested.")
    days = projection.model.level.fit.ahead
    if float(days[-1]) > len(known) * cleaned.series.timeline.step.minutes / MINUTES_A_DAY:
        found.append("The horizon is longer than the history behind it: read the far end as a rough outlook.")
    return tuple(found)


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
    return f"{count:.4g} day{'' if f'{count:.4g}' == '1' else 's'}"


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
