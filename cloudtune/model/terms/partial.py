"""What an event adds while it lasts, read off steps of which it covers a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.occurrences import LearnedEvent
    from cloudtune.model.terms.term import Setting

AROUND = 4
"""Steps of the same weekday, to each side, that an event's step is held against."""
LEAST, MOST = -0.95, 50.0
WHOLE = 0.999


def excesses(setting: Setting, sizes: Floats, exempt: Bools) -> dict[str, float]:
    """By event that covers steps in part: what it adds to a step that it would cover whole, as a share.

    `sizes` are the training values by period, NaN where there is none; `exempt` are periods of events.
    Why: on a scale of logarithms an hour of 3x on a day is not a 24th of a day of 3x.
    """
    if setting.grid.slots > 1:
        return {}
    partial = [
        learned
        for learned in setting.roles.learned_events
        if learned.placed_event.kind == "day" and any((s.share < WHOLE).any() for s in learned.occurrences)
    ]
    if not partial:
        return {}
    quiet = np.where(exempt, np.nan, sizes)
    return {learned.name: _excess(learned, sizes, quiet, 7 // setting.grid.unit or 1) for learned in partial}


def _excess(learned: LearnedEvent, sizes: Floats, quiet: Floats, apart: int) -> float:
    """Least squares of what was above the steps around, on the part that was covered."""
    parts, above = [], []
    for placed in learned.known:
        for share, period in zip(placed.share, range(placed.top, placed.bottom), strict=True):
            usual = _usual(quiet, period, apart) if 0 <= period < len(sizes) else np.nan
            if usual > 0 and np.isfinite(sizes[period]):
                parts.append(float(share))
                above.append(float(sizes[period]) / usual - 1)
    weight = float(np.square(parts).sum()) if parts else 0.0
    return float(np.clip(np.dot(parts, above) / weight, LEAST, MOST)) if weight > 0 else 0.0


def _usual(quiet: Floats, period: int, apart: int) -> float:
    """The middle of the same weekday around a period, events left out; NaN where there is none."""
    near = period + apart * np.arange(-AROUND, AROUND + 1)
    found = quiet[near[(near >= 0) & (near < len(quiet))]]
    return float(np.nanmedian(found)) if np.isfinite(found).any() else float("nan")
