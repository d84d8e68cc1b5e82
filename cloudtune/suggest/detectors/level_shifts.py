"""Level shifts: days on which the level steps up or down and stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from cloudtune.suggest.days import by_day
from cloudtune.suggest.proposals import Proposal, share, stamp
from cloudtune.yaml_edit.edit import Append

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.days import Days
    from cloudtune.suggest.residuals import Residuals

SIDE = 28
"""Days looked at on either side."""
LEAST = 14
SIGMAS = 5.0
SMALLEST = 0.05
SUDDEN = 0.7
"""Share of the step that must happen within five days."""
YEAR = 364
APART = 28
WANDERING = 3.0
"""Times the usual move of four weeks against the four before."""
WANDERING_DAYS = 100


class FoundShift(NamedTuple):
    """A step of the level at the start of day number `place`."""

    place: int
    size: float
    strength: float


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal a step that no declared level shift explains."""
    days = by_day(view)
    if view.timeline.step.days > 1 or days.day.size < 2 * LEAST:
        return []
    declared = [np.datetime64(shift.at.date, "D") for shift in resolved.spec.trend.level_shifts]
    found = found_shifts(level_of(view, days))
    return [_proposal(view, resolved.file, days, step) for step in found if not _known(days, step, declared)]


def level_of(view: Residuals, days: Days) -> NDArray[np.float64]:
    """The level of each quiet day with its seasons taken out: the model's trend plus what it leaves.

    Why: a flexible trend bends towards a step; only together with the residual it shows.
    """
    trend = view.parts.get("trend")
    if trend is None:
        return np.where(days.in_event, np.nan, days.deviation)
    _, first = np.unique(view.timeline.day, return_index=True)
    return np.where(days.in_event, np.nan, days.deviation + trend[first])


def found_shifts(level: NDArray[np.float64]) -> list[FoundShift]:
    """The strongest steps, at least four weeks apart, ordered by place."""
    noise, moves = _noise(level), _moves(level)
    places = [place for place in range(LEAST, level.size - LEAST) if abs(moves[place]) >= SMALLEST]
    scored = [_found_shift(level, place, noise) for place in places]
    found: list[FoundShift] = []
    for step in sorted((one for one in scored if one is not None), key=lambda one: -one.strength):
        apart = all(_is_apart(step, other) for other in found)
        lasting = _stands_out(moves, step) and not _recurs(level, step)
        if apart and lasting and _is_sudden(level, step):
            found.append(step)
    return sorted(found)


def _moves(level: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of the four weeks from each day on, less that of the four before; 0 where unknown."""
    rolled = pd.Series(level).rolling(SIDE, min_periods=LEAST // 2).median().to_numpy()
    before = np.concatenate(([np.nan], rolled[:-1]))
    after = np.concatenate((rolled[SIDE - 1 :], np.full(SIDE - 1, rolled[-1])))
    return np.nan_to_num(after - before)


def _stands_out(moves: NDArray[np.float64], step: FoundShift) -> bool:
    """True where the level does not wander as far by itself; little data can't tell."""
    others = moves[np.abs(np.arange(moves.size) - step.place) > 2 * SIDE]
    if others.size < WANDERING_DAYS:
        return True
    usual = float(np.median(others))
    spread = float(np.median(np.abs(others - usual))) * 1.4826
    return abs(step.size - usual) >= WANDERING * spread


def _is_apart(step: FoundShift, other: FoundShift) -> bool:
    """False beside a stronger step, and a year from it: the yearly wave bends to it there, too."""
    distance = abs(step.place - other.place)
    return distance > APART and abs(distance - YEAR) > APART // 2


def _noise(level: NDArray[np.float64]) -> float:
    """Spread of the difference between weeks that follow each other, as of one week's median."""
    weeks = [_median(level[start : start + 7]) for start in range(0, level.size - 6, 7)]
    moves = np.abs(np.diff(np.array(weeks)))
    moves = moves[np.isfinite(moves)]
    return max(float(np.median(moves)) * 1.4826 / np.sqrt(2), 1e-4) if moves.size else np.inf


def _found_shift(level: NDArray[np.float64], place: int, noise: float) -> FoundShift | None:
    before = level[max(0, place - SIDE) : place]
    after = level[place : place + SIDE]
    if min(np.isfinite(before).sum(), np.isfinite(after).sum()) < LEAST * 0.7:
        return None
    sizes = [
        _median(level[place : place + side]) - _median(level[max(0, place - side) : place])
        for side in (LEAST, SIDE, 2 * SIDE)
    ]
    size = min(sizes, key=abs) if min(sizes) * max(sizes) > 0 else 0.0
    strength = abs(size) / noise
    return FoundShift(place, size, strength) if strength >= SIGMAS and abs(size) >= SMALLEST else None


def _is_sudden(level: NDArray[np.float64], step: FoundShift) -> bool:
    """True where the step happens within days; a season or a slope takes weeks."""
    jump = _median(level[step.place + 1 : step.place + 6]) - _median(
        level[max(0, step.place - 6) : step.place - 1]
    )
    return bool(jump / step.size >= SUDDEN)


def _recurs(level: NDArray[np.float64], step: FoundShift) -> bool:
    """True where a year earlier or later there is a like step: that is a season."""
    for place in (step.place - YEAR, step.place + YEAR):
        if LEAST <= place <= level.size - LEAST:
            other = _median(level[place : place + SIDE]) - _median(level[max(0, place - SIDE) : place])
            if other / step.size > 0.5:
                return True
    return False


def _median(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")


def _known(days: Days, step: FoundShift, declared: Sequence[np.datetime64]) -> bool:
    when = days.day[step.place]
    return any(abs((when - shift).astype(int)) <= APART // 2 for shift in declared)


def _proposal(view: Residuals, file: str, days: Days, step: FoundShift) -> Proposal:
    at, relative = days.day[step.place].astype("datetime64[s]"), view.relative(step.size)
    side = "up" if relative > 0 else "down"
    words = f"the level steps {side} to {share(relative).replace('times', 'times what it was')}"
    words = words if "times" in words else f"{words} what it was"
    seen = f"seen in the data: {share(relative)}"
    return Proposal(
        kind="level-shift",
        file=file,
        path=("trend", "level_shifts"),
        reason=f"from {stamp(at)} on {words} and stays there ({step.strength:.0f} sd of a week)",
        edits=(Append(("trend", "level_shifts"), {"at": stamp(at), "reason": seen}),),
        strength=float(step.strength),
        start=at,
        size=relative,
    )
