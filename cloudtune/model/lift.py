"""Curves of events that begin or end within a day, learned on the event's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from cloudtune.model import ridge
from cloudtune.model.event_clock import Clock, clock_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.occasions import Stretch
    from cloudtune.model.roster import Lesson, Roster

CURVE = 2.0
WEEKEND = 1.0
ATTRIBUTE = 0.3
ROUGHNESS = 0.5
"""Prior sd of the step from one bin to the next."""
ALONE = 0.35
"""Spread of an event's size from edition to edition, before it is known."""


@dataclass(frozen=True, eq=False)
class Lift:
    """A fitted curve of one event."""

    lesson: Lesson
    clock: Clock
    values: tuple[tuple[str, str], ...]
    """Attribute values with columns of their own."""
    beta: Floats
    spread: float
    """Sd of the size of an edition around the curve."""
    editions: int

    def path(self, grid: Grid, points: int) -> Floats:
        """The lift of the first `points` points."""
        design = _design(grid, self.clock, self.lesson.stretches, self.values, points)
        path: Floats = design @ self.beta
        return path


def lessons_on_the_clock(roster: Roster) -> list[Lesson]:
    """Events with a curve that has something to learn from."""
    return [lesson for lesson in roster.lessons if lesson.occasion.kind == "clock" and lesson.known]


def windows(grid: Grid, roster: Roster, points: int) -> Bools:
    """Points inside an event on the clock, its halo included."""
    inside = np.zeros(points, dtype=bool)
    for lesson in lessons_on_the_clock(roster):
        clock = clock_of(grid, lesson)
        for stretch in lesson.stretches:
            low, high = clock.reach(grid, stretch, points)
            inside[low:high] = True
    return inside


def fit_lifts(
    grid: Grid, roster: Roster, residuals: Floats, earlier: Sequence[Lift] = ()
) -> tuple[Lift, ...]:
    """Fit every event's curve to what level and shape leave over, one after the other."""
    points = len(residuals)
    paths = {lift.lesson.name: lift.path(grid, points) for lift in earlier}
    lifts = []
    for lesson in lessons_on_the_clock(roster):
        others = sum((p for name, p in paths.items() if name != lesson.name), np.zeros(points))
        lift = _fit(grid, lesson, residuals - others)
        paths[lesson.name] = lift.path(grid, points)
        lifts.append(lift)
    return tuple(lifts)


def _fit(grid: Grid, lesson: Lesson, residuals: Floats) -> Lift:
    clock = clock_of(grid, lesson)
    values = _telling(lesson.known)
    points = len(residuals)
    design = _design(grid, clock, lesson.known, values, points)
    used = np.flatnonzero((np.diff(design.indptr) > 0) & ~np.isnan(residuals))
    rows, target = design[used], residuals[used]
    size = design.shape[1]
    if not len(used):
        return Lift(lesson, clock, values, np.zeros(size), ALONE, 0)
    gram = np.asarray((rows.T @ rows).todense())
    noise = _noise(rows, target, clock)
    penalty = _penalty(clock, values, noise)
    beta = ridge.solve(gram + penalty, rows.T @ target, np.full(size, 1e-9))
    lift = Lift(lesson, clock, values, beta, ALONE, len(lesson.known))
    return Lift(lesson, clock, values, beta, _spread(grid, lift, residuals), len(lesson.known))


def _telling(known: Sequence[Stretch]) -> tuple[tuple[str, str], ...]:
    """Attribute values of attributes that have been seen to differ."""
    pairs = sorted({(k, v) for s in known for k, v in s.edition.attributes.items()})
    return tuple((k, v) for k, v in pairs if sum(other == k for other, _ in pairs) > 1)


def _design(
    grid: Grid, clock: Clock, stretches: Sequence[Stretch], values: tuple[tuple[str, str], ...], points: int
) -> sparse.csr_matrix:
    """Points by columns: the curve, the curve on weekends, a size for each attribute value."""
    rows, columns = [np.zeros(0, dtype="int64")], [np.zeros(0, dtype="int64")]
    weekend = grid.weekend > 0
    for stretch in stretches:
        low, high = clock.reach(grid, stretch, points)
        if low >= high:
            continue
        place = clock.bins(grid, stretch, low, high)
        at = np.arange(low, high)[place >= 0]
        place = place[place >= 0]
        rows.append(at)
        columns.append(place)
        if 0 <= stretch.top < grid.rows and weekend[stretch.top]:
            rows.append(at)
            columns.append(place + clock.size)
        for k, (name, value) in enumerate(values):
            if stretch.edition.attributes.get(name) == value:
                rows.append(at)
                columns.append(np.full(len(at), 2 * clock.size + k))
    row, column = np.concatenate(rows), np.concatenate(columns)
    shape = (points, 2 * clock.size + len(values))
    design = sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape)
    design.sum_duplicates()
    design.data[:] = 1.0  # Two editions at once count as one.
    return design


def _noise(rows: sparse.csr_matrix, target: Floats, clock: Clock) -> float:
    """Variance of a bin's value: neighbouring minutes say the same thing, so they count as one."""
    filled = np.asarray(rows[:, : clock.size].sum(axis=0)).ravel()
    per_bin = float(filled.sum() / max((filled > 0).sum(), 1))
    means = np.asarray(rows[:, : clock.size].T @ target).ravel() / np.maximum(filled, 1)
    left = target - np.asarray(rows[:, : clock.size] @ means).ravel()
    spread = float(np.var(left)) if per_bin > 1.5 else 0.1
    return max(spread, 1e-4)


def _penalty(clock: Clock, values: tuple[tuple[str, str], ...], noise: float) -> Floats:
    """Priors of the curve: how large, how rough; looser for the plain curve than for its variants."""
    size = 2 * clock.size + len(values)
    penalty = np.zeros((size, size))
    tau = np.concatenate(
        [np.full(clock.size, CURVE), np.full(clock.size, WEEKEND), np.full(len(values), ATTRIBUTE)]
    )
    penalty[np.diag_indices(size)] = noise / tau**2
    for start in (0, clock.size):
        for phase, edges in clock.edges.items():
            first = start + clock.offsets[phase]
            for k in range(first, first + len(edges) - 2):
                stiff = noise / ROUGHNESS**2
                penalty[k, k] += stiff
                penalty[k + 1, k + 1] += stiff
                penalty[k, k + 1] -= stiff
                penalty[k + 1, k] -= stiff
    return penalty


def _spread(grid: Grid, lift: Lift, residuals: Floats) -> float:
    """How much the size of editions differs from the curve, held up by a prior where there are few."""
    path = lift.path(grid, len(residuals))
    sizes = []
    for stretch in lift.lesson.known:
        low, high = max(stretch.first, 0), min(stretch.last, len(residuals))
        left = (residuals - path)[low:high]
        left = left[~np.isnan(left)]
        if len(left):
            sizes.append(float(left.mean()))
    count = len(sizes)
    if count < 2:
        return ALONE
    own = float(np.mean(np.square(sizes))) * (count + 1) / (count - 1)
    return float(np.sqrt((own * count + 2 * ALONE**2) / (count + 2)))
