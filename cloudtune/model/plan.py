"""What a model is asked for: the spec's wishes in numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from cloudtune.data.series import Variable
    from cloudtune.model.arrays import Bools, Dates, Floats
    from cloudtune.model.grid import Grid
    from cloudtune.model.links import LinkName
    from cloudtune.model.occasions import Occasion

Growth = Literal["linear", "damped", "flat"]
BendKind = Literal["slope", "level"]
GROWTHS: tuple[Growth, ...] = ("linear", "damped", "flat")


@dataclass(frozen=True, slots=True)
class Custom:
    """A season of any length."""

    name: str
    period: float
    """Days."""
    order: int


@dataclass(frozen=True, slots=True)
class Seasons:
    """Which waves a model holds; 0 shuts one out."""

    weekly: bool
    yearly: int
    monthly: bool
    shape_yearly: int
    custom: tuple[Custom, ...] = ()


@dataclass(frozen=True, slots=True)
class Bend:
    """A declared change of the trend, in days since the first row."""

    kind: BendKind
    age: float
    reason: str


@dataclass(frozen=True, eq=False)
class Past:
    """Totals (or means) of whole local days, NaN where there is none."""

    days: Dates
    values: Floats


@dataclass(frozen=True, eq=False)
class Plan:
    """The parts of a fit that don't depend on where the training data ends."""

    grid: Grid
    """Training and horizon together."""
    occasions: tuple[Occasion, ...]
    variables: tuple[Variable, ...]
    bends: tuple[Bend, ...]
    seasons: tuple[str, ...] | None
    """Named seasonality that the spec allows; None for auto."""
    custom: tuple[Custom, ...]
    growths: tuple[Growth, ...]
    links: tuple[LinkName, ...]
    """Candidates; empty where the data decides."""
    seek_breaks: bool
    horizon: int
    """Rows ahead that matter most."""
    past: Past | None = None
    """A longer, coarser history."""
    adds_up: bool = True
    """True for sums: what is never seen counts as nothing."""


@dataclass(frozen=True, eq=False)
class Training:
    """The data of one fit: the first points of the plan's timeline."""

    values: Floats
    """NaN where missing or masked."""
    cells: Floats
    """The same, rows by slots."""
    seen: Bools = field(repr=False)
    """Rows with enough cells to have a level."""
