"""A series, what was done to it before a model may see it, and the hash of what is left."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.data.timeline import Timeline
    from cloudtune.errors import Problem


Aggregate = Literal["sum", "mean", "max"]


@dataclass(frozen=True, eq=False)
class Series:
    """Values on a regular timeline; NaN where there is none."""

    timeline: Timeline
    values: NDArray[np.float64]
    unit: str = ""
    aggregate: Aggregate = "sum"


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that was mended while reading, counted and shown."""

    kind: str
    """duplicate, missing, not_finite, zero_filled, misaligned, repeated_hour, ..."""
    count: int
    detail: str = ""


@dataclass(frozen=True, eq=False)
class Variable:
    """A regressor on the series' own timeline, known past the end of the series.

    `values` covers the series and its horizon: shape (periods + horizon,). A variable
    coarser than the series repeats; `is_daily` says that it is constant within a local day.
    """

    name: str
    values: NDArray[np.float64]
    effect: Literal["auto", "level", "shape"]
    is_daily: bool


@dataclass(frozen=True, eq=False)
class Cleaned:
    """A series ready for a model: outliers masked, repairs counted, variables aligned."""

    series: Series
    masked: NDArray[np.bool_]
    """True inside declared outlier windows; `series.values` still holds what was read there."""
    repairs: tuple[Repair, ...] = ()
    variables: tuple[Variable, ...] = ()
    history: Series | None = None
    data_hash: str = ""
    rows: int = field(default=0)
    """Rows read from the source before any repair."""
    findings: tuple[Problem, ...] = ()
    """Warnings about the data that its owner should see first, each with its mend."""

    @cached_property
    def usable(self) -> NDArray[np.float64]:
        """What a model may learn from: the series' values, NaN where masked or missing; read only."""
        seen = np.where(self.masked | ~np.isfinite(self.series.values), np.nan, self.series.values)
        seen.setflags(write=False)
        return seen


LENGTH = 16


def fingerprint(series: Series, variables: tuple[Variable, ...], history: Series | None) -> str:
    """16 hex digits of what a model would see; the file's format and order of rows don't show."""
    digest = hashlib.sha256()
    for part in (series, history):
        if part is not None:
            head = f"{part.timeline.start} {part.timeline.step} {part.timeline.timezone}"
            digest.update(f"{head} {part.timeline.periods}\n".encode())
            digest.update(_bytes(part.values))
    for variable in sorted(variables, key=lambda each: each.name):
        digest.update(f"{variable.name} {len(variable.values)}\n".encode())
        digest.update(_bytes(variable.values))
    return digest.hexdigest()[:LENGTH]


def _bytes(values: np.ndarray) -> bytes:
    # One NaN and one zero: their bit patterns differ between machines and file formats.
    plain = np.where(np.isnan(values), np.nan, values + 0.0)
    return plain.astype("<f8").tobytes()
