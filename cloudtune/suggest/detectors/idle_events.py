"""Events that show no effect although the data has seen them often enough."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.suggest.days import by_day
from cloudtune.suggest.proposals import Proposal
from cloudtune.yaml_edit.edit import Remove

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.spec.resolved import Event, ResolvedSpec
    from cloudtune.suggest.days import Days
    from cloudtune.suggest.residuals import Residuals

LEAST_OCCURRENCES = 3
LARGEST = 0.03
"""An effect below this is none."""
ERRORS = 2.0


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal an event whose mean effect is nil, and known to be."""
    if view.timeline.step.days > 1:
        return []
    days = by_day(view)
    return [made for event in resolved.events if (made := _judge(view, days, resolved, event)) is not None]


def _judge(view: Residuals, days: Days, resolved: ResolvedSpec, event: Event) -> Proposal | None:
    if event.effect is not None or event.like is not None:
        return None
    effects = _effects(view, days, event)
    if len(effects) < LEAST_OCCURRENCES:
        return None
    mean = float(np.mean(effects))
    error = float(np.std(effects, ddof=1) / np.sqrt(len(effects)))
    # Nil, and so precisely nil that twice its error is still small.
    if abs(mean) > ERRORS * error or abs(mean) + ERRORS * error > LARGEST:
        return None
    is_own = event.file == resolved.file
    where = "" if is_own else f"; it is shared by {event.file}, so others may need it"
    return Proposal(
        kind="idle-event",
        file=event.file,
        path=event.path,
        reason=f"{event.name} moves nothing: {mean:+.1%} (±{ERRORS * error:.1%}) "
        f"over {len(effects)} occurrences{where}",
        edits=(Remove(event.path),) if is_own else (),
        strength=LARGEST / max(error, 1e-6),
        size=mean,
    )


def _effects(view: Residuals, days: Days, event: Event) -> list[float]:
    """Each occurrence's effect on its days: what the model gives it, and what is left over."""
    part = view.parts.get(f"event:{event.name}")
    found = []
    for occurrence in event.occurrences:
        first, last = view.timeline.position(occurrence.start), view.timeline.position(occurrence.end)
        if first < 0 or last > view.timeline.periods or last <= first:
            continue
        found.append(_effect(view, days, part, slice(first, last)))
    return [value for value in found if np.isfinite(value)]


def _effect(view: Residuals, days: Days, part: NDArray[np.float64] | None, inside: slice) -> float:
    at = np.searchsorted(days.day, view.timeline.day[inside])
    left = view.deviation[inside] - days.drift[at]
    given = part[inside] if part is not None else np.zeros(left.size)
    known = np.isfinite(left)
    return float(np.mean(given[known] + left[known])) if known.any() else float("nan")
