"""Actuals laid beside a forecast, point by point, over one window of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.spec.messages import did_you_mean

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from cloudtune.data.series import Series
    from cloudtune.spec.resolved import Event, Occurrence, ResolvedSpec
    from cloudtune.track.vintage import Vintage


@dataclass(frozen=True, slots=True)
class TrackedWindow:
    """A half-open window, with the occurrence that it is about."""

    start: datetime
    end: datetime
    event: Event | None = None
    occurrence: Occurrence | None = None


def window_of(
    resolved: ResolvedSpec,
    event: str | None,
    start: datetime | None,
    end: datetime | None,
    *,
    until: datetime,
) -> TrackedWindow:
    """The window asked for; an event without --from is its last occurrence that began before `until`."""
    if event is None:
        return _plain(start, end, until)
    found = next((one for one in resolved.events if one.name == event), None)
    if found is None:
        raise Refusal(_unknown(resolved, event))
    begun = [one for one in found.occurrences if one.start < until and (start is None or one.end > start)]
    if not begun:
        raise Refusal(_not_yet(found, until))
    occurrence = begun[0] if start is not None else begun[-1]
    return TrackedWindow(start or occurrence.start, end or occurrence.end, found, occurrence)


def next_after(event: Event, occurrence: Occurrence) -> Occurrence | None:
    """The occurrence that follows."""
    return next((one for one in event.occurrences if one.start > occurrence.start), None)


def _plain(start: datetime | None, end: datetime | None, until: datetime) -> TrackedWindow:
    if start is None:
        hint = "name an --event, or give --from and --to"
        raise Refusal(Problem("CT780", "nothing says which window to track", hint))
    last = end or until
    if last <= start:
        raise Refusal(
            Problem("CT780", f"the window ends before it starts: {start} to {last}", "check --from and --to")
        )
    return TrackedWindow(start, last)


def _unknown(resolved: ResolvedSpec, event: str) -> Problem:
    known = sorted(one.name for one in resolved.events)
    hint = did_you_mean(event, known) if known else "the spec has no event; give --from and --to"
    return Problem("CT780", f"{resolved.spec.name} has no event {event!r}", hint)


def _not_yet(event: Event, until: datetime) -> Problem:
    message = f"no occurrence of {event.name} has begun before {until:%Y-%m-%d %H:%M}, where the data ends"
    return Problem(
        "CT783", message, "track it once it has begun, or choose another with --from", file=event.file
    )


@dataclass(frozen=True, eq=False)
class Tracking:
    """One window: what was forecast and what came; all arrays (vintage.timeline.periods,)."""

    name: str
    unit: str
    window: TrackedWindow
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


def tracking_of(name: str, series: Series, vintage: Vintage, window: TrackedWindow) -> Tracking:
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


def _out_of_reach(name: str, vintage: Vintage, window: TrackedWindow) -> Problem:
    first, last = vintage.timeline.local[0], vintage.timeline.after(1).local[0]
    return Problem(
        "CT780",
        f"the forecast of {name} made at {vintage.made.astype('datetime64[m]')} covers "
        f"{first.astype('datetime64[m]')} to {last.astype('datetime64[m]')}, "
        f"not {window.start:%Y-%m-%dT%H:%M}",
        "name a revision from before the window with --revision, or a longer horizon of the base step",
    )
