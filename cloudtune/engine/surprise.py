"""Days that stray far from where the days before them stood: news at once, whatever a model makes of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.engine.result import Surprise

if TYPE_CHECKING:
    from cloudtune.engine.projection import Projection
    from cloudtune.model.arrays import Floats

FAR = 4.5
"""Standard deviations: of normal noise once in 400 years of days."""
TOLD, BEFORE, JUDGED = 28, 7, 90
"""Periods looked at, those that each is held against, and those that tell how far such ones stray."""
_FEWEST = 21
_TO_SD = 1.4826
"""From the median distance to the standard deviation of normal noise."""


def surprises(projection: Projection) -> tuple[Surprise, ...]:
    """Days (or calendar steps) of the last weeks that stray by more than anything in the months before.

    A day's level is what its seasons, events and variables leave; it is held against the mean of the week
    before it. A day that has only begun counts by the part that is known. Why more than all but one of the
    days before, too: a series that jumps every month says nothing new by jumping.
    """
    model = projection.model
    residuals = model.level.fit.residuals[: model.periods]
    known = np.flatnonzero(np.isfinite(residuals))
    strays = strays_of(residuals[known])
    found = []
    for place in range(max(len(strays) - TOLD, _FEWEST), len(strays)):
        usual = np.abs(strays[max(place - JUDGED, 0) : place])
        sd = _TO_SD * float(np.median(usual))
        if 0 < FAR * sd < abs(strays[place]) and abs(strays[place]) > np.sort(usual)[-2]:
            period = int(known[place + BEFORE])
            found.append(_told(projection, period, float(strays[place]), sd))
    return tuple(found)


def strays_of(residuals: Floats) -> Floats:
    """Each residual, from the eighth on, less the mean of the seven before it."""
    if len(residuals) <= BEFORE:
        return np.empty(0)
    sums = np.cumsum(np.concatenate([[0.0], residuals]))
    return np.asarray(residuals[BEFORE:] - (sums[BEFORE:-1] - sums[: -BEFORE - 1]) / BEFORE)


def _told(projection: Projection, period: int, stray: float, sd: float) -> Surprise:
    """The stray as a share of the level of its day.

    Why not in units of the series: a reader compares it with growth and lifts, which are shares, too.
    """
    model = projection.model
    level = float(model.level.fit.path()[period])
    change, usual = model.link.rates((stray, sd), level)
    return Surprise(model.plan.grid.days[period], model.link.as_share(change), model.link.as_share(usual))
