"""Shape, lifts and actual day levels on one link, fitted in turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.event_columns import event_rows
from cloudtune.model.lift import Lift, fit_lifts, lessons_on_the_clock, windows
from cloudtune.model.row_levels import row_levels
from cloudtune.model.shape import ShapeData, ShapeDesign, fit_shape, shape_noise, slot_median, winsorised
from cloudtune.model.shape_columns import shape_design, sharp_columns
from cloudtune.model.shape_tuning import Choices, ShapeChoice, tune_shape

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.model.arrays import Bools, Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.links import Link
    from cloudtune.model.plan import Plan
    from cloudtune.model.roster import Roster

ROUNDS = 2
TINY = 1e-9
FEW = 0.5


@dataclass(frozen=True, eq=False)
class Ground:
    """What one link makes of the data, short of the level's regression."""

    link: Link
    grid: Grid
    level: Floats
    """Actual level of each training row; NaN where it has none."""
    weight: Floats
    shape: ShapeChoice | None
    """None for one slot a row."""
    lifts: tuple[Lift, ...]
    score: float
    """Backtest WAPE of the shape, level held at its actual value."""

    def shape_rows(self, first: int, last: int) -> Floats:
        """The shape of rows first to last, without events on the clock."""
        if self.shape is None:
            return np.full((last - first, 1), 1.0 if self.link.name == "ratio" else 0.0)
        return self.shape.fit.path(first, last)

    def lift_points(self, points: int) -> Floats:
        """All lifts together over the first `points` points."""
        return sum((lift.path(self.grid, points) for lift in self.lifts), np.zeros(points))


def ground_of(plan: Plan, events: Roster, values: Floats, link: Link, choices: Choices) -> Ground:
    """Fit shape and lifts by turns, then tune the shape."""
    grid, points = plan.grid, len(values)
    rows = int(grid.row[points - 1]) + 1
    raw = grid.fold(values, rows)
    cells = link.forward(raw)
    if grid.slots == 1:
        level, weight = cells[:, 0], (~np.isnan(cells[:, 0])).astype("float64")
        if link.name == "ratio":
            level = np.log(np.maximum(level, TINY))
        return Ground(link, grid, level, weight, None, (), 0.0)
    design = shape_design(plan, events, rows)
    exempt = event_rows(grid, events)[:rows] > 0
    data = ShapeData(cells, np.ones(rows), exempt, sharp_columns(design), grid.timeline.step.minutes)
    level, weight, lift_cells, lifts, hidden = _turns(plan, events, design, data, link)
    ready = _shape_data(data, level, weight, lift_cells, link)
    choice = tune_shape(design, ready, raw, _back(level, lift_cells, link), (plan.horizon, choices))
    level, weight = row_levels(
        cells - lift_cells, choice.fit.path(0, rows), link, hidden, grid.weekday[:rows]
    )
    return Ground(link, grid, level, weight, choice, lifts, _best(choice))


def _turns(
    plan: Plan, events: Roster, design: ShapeDesign, data: ShapeData, link: Link
) -> tuple[Floats, Floats, Floats, tuple[Lift, ...], Bools]:
    """Backfitting: levels, shape and lifts each take what the others leave."""
    grid, rows = plan.grid, data.rows
    shape = _middle(data.cells, link)
    lift_cells = np.zeros_like(data.cells)
    lifts: tuple[Lift, ...] = ()
    level, weight = np.zeros(rows), np.zeros(rows)
    on_clock = bool(lessons_on_the_clock(events))
    hidden = _hidden(grid, events, data) if on_clock else np.zeros(data.cells.shape, dtype=bool)
    for turn in range(ROUNDS + on_clock):
        cells = np.where(hidden, np.nan, data.cells) if turn == 0 else data.cells
        level, weight = row_levels(cells - lift_cells, shape, link, hidden, grid.weekday[:rows])
        ready = _shape_data(replace(data, cells=cells), level, weight, lift_cells, link)
        noise = shape_noise(ready)
        shape = fit_shape(design, winsorised(design, ready, noise), noise).path(0, rows)
        if on_clock:
            level, weight = row_levels(cells - lift_cells, shape, link, hidden, grid.weekday[:rows])
            lifts = _lifts(grid, events, data.cells - shape - np.nan_to_num(level)[:, None], level, lifts)
            lift_cells = _lift_cells(grid, lifts, data.cells.shape)
    return level, weight, lift_cells, lifts, hidden


def _hidden(grid: Grid, events: Roster, data: ShapeData) -> Bools:
    """Cells that events on the clock cover: level and shape are first learned without them."""
    inside = windows(grid, events, _points(grid, data.rows)).astype("float64")
    return grid.fold(inside, data.rows) > 0


def _points(grid: Grid, rows: int) -> int:
    return int(np.searchsorted(grid.row, rows))


def _lifts(
    grid: Grid, events: Roster, cells: Floats, level: Floats, earlier: tuple[Lift, ...]
) -> tuple[Lift, ...]:
    left = np.where(np.isnan(level)[:, None], np.nan, cells)
    residuals = grid.unfold(left, 0, _points(grid, len(cells)))
    return fit_lifts(grid, events, residuals, earlier)


def _lift_cells(grid: Grid, lifts: tuple[Lift, ...], shape: tuple[int, ...]) -> Floats:
    points = _points(grid, shape[0])
    total = sum((lift.path(grid, points) for lift in lifts), np.zeros(points))
    return np.nan_to_num(grid.fold(total, shape[0]))


def _shape_data(data: ShapeData, level: Floats, weight: Floats, lift_cells: Floats, link: Link) -> ShapeData:
    """What the shape has to explain once the level is known."""
    if link.name == "ratio":
        cells = data.cells / np.exp(level)[:, None]
    else:
        cells = data.cells - lift_cells - level[:, None]
    return replace(data, cells=cells, weight=weight)


def _middle(cells: Floats, link: Link) -> Floats:
    """A first shape: the middle of each slot around the row's mean."""
    seen = ~np.isnan(cells).all(axis=1)
    sample = cells[seen][-180:]
    if not len(sample):
        return np.full(cells.shape, 1.0 if link.name == "ratio" else 0.0)
    centre = np.nanmean(sample, axis=1, keepdims=True)
    around = sample / np.where(centre > 0, centre, 1.0) if link.name == "ratio" else sample - centre
    empty = np.isnan(around).all(axis=0)
    middle = np.where(empty, 1.0 if link.name == "ratio" else 0.0, slot_median(around))
    if link.name == "ratio" and middle.mean() < FEW:
        # Counts near zero: the middle of most slots is nothing, their mean is not.
        middle = np.where(empty, 1.0, np.nanmean(np.where(empty, 1.0, around), axis=0))
    return np.broadcast_to(middle, cells.shape)


def _back(level: Floats, lift_cells: Floats, link: Link) -> Callable[[int, int, Floats], Floats]:
    def back(first: int, last: int, shape: Floats) -> Floats:
        held = np.nan_to_num(level[first:last])[:, None]
        return link.back(np.broadcast_to(held, shape.shape), shape + lift_cells[first:last])

    return back


def _best(choice: ShapeChoice) -> float:
    return min(choice.scores.values()) if choice.scores else 0.0
