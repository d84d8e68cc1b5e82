"""The curve of the day: one design over days with every slot as a response."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import ridge
from cloudtune.model.medians import row_medians
from cloudtune.model.shape_data import ShapeData, ShapeDesign
from cloudtune.model.shape_normals import Normals

if TYPE_CHECKING:
    from cloudtune.model.arrays import Bools, Floats, Ints


SAMPLE = 180
"""Rows that a median over rows looks at."""


@dataclass(frozen=True, eq=False)
class ShapeFit:
    """Coefficients: columns by slots, and extra columns by slots."""

    design: ShapeDesign
    beta: Floats
    extra: Floats

    def path(self, first: int, last: int) -> Floats:
        """The shape of rows first to last."""
        values = self.design.columns.values[first:last] @ self.beta
        if self.extra.size:
            values = values + self.extra_part(slice(None), first, last)
        return values

    def extra_part(self, wanted: Ints | slice, first: int, last: int) -> Floats:
        """What the wanted columns that differ from slot to slot contribute."""
        cells = self.design.slot_columns[:, first:last, wanted]
        return (cells @ self.extra[wanted].T[:, :, None])[:, :, 0].T

    def part(self, wanted: Bools | Ints, first: int, last: int) -> Floats:
        """What the wanted columns contribute."""
        part: Floats = self.design.columns.values[first:last, wanted] @ self.beta[wanted]
        return part


def shape_noise(data: ShapeData) -> float:
    """Median over slots of the robust variance around the slot's middle."""
    sample = data.cells[-400:]
    if sample.shape[1] > 288:
        sample = sample[:, :: sample.shape[1] // 96]
    sample = sample[:, ~np.isnan(sample).all(axis=0)]
    if not sample.size:
        return 1e-4
    spread = 1.4826 * slot_median(np.abs(sample - slot_median(sample)))
    return float(max(np.median(spread) ** 2, 1e-6))


def winsorised(design: ShapeDesign, data: ShapeData, noise: float) -> ShapeData:
    """The data with gaps filled and outliers outside events pulled in."""
    first = fit_shape(design, _filled(data, _start(data)), noise)
    fitted = first.path(0, data.rows)
    residuals = data.cells - fitted
    spread = _slot_spread(residuals[~data.exempt] if (~data.exempt).any() else residuals)
    limit = ridge.HUBER * np.maximum(spread, 1e-9)
    held = fitted + np.clip(residuals, -limit, limit)
    steady = np.where(data.exempt[:, None], data.cells, held)
    return _with(data, np.where(np.isnan(data.cells), fitted, steady))


def fit_shape(design: ShapeDesign, data: ShapeData, noise: float) -> ShapeFit:
    """One ridge for all slots; `data` holds no gaps."""
    return solved(design, Normals.of(design, data, data.weight, 0), noise)


def solved(design: ShapeDesign, normals: Normals, noise: float) -> ShapeFit:
    """The ridge of these normal equations.

    Where columns differ from slot to slot, what all slots share is taken out of each slot's own at
    once, so that a system of its own columns alone is left for each.
    """
    penalty = ridge.penalties(noise, design.columns.tau)
    slots, count, _ = normals.own.shape
    if not count:
        return ShapeFit(design, ridge.solve(normals.gram, normals.target, penalty), np.zeros((0, 0)))
    sides = np.concatenate([normals.target, normals.cross.reshape(slots * count, -1).T], axis=1)
    answer = ridge.solve(normals.gram, sides, penalty + 1e-9)
    plain, explained = answer[:, :slots], answer[:, slots:].T.reshape(slots, count, -1)
    slot_penalty = ridge.penalties(noise, np.full(count, design.slot_tau)) + 1e-9
    system = normals.own - normals.cross @ explained.transpose(0, 2, 1) + np.diag(slot_penalty)
    extra = np.linalg.solve(system, normals.right - normals.cross @ plain.T[:, :, None])
    beta = plain - (explained.transpose(0, 2, 1) @ extra)[:, :, 0].T
    return ShapeFit(design, np.asarray(beta), np.asarray(extra[:, :, 0].T, dtype="float64"))


def smoothed(fit: ShapeFit, data: ShapeData, minutes: float) -> ShapeFit:
    """The fit with its coefficients smoothed around the clock, but for the sharp ones."""
    width = minutes / data.minutes
    if width < 1:
        return fit
    beta = np.where(data.sharp[:, None], fit.beta, circular_smooth(fit.beta, width))
    return ShapeFit(fit.design, beta, fit.extra)


def circular_smooth(values: Floats, width: float) -> Floats:
    """A Gaussian moving average around the clock; `width` is its full width at half height, in slots."""
    slots = values.shape[-1]
    sigma = width / 2.355
    distance = np.minimum(np.arange(slots), slots - np.arange(slots))
    kernel = np.exp(-0.5 * (distance / sigma) ** 2)
    spectrum = np.fft.rfft(kernel / kernel.sum())
    return np.fft.irfft(np.fft.rfft(values, axis=-1) * spectrum, n=slots, axis=-1)


def _start(data: ShapeData) -> Floats:
    """A first guess of the shape: the middle of each slot."""
    sample = data.cells[-180:]
    seen = ~np.isnan(sample).all(axis=0)
    centre = slot_median(sample)
    if seen.any():
        centre[~seen] = centre[seen].mean()
    return np.broadcast_to(centre, data.cells.shape)


def _filled(data: ShapeData, guess: Floats) -> ShapeData:
    return _with(data, np.where(np.isnan(data.cells), guess, data.cells))


def _with(data: ShapeData, cells: Floats) -> ShapeData:
    return ShapeData(cells, data.weight, data.exempt, data.sharp, data.minutes)


def _slot_spread(residuals: Floats) -> Floats:
    """Robust sd of each slot, from a sample of rows: a median needs no more."""
    every = max(1, len(residuals) // SAMPLE)
    return 1.4826 * slot_median(np.abs(residuals[len(residuals) % every :: every]))


def slot_median(cells: Floats) -> Floats:
    """The median of each slot over rows, NaN left out; 0 for a slot never seen."""
    middle, known = row_medians(cells.T)
    return np.where(known > 0, middle, 0.0)
