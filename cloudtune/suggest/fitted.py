"""Residuals of the engine's own model over the data that it was fitted to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.forecast.plan_of import plan_of, usable
from cloudtune.forecast.predict import Breakdown
from cloudtune.model.fit import fit
from cloudtune.suggest.residuals import Residuals

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.data.timeline import Timeline
    from cloudtune.forecast.result import Scale
    from cloudtune.spec.resolved import Edition, Event, ResolvedSpec

LONGEST_EVENT_DAYS = 7
HALO_MINUTES = 180
"""Around events of less than a day that declare no halo."""
COUNT_OFFSET = 0.5


def residuals_of(cleaned: Cleaned, resolved: ResolvedSpec) -> Residuals:
    """Fit the spec's model to all the data and lay it beside them."""
    values = usable(cleaned)
    timeline = cleaned.series.timeline
    model = fit(plan_of(cleaned, resolved, timeline.step.slots), values)
    running = dict(Breakdown(model, 0, values.size).running())
    expected = next(reversed(running.values()))
    scale: Scale = "multiplicative" if model.link.is_log_level else "additive"
    return Residuals(
        timeline=timeline,
        actual=values,
        expected=expected,
        deviation=_deviation(values, expected, scale),
        usable=np.isfinite(values),
        in_event=in_event(timeline, resolved),
        scale=scale,
        parts=_parts(running, scale, _level(expected)),
    )


def in_event(timeline: Timeline, resolved: ResolvedSpec) -> NDArray[np.bool_]:
    """Points of declared events and their halo; spans of more than a week are seasons."""
    inside = np.zeros(timeline.periods, dtype=bool)
    for event in resolved.events:
        for edition in event.editions:
            first, last = _reach(timeline, event, edition)
            if edition.duration.days <= LONGEST_EVENT_DAYS and last > 0 and first < timeline.periods:
                inside[max(first, 0) : last] = True
    return inside


def _reach(timeline: Timeline, event: Event, edition: Edition) -> tuple[int, int]:
    whole_days = edition.duration.total_seconds() % 86_400 == 0
    default = 0 if whole_days else HALO_MINUTES * 60
    before = event.before.total_seconds() if event.before is not None else default
    after = event.after.total_seconds() if event.after is not None else default
    width = timeline.step.minutes * 60
    first, last = timeline.position(edition.start), timeline.position(edition.end)
    return first - int(before // width), max(last, first + 1) + int(after // width)


def _deviation(
    actual: NDArray[np.float64], expected: NDArray[np.float64], scale: Scale
) -> NDArray[np.float64]:
    level = _level(expected)
    if scale == "additive":
        return (actual - expected) / level
    # Half a count keeps a minute without a request finite, and small counts from shouting.
    offset = min(COUNT_OFFSET, 0.05 * level)
    return np.asarray(np.log((np.maximum(actual, 0) + offset) / (np.maximum(expected, 0) + offset)))


def _level(expected: NDArray[np.float64]) -> float:
    return max(float(np.nanmedian(np.abs(expected))), 1e-12)


def _parts(
    running: Mapping[str, NDArray[np.float64]], scale: Scale, level: float
) -> dict[str, NDArray[np.float64]]:
    """What each ingredient adds, in the unit of the deviation."""
    parts: dict[str, NDArray[np.float64]] = {}
    before: NDArray[np.float64] | float = 0.0
    for label, path in running.items():
        after = np.log(np.maximum(path, 1e-9)) if scale == "multiplicative" else path / level
        parts[label] = after - before
        before = after
    return parts
