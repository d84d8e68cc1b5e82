"""What a reader should know before believing a forecast: the warnings of the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cloudtune.engine.backtest import event_points
from cloudtune.spec.messages import plural

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.data.series import Cleaned
    from cloudtune.engine.backtest import FoldRun
    from cloudtune.engine.projection import Projection
    from cloudtune.model.arrays import Floats, Ints
    from cloudtune.model.fit import FittedModel

HALF = 0.5
SCATTERED = (
    "Most days hold nothing and the others follow no pattern: the forecast is their mean. "
    "Read its totals; when the next day with something comes can't be told."
)
COUNTS = "The counts come as chance has them: the forecast is their mean."
FREAK, FEW_SPIKES, SPIKES = 20.0, 3, 0.001
"""Times the highest of the other values; how many there may be, and as a part of all."""
FROM, TO = 300, 700
"""Days of data: most of a year, but not nearly two."""
FAR = 60
"""Days of horizon from which it matters."""
SWING = 0.35
"""Log, from the low tenth of the weeks to the high one: 1.4 times."""
WEEKS = 5
"""Smoothed over as many."""
SAYS = (
    "One year can't tell a season from a trend: "
    "{days} days of data swing {swing:.1f} times between weeks, once. "
    "Read what lies months ahead as a rough outlook; where the year is known to repeat, "
    "declare it with `seasonality: [weekly, yearly]`, or add an older history."
)
MINUTES_A_DAY = 1440


def cautions(cleaned: Cleaned, projection: Projection, folds: Sequence[FoldRun]) -> tuple[str, ...]:
    """Warnings of the report."""
    values = cleaned.usable
    known = values[np.isfinite(values)]
    often = float(np.mean(known > 0)) >= HALF
    found = [
        f"{problem.message[:1].upper()}{problem.message[1:]}: {problem.hint}." for problem in cleaned.findings
    ]
    if float(known.max()) == float(known.min()):
        found.append(f"The series is constant at {known[0]:g}: the forecast repeats it.")
    if projection.source.sparse:
        found.append(COUNTS if cleaned.series.timeline.step.slots == 1 and often else SCATTERED)
    found += _left_out(projection.model)
    found += _spikes(cleaned, projection.model)
    found += [] if projection.source.sparse else _seen_once(cleaned, projection.model)
    if not folds:
        found.append("The history is too short for a backtest: accuracy and intervals are untested.")
    days = projection.model.level.fit.ahead
    if float(days[-1]) > len(known) * cleaned.series.timeline.step.minutes / MINUTES_A_DAY:
        found.append("The horizon is longer than the history behind it: read the far end as a rough outlook.")
    return tuple(found)


def _spikes(cleaned: Cleaned, model: FittedModel) -> list[str]:
    """Values that no series takes by itself, outside of windows and occurrences."""
    values, timeline = cleaned.usable, cleaned.series.timeline
    outside = event_points(model.plan.placed_events, 0, len(values)) == 0
    size = np.where(np.isfinite(values) & outside, np.abs(values), 0.0)
    few = max(FEW_SPIKES, round(len(size) * SPIKES))
    if len(size) <= few:
        return []
    usual = float(np.partition(size, -few - 1)[-few - 1])
    places = np.flatnonzero(size > FREAK * usual) if usual > 0 else np.array([], dtype="int64")
    if not len(places):
        return []
    top = int(places[np.argmax(size[places])])
    count = "1 value stands" if len(places) == 1 else f"{len(places)} values stand"
    times = f"{size[top] / usual:,.0f} times the highest of the others"
    at = str(timeline.local[top].astype("datetime64[m]"))
    mend = "run `cloudtune suggest`, which proposes windows to leave out, or declare an event"
    return [f"{count} out by far, most of all {values[top]:.4g} at {at}, {times}: {mend}."]


def _left_out(model: FittedModel) -> list[str]:
    """What was not learned from, though it was seen."""
    learned, found = model.learned, []
    if learned.begins:
        day = model.plan.grid.timeline.day[learned.begins]
        found.append(
            f"Nothing but zeros came before {day}: the forecast learns from there, as `start` would."
        )
    if learned.odd:
        values = "value is" if learned.odd == 1 else "values are"
        found.append(
            f"{learned.odd} {values} negative and left out of what is learned: mask them as outliers, or "
            "write `scale: additive` if the series may fall below zero."
        )
    if learned.outside:
        found.append(
            f"{learned.outside} {plural('value', learned.outside)} outside of the declared opening hours "
            "left out of what is learned: correct `opening_hours`, or the data."
        )
    return found


def _seen_once(cleaned: Cleaned, model: FittedModel) -> list[str]:
    """The caution, unless the spec names its seasons or an older history is at hand."""
    timeline = cleaned.series.timeline
    if model.plan.seasons is not None or cleaned.history is not None:
        return []
    values = cleaned.usable[model.learned.begins :]
    day = timeline.day[model.learned.begins :].astype("datetime64[D]").astype("int64")
    days = int(day[-1] - day[0]) + max(1, timeline.step.days)
    if not FROM <= days < TO or float(model.level.fit.ahead[-1]) < FAR:
        return []
    weekly = _smooth_weeks(values, (day - day[0]) // 7)
    if not len(weekly):
        return []
    low, high = np.quantile(weekly, (0.1, 0.9))
    if low <= 0 or np.log(high / low) < SWING:
        return []
    return [SAYS.format(days=days, swing=high / low)]


def _smooth_weeks(values: Floats, week: Ints) -> Floats:
    """The median of the five weekly means around each week, wherever three of them are known."""
    known = np.isfinite(values)
    count = np.bincount(week, known)
    mean = np.bincount(week, np.where(known, values, 0.0)) / np.where(count > 0, count, np.nan)
    around = sliding_window_view(np.pad(mean, WEEKS // 2, constant_values=np.nan), WEEKS)
    enough = np.isfinite(around).sum(axis=1) >= 3
    return np.nanmedian(around[enough], axis=1)
