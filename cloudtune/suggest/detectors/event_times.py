"""Occurrences whose real start lies hours from the declared one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cloudtune.suggest.proposals import Proposal, length, stamp
from cloudtune.yaml_edit.edit import Put

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec
    from cloudtune.suggest.residuals import Residuals

FARTHEST_HOURS = 14
LEAST_MINUTES = 45
BETTER = 0.6
"""Share of the misfit that the move must take away."""
TELLING = 0.6
"""Share of the occurrence's own lift that its moved curve must explain."""
CLEAR = 0.15
"""The event's usual lift must have at least this spread for its place to be told."""


class MovedStart(NamedTuple):
    """An occurrence and how much later (or earlier, negative) its curve fits best."""

    occurrence: Occurrence
    points: int
    gain: float


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal an occurrence that is declared by hand and starts within a day."""
    if view.timeline.step.is_calendar:
        return []
    return [
        _proposal(view, event, move)
        for event in resolved.events
        for move in _moves(view, event)
        if "occurrences" in move.occurrence.path
    ]


def _moves(view: Residuals, event: Event) -> Iterator[MovedStart]:
    part = view.parts.get(f"event:{event.name}")
    if part is None or len(event.occurrences) < 2:
        return
    for occurrence in filter(_is_timed, _alone(event)):
        move = _best(view, event, occurrence)
        if move is not None:
            yield move


def _is_timed(occurrence: Occurrence) -> bool:
    """False for whole days: their curve is the day's."""
    return (occurrence.start.hour, occurrence.start.minute) != (0, 0) or occurrence.duration.days < 1


def _alone(event: Event) -> list[Occurrence]:
    """Occurrences without another one so near that its curve could be taken for theirs."""
    far = timedelta(hours=2 * FARTHEST_HOURS)
    return [
        one
        for one in event.occurrences
        if all(
            other is one or other.end + far < one.start or one.end + far < other.start
            for other in event.occurrences
        )
    ]


def _best(view: Residuals, event: Event, occurrence: Occurrence) -> MovedStart | None:
    """The shift of the other occurrences' mean curve that fits this occurrence best."""
    reach = FARTHEST_HOURS * 60 // view.timeline.step.minutes
    size = max(1, int(occurrence.duration.total_seconds() // 60 // view.timeline.step.minutes))
    own = _lift(view, event, occurrence, 2 * reach, size)
    others = [
        _lift(view, event, other, 2 * reach, size) for other in event.occurrences if other is not occurrence
    ]
    others = [curve for curve in others if np.isfinite(curve).mean() > 0.9]
    if not others or np.isfinite(own).mean() < 0.9:
        return None
    model = np.nan_to_num(np.nanmean(others, axis=0))
    if np.ptp(model) < CLEAR:
        return None
    return _shift(view, occurrence, np.nan_to_num(own), model, reach)


def _shift(
    view: Residuals, occurrence: Occurrence, own: NDArray[np.float64], model: NDArray[np.float64], reach: int
) -> MovedStart | None:
    inner = slice(reach, own.size - reach)
    errors = {
        points: _misfit(own[inner], model[reach - points : own.size - reach - points])
        for points in range(-reach, reach + 1)
    }
    best = min(errors, key=lambda points: (errors[points], abs(points)))
    gain = 1.0 - errors[best] / max(errors[0], 1e-12)
    told = 1.0 - errors[best] / max(float(np.sum(own[inner] ** 2)), 1e-12)
    far_enough = abs(best) * view.timeline.step.minutes >= LEAST_MINUTES and abs(best) < reach
    return MovedStart(occurrence, best, gain) if far_enough and gain >= BETTER and told >= TELLING else None


def _misfit(own: NDArray[np.float64], model: NDArray[np.float64]) -> float:
    """Squared error once the model's height is fitted; occurrences differ in size, not in place."""
    power = float(model @ model)
    scale = float(np.clip(own @ model / power, 0.3, 3.0)) if power > 0 else 0.0
    return float(np.sum((own - scale * model) ** 2))


def _lift(
    view: Residuals, event: Event, occurrence: Occurrence, reach: int, size: int
) -> NDArray[np.float64]:
    """The lift around an occurrence as the data has it: what the model gives the event, and what is left."""
    first = view.timeline.position(occurrence.start)
    places = np.arange(first - reach, first + size + reach)
    inside = (places >= 0) & (places < view.timeline.periods)
    safe = np.clip(places, 0, view.timeline.periods - 1)
    lift = view.deviation[safe] + view.parts[f"event:{event.name}"][safe] - view.drift[safe]
    return np.where(inside, lift, np.nan)


def _proposal(view: Residuals, event: Event, move: MovedStart) -> Proposal:
    minutes = abs(move.points) * view.timeline.step.minutes
    side = "later" if move.points > 0 else "earlier"
    declared = np.datetime64(move.occurrence.start.replace(tzinfo=None), "s")
    real = declared + np.timedelta64(move.points * view.timeline.step.minutes * 60, "s")
    return Proposal(
        kind="event-time",
        file=event.file,
        path=(*move.occurrence.path, "start"),
        reason=f"{event.name} of {stamp(declared)} fits its other occurrences {length(minutes)} {side}, "
        f"at {stamp(real)}: {move.gain:.0%} of the misfit goes",
        edits=(Put((*move.occurrence.path, "start"), stamp(real)),),
        strength=move.gain * 10,
        start=real,
        end=real + np.timedelta64(int(move.occurrence.duration.total_seconds()), "s"),
    )
