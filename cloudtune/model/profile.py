"""The daily profile: one design over periods with every slot as a response."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.model import linalg, terms
from cloudtune.model.linalg import row_medians
from cloudtune.model.terms.regressors import slot_columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudtune.model.arrays import Bools, BySlot, Floats, Ints
    from cloudtune.model.columns import Columns, Ingredient
    from cloudtune.model.terms.term import Setting


SAMPLE = 180
"""Periods that a median over periods looks at."""


@dataclass(frozen=True, eq=False)
class ProfileFit:
    """Coefficients: columns by slots, and extra columns by slots."""

    design: ProfileDesign
    beta: Floats
    extra: Floats

    def path(self, first: int, last: int) -> Floats:
        """The profile of periods first to last."""
        values = self.design.columns.values[first:last] @ self.beta
        if self.extra.size:
            values = values + self.extra_part(slice(None), first, last)
        return values

    def extra_part(self, wanted: Ints | slice, first: int, last: int) -> Floats:
        """What the wanted columns that differ from slot to slot contribute."""
        by_slot = self.design.slot_columns[:, first:last, wanted]
        return (by_slot @ self.extra[wanted].T[:, :, None])[:, :, 0].T

    def part(self, wanted: Bools | Ints, first: int, last: int) -> Floats:
        """What the wanted columns contribute."""
        part: Floats = self.design.columns.values[first:last, wanted] @ self.beta[wanted]
        return part


def profile_noise(data: ProfileData) -> float:
    """Median over slots of the robust variance around the slot's middle."""
    sample = data.by_slot[-400:]
    if sample.shape[1] > 288:
        sample = sample[:, :: sample.shape[1] // 96]
    sample = sample[:, ~np.isnan(sample).all(axis=0)]
    if not sample.size:
        return 1e-4
    spread = 1.4826 * slot_median(np.abs(sample - slot_median(sample)))
    return float(max(np.median(spread) ** 2, 1e-6))


def winsorised(design: ProfileDesign, data: ProfileData, noise: float) -> ProfileData:
    """The data with gaps filled and outliers outside events pulled in."""
    first = fit_profile(design, _filled(data, _start(data)), noise)
    fitted = first.path(0, data.periods)
    residuals = data.by_slot - fitted
    spread = _slot_spread(residuals[~data.exempt] if (~data.exempt).any() else residuals)
    limit = linalg.HUBER * np.maximum(spread, 1e-9)
    held = fitted + np.clip(residuals, -limit, limit)
    steady = np.where(data.exempt[:, None], data.by_slot, held)
    return _with(data, np.where(np.isnan(data.by_slot), fitted, steady))


def fit_profile(design: ProfileDesign, data: ProfileData, noise: float) -> ProfileFit:
    """One ridge for all slots; `data` holds no gaps."""
    return solved(design, ProfileNormals.of(design, data, data.weight, 0), noise)


def solved(design: ProfileDesign, normals: ProfileNormals, noise: float) -> ProfileFit:
    """The ridge of these normal equations.

    Where columns differ from slot to slot, what all slots share is taken out of each slot's own at
    once, so that a system of its own columns alone is left for each.
    """
    penalty = linalg.penalties(noise, design.columns.prior)
    slots, count, _ = normals.own.shape
    if not count:
        return ProfileFit(design, linalg.solve(normals.gram, normals.target, penalty), np.zeros((0, 0)))
    sides = np.concatenate([normals.target, normals.cross.reshape(slots * count, -1).T], axis=1)
    answer = linalg.solve(normals.gram, sides, penalty + 1e-9)
    plain, explained = answer[:, :slots], answer[:, slots:].T.reshape(slots, count, -1)
    slot_penalty = linalg.penalties(noise, np.full(count, design.slot_prior)) + 1e-9
    system = normals.own - normals.cross @ explained.transpose(0, 2, 1) + np.diag(slot_penalty)
    extra = np.linalg.solve(system, normals.right - normals.cross @ plain.T[:, :, None])
    beta = plain - (explained.transpose(0, 2, 1) @ extra)[:, :, 0].T
    return ProfileFit(design, np.asarray(beta), np.asarray(extra[:, :, 0].T, dtype="float64"))


def smoothed(fit: ProfileFit, data: ProfileData, minutes: float) -> ProfileFit:
    """The fit with its coefficients smoothed around the clock, but for the sharp ones."""
    width = minutes / data.minutes
    if width < 1:
        return fit
    beta = np.where(data.sharp[:, None], fit.beta, circular_smooth(fit.beta, width))
    return ProfileFit(fit.design, beta, fit.extra)


def circular_smooth(values: Floats, width: float) -> Floats:
    """A Gaussian moving average around the clock; `width` is its full width at half height, in slots."""
    slots = values.shape[-1]
    sigma = width / 2.355
    distance = np.minimum(np.arange(slots), slots - np.arange(slots))
    kernel = np.exp(-0.5 * (distance / sigma) ** 2)
    spectrum = np.fft.rfft(kernel / kernel.sum())
    return np.fft.irfft(np.fft.rfft(values, axis=-1) * spectrum, n=slots, axis=-1)


def _start(data: ProfileData) -> Floats:
    """A first guess of the profile: the middle of each slot."""
    sample = data.by_slot[-180:]
    seen = ~np.isnan(sample).all(axis=0)
    centre = slot_median(sample)
    if seen.any():
        centre[~seen] = centre[seen].mean()
    return np.broadcast_to(centre, data.by_slot.shape)


def _filled(data: ProfileData, guess: Floats) -> ProfileData:
    return _with(data, np.where(np.isnan(data.by_slot), guess, data.by_slot))


def _with(data: ProfileData, by_slot: BySlot) -> ProfileData:
    return ProfileData(by_slot, data.weight, data.exempt, data.sharp, data.minutes)


def _slot_spread(residuals: Floats) -> Floats:
    """Robust sd of each slot, from a sample of periods: a median needs no more."""
    every = max(1, len(residuals) // SAMPLE)
    return 1.4826 * slot_median(np.abs(residuals[len(residuals) % every :: every]))


def slot_median(by_slot: BySlot) -> Floats:
    """The median of each slot over periods, NaN left out; 0 for a slot never seen."""
    middle, known = row_medians(by_slot.T)
    return np.where(known > 0, middle, 0.0)


def sharp_columns(design: ProfileDesign) -> Bools:
    """Columns of events: their edges are the signal, smoothing leaves them alone."""
    return design.columns.of_kind("event", "family")


@dataclass(frozen=True, eq=False)
class ProfileData:
    """What the profile is fitted to: the day's points less (or over) their level."""

    by_slot: BySlot
    """Periods by slots, NaN where missing."""
    weight: Floats
    """Per period."""
    exempt: Bools
    """Periods of events."""
    sharp: Bools
    """Columns that smoothing leaves alone."""
    minutes: int
    """Length of a slot."""

    @property
    def periods(self) -> int:
        """Training periods."""
        return len(self.by_slot)


@dataclass(frozen=True, eq=False)
class ProfileDesign:
    """Columns over all periods, and a few more that differ from slot to slot."""

    columns: Columns
    slot_columns: Floats
    """(slots, periods, extra columns)."""
    slot_labels: tuple[Ingredient, ...]
    slot_prior: float = 0.15

    @classmethod
    def of(cls, setting: Setting) -> ProfileDesign:
        """The terms of the profile, and what moves within days."""
        by_slot, labels = slot_columns(setting)
        return cls(terms.columns_of(terms.PROFILE_TERMS, setting), by_slot, labels)

    @property
    def has_variables(self) -> bool:
        """True where anything but calendar and events bends the day."""
        return bool(self.slot_labels) or bool(self.columns.of_kind("regressor").any())

    def shrunk(self, share: float) -> ProfileDesign:
        """The same columns, those of variables held to a part of their prior sd."""
        columns = self.columns
        prior = np.where(columns.of_kind("regressor"), share * columns.prior, columns.prior)
        return replace(self, columns=replace(columns, prior=prior), slot_prior=share * self.slot_prior)


FOREVER = float("inf")


@dataclass(frozen=True, eq=False)
class ProfileNormals:
    """What a ridge for all slots needs to know of its periods."""

    gram: Floats
    """Of the columns that all slots share."""
    target: Floats
    """(shared columns, slots)."""
    own: Floats
    """(slots, own columns, own columns)."""
    cross: Floats
    """(slots, own columns, shared columns)."""
    right: Floats
    """(slots, own columns, 1)."""

    @classmethod
    def of(cls, design: ProfileDesign, data: ProfileData, weight: Floats, first: int) -> ProfileNormals:
        """Of the periods from `first` on, one for each weight; `data` holds no gaps."""
        part = slice(first, first + len(weight))
        shared, by_slot = design.columns.values[part], data.by_slot[part]
        faded = shared * weight[:, None]
        extra = design.slot_columns[:, part]
        weighted = (extra * weight[:, None]).transpose(0, 2, 1)
        return cls(
            faded.T @ shared,
            faded.T @ by_slot,
            weighted @ extra,
            weighted @ shared,
            weighted @ by_slot.T[:, :, None],
        )

    def after(self, kept: float, new: ProfileNormals) -> ProfileNormals:
        """Of earlier periods, of which a part is kept, and new ones."""
        return ProfileNormals(
            kept * self.gram + new.gram,
            kept * self.target + new.target,
            kept * self.own + new.own,
            kept * self.cross + new.cross,
            kept * self.right + new.right,
        )


def normals_of_lengths(
    design: ProfileDesign, data: ProfileData, half_life: float, ends: Sequence[int]
) -> dict[int, ProfileNormals]:
    """By training length, shortest first: a longer one takes over what a shorter one has added up."""
    found: dict[int, ProfileNormals] = {}
    first = 0
    for end in sorted(set(ends)):
        fade = (
            np.ones(end - first)
            if half_life == FOREVER
            else _fade(np.arange(end - first - 1, -1, -1), half_life)
        )
        new = ProfileNormals.of(design, data, data.weight[first:end] * fade, first)
        kept = 1.0 if half_life == FOREVER else float(_fade(np.array([end - first]), half_life)[0])
        found[end] = found[first].after(kept, new) if first else new
        first = end
    return found


def _fade(periods: np.ndarray, half_life: float) -> Floats:
    return np.asarray(0.5 ** (periods / half_life))
