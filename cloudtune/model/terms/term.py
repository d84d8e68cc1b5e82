"""What a term is: one ingredient of the level or of the profile, and what it may know of the fit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cloudtune.model.columns import NO_COLUMNS
from cloudtune.model.plan import NO_CHANGEPOINTS

if TYPE_CHECKING:
    from cloudtune.model.columns import Columns
    from cloudtune.model.grid import Grid
    from cloudtune.model.occurrences import EventRoles
    from cloudtune.model.plan import Changepoints, FitPlan

LONG_ENOUGH = 400.0
"""Days of data from which yearly waves are trusted."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What terms may know: the plan, the length of the training data, its events and changepoints."""

    plan: FitPlan
    roles: EventRoles
    periods: int
    """Training periods."""
    regressors: Columns = NO_COLUMNS
    """What daily values of the variables do to the level, over the plan's grid: `terms/regressors.py`."""
    found: Changepoints = NO_CHANGEPOINTS
    """Changepoints found in the data, beside the declared ones of the plan."""

    @property
    def grid(self) -> Grid:
        """Training and horizon together."""
        return self.plan.grid

    @property
    def days(self) -> float:
        """Days of training data."""
        return float(self.grid.age[self.periods - 1]) + self.grid.unit

    def allows(self, season: str) -> bool:
        """True where the spec leaves the choice of seasons to the data, or names this one."""
        return self.plan.seasons is None or season in self.plan.seasons


class Term(Protocol):
    """One ingredient of the level (or the profile): what it adds to the design, and how far it is trusted."""

    @property
    def name(self) -> str:
        """What the ablation bench calls it."""

    def is_carried(self, setting: Setting) -> bool:
        """Is it asked for, and is there data enough to learn it?"""

    def columns(self, setting: Setting) -> Columns:
        """(periods, columns), each with its ingredient and a prior standard deviation on the link's scale."""
