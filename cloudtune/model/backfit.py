"""Shape, lifts and actual day levels on one link, fitted in turns."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model.event_columns import event_rows
from cloudtune.model.event_footprint import Felt, felt
from cloudtune.model.lift import Lift, fit_lifts
from cloudtune.model.row_levels import row_levels
from cloudtune.model.shape import fit_shape, shape_noise, slot_median, winsorised
from cloudtune.model.shape_columns import shape_design, sharp_columns
from cloudtune.model.shape_data import ShapeData, ShapeDesign
from cloudtune.model.shape_tuning import Choices, ShapeChoice, tune_shape

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
        return lift_points(self.lifts, points)


@dataclass(frozen=True, eq=False)
class Scene:
    """What the fits of all links have in common."""

    plan: Plan
    values: Floats
    raw: Floats
    """The values, rows by slots."""
    events: tuple[Felt, ...]
    """Those on the clock."""
    design: ShapeDesign
    exempt: Bools
    """Rows of events."""

    @classmethod
    def of(cls, plan: Plan, events: Roster, values: Floats) -> Scene:
        """Lay out events, columns and values of a day with slots."""
        grid, points = plan.grid, len(values)
        rows = int(grid.row[points - 1]) + 1
        exempt = event_rows(grid, events)[:rows] > 0
        design = shape_design(plan, events, rows)
        return cls(plan, values, grid.fold(values, rows), felt(grid, events, points), design, exempt)

    @cached_property
    def hidden(self) -> Bools:
        """Cells that events on the clock cover: level and shape are first learned without them."""
        inside = np.zeros(len(self.values))
        for event in self.events:
            for low, high in event.reaches(self.plan.grid, len(self.values)):
                inside[low:high] = 1.0
        return self.plan.grid.fold(inside, len(self.raw)) > 0


@dataclass(frozen=True, eq=False)
class Turned:
    """Level, shape and lifts of one link after backfitting, before the shape is tuned."""

    link: Link
    cells: Floats
    lift_cells: Floats
    lifts: tuple[Lift, ...]
    ready: ShapeData
    """What the shape has to explain."""
    level: Floats


def lift_points(lifts: Sequence[Lift], points: int) -> Floats:
    """All lifts together over the first `points` points."""
    total = np.zeros(points)
    for lift in lifts:
        lift.add_to(total)
    return total


def plain_ground(plan: Plan, values: Floats, link: Link) -> Ground:
    """Rows of one slot: the values are the levels."""
    grid = plan.grid
    cells = link.forward(grid.fold(values, int(grid.row[len(values) - 1]) + 1))[:, 0]
    weight = (~np.isnan(cells)).astype("float64")
    level = np.log(np.maximum(cells, TINY)) if link.name == "ratio" else cells
    return Ground(link, grid, level, weight, None, (), 0.0)


def turned(scene: Scene, link: Link) -> Turned:
    """Backfitting: levels, shape and lifts each take what the others leave."""
    grid, all_cells = scene.plan.grid, link.forward(scene.raw)
    rows, minutes = len(all_cells), grid.timeline.step.minutes
    data = ShapeData(all_cells, np.ones(rows), scene.exempt, sharp_columns(scene.design), minutes)
    shape = _middle(all_cells, link)
    lift_cells = np.zeros_like(all_cells)
    lifts: tuple[Lift, ...] = ()
    level, weight = np.zeros(rows), np.zeros(rows)
    on_clock = bool(scene.events)
    for turn in range(ROUNDS + on_clock):
        cells = np.where(scene.hidden, np.nan, all_cells) if turn == 0 and on_clock else all_cells
        level, weight = row_levels(cells - lift_cells, shape, link, scene.hidden, grid.weekday[:rows])
        ready = _shape_data(replace(data, cells=cells), level, weight, lift_cells, link)
        noise = shape_noise(ready)
        shape = fit_shape(scene.design, winsorised(scene.design, ready, noise), noise).path(0, rows)
        if on_clock:
            level, weight = row_levels(cells - lift_cells, shape, link, scene.hidden, grid.weekday[:rows])
            lifts = _lifts(scene, all_cells - shape - np.nan_to_num(level)[:, None], level, lifts)
            lift_cells = np.nan_to_num(grid.fold(lift_points(lifts, len(scene.values)), rows))
    return Turned(
        link, all_cells, lift_cells, lifts, _shape_data(data, level, weight, lift_cells, link), level
    )


def tuned(scene: Scene, before: Turned, choices: Choices) -> Ground:
    """The ground with its shape tuned, and levels read off that shape."""
    link, grid, rows = before.link, scene.plan.grid, len(scene.raw)
    back = _back(before.level, before.lift_cells, link)
    choice = tune_shape(scene.design, before.ready, scene.raw, back, (scene.plan.horizon, choices))
    level, weight = row_levels(
        before.cells - before.lift_cells, choice.fit.path(0, rows), link, scene.hidden, grid.weekday[:rows]
    )
    return Ground(link, grid, level, weight, choice, before.lifts, _best(choice))


def _lifts(scene: Scene, cells: Floats, level: Floats, earlier: tuple[Lift, ...]) -> tuple[Lift, ...]:
    left = np.where(np.isnan(level)[:, None], np.nan, cells)
    return fit_lifts(scene.events, scene.plan.grid.unfold(left, 0, len(scene.values)), earlier)


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
