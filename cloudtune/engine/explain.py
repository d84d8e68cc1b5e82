"""The ingredients of one moment, a stretch or an occurrence, with their product checked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.engine.decompose import Decomposition
from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from cloudtune.engine.projection import Projection
    from cloudtune.engine.result import Scale
    from cloudtune.model.arrays import Floats
    from cloudtune.model.occurrences import PlacedOccurrence

EXACT = 1e-9


@dataclass(frozen=True, eq=False)
class Composition:
    """Why a stretch of the forecast (or of the past) is what the model says."""

    start: np.datetime64
    """Naive local wall time of the first base step."""
    end: np.datetime64
    """Just after the last."""
    points: int
    scale: Scale
    value: float
    """Sum over the stretch of the median path."""
    ingredients: Mapping[str, float]
    """In the order in which they are applied: factors (the first one is an amount) or terms."""
    actual: float
    """Sum of what was seen; NaN ahead of the data."""
    steps: Mapping[str, float]
    """What each ingredient adds to the value; these sum to it on either scale."""

    @property
    def check(self) -> float:
        """The product (or sum) of the ingredients: equal to `value`."""
        parts = list(self.ingredients.values())
        return float(np.prod(parts)) if self.scale == "multiplicative" else float(np.sum(parts))

    @property
    def holds(self) -> bool:
        """True where the ingredients give back the value."""
        return abs(self.check - self.value) <= EXACT * max(abs(self.value), EXACT)


def explain_at(projection: Projection, when: datetime) -> Composition:
    """The base step that holds the aware instant `when`."""
    timeline = projection.model.plan.grid.timeline
    stamp = np.datetime64(int(when.timestamp()), "s")
    place = int(np.searchsorted(timeline.utc, stamp, side="right")) - 1
    if stamp >= timeline.stop:
        place = timeline.periods
    return explain_points(projection, place, place + 1)


def explain_between(projection: Projection, start: datetime, end: datetime) -> Composition:
    """The base steps from `start` up to `end`."""
    timeline = projection.model.plan.grid.timeline
    return explain_points(projection, timeline.position(start), timeline.position(end))


def explain_event(projection: Projection, name: str) -> tuple[Composition, ...]:
    """Every occurrence of an event that the timeline holds, past ones too."""
    for placed_event in projection.model.plan.placed_events:
        if placed_event.name == name:
            return tuple(e for s in placed_event.occurrences if (e := _occurrence(projection, s)) is not None)
    names = ", ".join(sorted(o.name for o in projection.model.plan.placed_events)) or "none"
    raise Refusal(Problem("CT506", f"no event is called {name!r}", f"known events: {names}"))


def explain_points(projection: Projection, first: int, last: int) -> Composition:
    """Base points first to last, counted from the start of the data."""
    model = projection.model
    timeline = model.plan.grid.timeline
    if not 0 <= first < last <= timeline.periods:
        raise Refusal(
            Problem(
                "CT505",
                "this time lies outside of the data and the forecast",
                f"ask between {timeline.local[0]} and {timeline.local[-1]} ({timeline.timezone})",
            )
        )
    totals = _totals(projection, first, last)
    scale = model.link.effects.scale
    local = timeline.local
    width = np.timedelta64(timeline.step.minutes * 60, "s")
    return Composition(
        local[first],
        local[last - 1] + width,
        last - first,
        scale,
        totals[-1][1],
        _ingredients(totals, scale),
        _actual(projection, first, last),
        _steps(totals),
    )


def _occurrence(projection: Projection, placed: PlacedOccurrence) -> Composition | None:
    periods = projection.model.plan.grid.timeline.periods
    first, last = max(placed.first, 0), min(placed.last, periods)
    return explain_points(projection, first, last) if first < last else None


def _totals(projection: Projection, first: int, last: int) -> list[tuple[str, float]]:
    """The stretch's sum after each ingredient."""
    running = list(Decomposition(projection.model, first, last).running())
    totals = [(str(label), float(np.sum(path))) for label, path in running[:-1]]
    label, path = running[-1]
    held = np.clip(path, projection.floor, projection.ceiling)
    return [*totals, (str(label), float(np.sum(held)))]


def _ingredients(totals: list[tuple[str, float]], scale: Scale) -> dict[str, float]:
    found: dict[str, float] = {}
    before = 1.0 if scale == "multiplicative" else 0.0
    for label, after in totals:
        found[label] = after / before if scale == "multiplicative" and before else after - before
        before = after
    return found


def _steps(totals: list[tuple[str, float]]) -> dict[str, float]:
    before, found = 0.0, {}
    for label, after in totals:
        found[label] = after - before
        before = after
    return found


def _actual(projection: Projection, first: int, last: int) -> float:
    values: Floats = projection.values
    return float(np.sum(values[first:last])) if last <= len(values) else float("nan")
