"""Actuals laid beside a vintage, point by point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem, Refusal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.data.series import Series
    from cloudtune.track.vintage import Vintage
    from cloudtune.track.window import Window


@dataclass(frozen=True, eq=False)
class Tracking:
    """One window: what was forecast and what came; all arrays (vintage.timeline.periods,)."""

    name: str
    unit: str
    window: Window
    vintage: Vintage
    actual: NDArray[np.float64]
    """NaN where nothing came, or nothing has come yet."""

    @property
    def known(self) -> NDArray[np.bool_]:
        """Points with an actual."""
        return np.isfinite(self.actual)

    @property
    def elapsed(self) -> int:
        """Points up to the last actual."""
        places = np.flatnonzero(self.known)
        return int(places[-1]) + 1 if places.size else 0

    @property
    def is_over(self) -> bool:
        """True once the last point has come."""
        return self.elapsed == self.actual.size

    @property
    def minutes(self) -> int:
        """Length of one point."""
        return self.vintage.timeline.step.minutes


def tracking_of(name: str, series: Series, vintage: Vintage, window: Window) -> Tracking:
    """Cut both to the window; refuses where the forecast does not reach it or nothing came."""
    first = vintage.timeline.position(window.start)
    last = min(vintage.timeline.position(window.end), vintage.timeline.periods)
    if first < 0 or last <= first:
        raise Refusal(_out_of_reach(name, vintage, window))
    part = vintage.part(first, last)
    actual = actuals_on(series, part)
    if not np.isfinite(actual).any():
        message = f"no actuals of {name} have come for {window.start:%Y-%m-%d %H:%M} and after"
        raise Refusal(Problem("CT783", message, "wait for the data, or track an earlier window"))
    return Tracking(name, series.unit, window, part, actual)


def actuals_on(series: Series, vintage: Vintage) -> NDArray[np.float64]:
    """The series' values at the points of a vintage; NaN outside the series."""
    where = np.searchsorted(series.timeline.utc, vintage.timeline.utc)
    inside = where < series.timeline.periods
    safe = np.where(inside, where, 0)
    same = inside & (series.timeline.utc[safe] == vintage.timeline.utc)
    return np.where(same, series.values[safe], np.nan)


def _out_of_reach(name: str, vintage: Vintage, window: Window) -> Problem:
    first, last = vintage.timeline.local[0], vintage.timeline.after(1).local[0]
    return Problem(
        "CT780",
        f"the forecast of {name} made at {vintage.made.astype('datetime64[m]')} covers "
        f"{first.astype('datetime64[m]')} to {last.astype('datetime64[m]')}, "
        f"not {window.start:%Y-%m-%dT%H:%M}",
        "name a revision from before the window with --revision, or a longer horizon of the base step",
    )
