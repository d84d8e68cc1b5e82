"""Dips with recovery: weeks far below the same season of other years, with the old level before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import pandas as pd

from cloudtune.suggest.proposals import Proposal, share, stamp
from cloudtune.yaml_edit.edit import Append

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.residuals import Residuals

YEAR, WEEK = 52, 7
DEEP, STANDS_OUT = 0.29, 4.0
"""Log, a quarter below; and times the usual distance from the other years."""
LEAST, LONGEST, AROUND = 3, 45, 8
"""Weeks: of the deep part, of the whole window, and of the level on either side."""
BACK = 0.3
"""Part of the depth that may be left once the level is back."""
ALONE = 0.5
"""Part of the depth by which the series falls and rises where other years do not."""
ROUNDS = 3


class Dip(NamedTuple):
    """Weeks `start` to `stop` (exclusive), `depth` (log) below what other years say."""

    start: int
    stop: int
    depth: float
    strength: float


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """One proposal a dip that no declared window leaves out."""
    days, daily = _daily(view)
    levels = _weekly(daily, days)
    return [_proposal(view, resolved.file, days, daily, dip) for dip in found_dips(levels)]


def found_dips(levels: NDArray[np.float64]) -> list[Dip]:
    """Dips of weekly levels (weeks,), log scale, NaN where unknown; none without another year."""
    if levels.size <= YEAR + AROUND:
        return []
    ordinary = np.ones(levels.size, dtype=bool)
    found: list[Dip] = []
    for _ in range(ROUNDS):
        # Where a dip is what other years are measured by, they look high: leave it out, look again.
        apart = _apart(levels, ordinary)
        found = [dip for core in _cores(apart) if (dip := _dip(apart, *core)) and _is_own(levels, dip)]
        ordinary = np.ones(levels.size, dtype=bool)
        for dip in found:
            ordinary[dip.start : dip.stop] = False
    return found


def _daily(view: Residuals) -> tuple[NDArray[np.datetime64], NDArray[np.float64]]:
    """Every day with its log level; a weekly point stands for the days of its week."""
    known = pd.Series(np.where(view.usable, view.actual, np.nan))
    day = view.timeline.day.astype("datetime64[D]")
    span = np.arange(day[0], day[-1] + max(1, view.timeline.step.days))
    daily = known.groupby(day).mean().reindex(pd.Index(span))
    if view.timeline.step.days > 1:
        daily = daily.ffill(limit=view.timeline.step.days - 1)
    values = np.maximum(daily.to_numpy(dtype="float64"), 0.0)
    usual = float(np.nanmedian(values))
    return span, np.log(values + max(0.01 * usual, 1e-9))


def _weekly(daily: NDArray[np.float64], days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    weeks = daily[: days.size // WEEK * WEEK].reshape(-1, WEEK)
    counts = np.isfinite(weeks).sum(axis=1)
    enough = counts >= max(1.0, float(np.median(counts)) * 0.7) if counts.size else counts > 0
    sums = np.nansum(weeks, axis=1)
    return np.where(enough, sums / np.maximum(counts, 1), np.nan)


def _apart(levels: NDArray[np.float64], ordinary: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far each week is from the same week of the other years, the usual growth taken out."""
    known = np.where(ordinary, levels, np.nan)
    moves = known[YEAR:] - known[:-YEAR]
    growth = _median(moves)
    years = range(-(levels.size // YEAR), levels.size // YEAR + 1)
    others = np.array([_shifted(known, year) - growth * year for year in years if year])
    usual = np.array([_median(column) for column in others.T])
    return np.asarray(levels - usual)


def _shifted(levels: NDArray[np.float64], years: int) -> NDArray[np.float64]:
    """The level of the same week `years` later; NaN outside."""
    places = np.arange(levels.size) + years * YEAR
    inside = (places >= 0) & (places < levels.size)
    return np.where(inside, levels[np.clip(places, 0, levels.size - 1)], np.nan)


def _cores(apart: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Runs of deep weeks, gaps of up to two weeks joined."""
    usual = _median(apart)
    limit = usual - max(DEEP, STANDS_OUT * 1.4826 * _median(np.abs(apart - usual)))
    runs: list[tuple[int, int]] = []
    for place in np.flatnonzero(apart < limit):
        if runs and place - runs[-1][1] <= 2:
            runs[-1] = (runs[-1][0], int(place) + 1)
        else:
            runs.append((int(place), int(place) + 1))
    return [run for run in runs if run[1] - run[0] >= LEAST]


def _dip(apart: NDArray[np.float64], first: int, last: int) -> Dip | None:
    """The core with its fall and its recovery; None where the level does not come back."""
    noise = max(1.4826 * _median(np.abs(np.diff(apart))) / np.sqrt(2), 0.01)
    before = _median(apart[max(0, first - 2 - AROUND) : max(0, first - 1)])
    later = apart[last : last + YEAR]
    later = later[np.isfinite(later)]
    if later.size < AROUND or not np.isfinite(before):
        return None
    after = float(np.quantile(later, 0.6))
    depth = min(before, after) - _median(apart[first:last])
    start, stop = first, last
    while start > 0 and apart[start - 1] < before - max(3 * noise, 0.05):
        start -= 1
    while stop < apart.size and apart[stop] < after - max(1.5 * noise, 0.02):
        stop += 1
    back = abs(_median(apart[stop : stop + AROUND]) - before) <= BACK * depth
    if not back or apart.size - stop < AROUND // 2 or stop - start > LONGEST or start < AROUND // 2:
        return None
    return Dip(start, stop, float(depth), float(depth / noise))


def _is_own(levels: NDArray[np.float64], dip: Dip) -> bool:
    """True where the series itself falls and rises, as it does in no usual year: no echo of a shift."""
    whole = levels.size // YEAR
    others = [_shifted(levels, year) for year in range(-whole, whole + 1) if year]
    for start in (dip.start - AROUND // 2, dip.stop):
        own = _above(levels, start, dip)
        usual = _median(np.array([_above(moved, start, dip) for moved in others]))
        if not own - usual >= ALONE * dip.depth:
            return False
    return True


def _above(levels: NDArray[np.float64], start: int, dip: Dip) -> float:
    """How far four weeks beside a dip are above it."""
    return _median(levels[start : start + AROUND // 2]) - _median(levels[dip.start : dip.stop])


def _first_day(daily: NDArray[np.float64], dip: Dip) -> int:
    """The day of the fall, within a week of the week that it was seen in."""
    guess = dip.start * WEEK
    for place in range(max(2 * WEEK, guess - WEEK), guess + WEEK):
        weeks = [daily[place - back * WEEK] for back in (2, 3, 4) if place >= back * WEEK]
        if daily[place] < _median(np.array(weeks)) - dip.depth / 2:
            return place
    return guess


def _proposal(
    view: Residuals, file: str, days: NDArray[np.datetime64], daily: NDArray[np.float64], dip: Dip
) -> Proposal:
    place = _first_day(daily, dip) if view.timeline.step.days == 1 else dip.start * WEEK
    first, past = days[place], days[0] + np.timedelta64(dip.stop * WEEK, "D")
    start, end = (one.astype("datetime64[s]") for one in (first, past))
    relative = float(np.expm1(-dip.depth))
    weeks = dip.stop - dip.start
    seen = f"{share(relative)} the same weeks of other years"
    window = {"start": stamp(start), "end": stamp(end), "reason": f"{seen}, then back to the level before"}
    return Proposal(
        kind="outlier",
        file=file,
        path=("outliers",),
        reason=f"{stamp(start)} to {stamp(end)}: {seen} for {weeks} weeks, then back to the level before; "
        "left in, it bends the yearly season",
        edits=(Append(("outliers",), window),),
        strength=dip.strength,
        start=start,
        end=end,
        size=relative,
        dates=tuple(np.arange(first, past)),
    )


def _median(values: NDArray[np.float64]) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if known.size else float("nan")
