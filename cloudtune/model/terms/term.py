"""What a term is: one ingredient of the level or of the profile, and what it may know of the fit."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from cloudtune.model.columns import NO_COLUMNS
from cloudtune.model.occurrences import event_roles
from cloudtune.model.plan import NO_CHANGEPOINTS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.model.columns import Columns
    from cloudtune.model.grid import Grid
    from cloudtune.model.occurrences import EventRoles
    from cloudtune.model.plan import Changepoints, FitPlan

LONG_ENOUGH = 400.0
"""Days of data from which a year tells itself from a trend: tests of the past have no yearly waves before."""
A_YEAR, MOST_OF_A_YEAR = 370.0, 300.0
"""Days from which the forecast itself has yearly waves, held short; and from which declared ones are free."""


@dataclass(frozen=True, eq=False)
class Setting:
    """What terms may know: the plan, the length of the training data, its events and changepoints."""

    plan: FitPlan
    roles: EventRoles
    periods: int
    """Training periods."""
    first: int = 0
    """The first of them that is learned from."""
    regressors: Columns = NO_COLUMNS
    """What daily values of the variables do to the level, over the plan's grid: `terms/regressors.py`."""
    found: Changepoints = NO_CHANGEPOINTS
    """Changepoints found in the data, beside the declared ones of the plan."""
    excess: Mapping[str, float] = field(default_factory=dict)
    """By event: what it adds to a step of one that it covers whole, from `partial.py`."""
    month_days: tuple[str, ...] = ()
    """Days of the month that stand out by themselves, found in the data: `terms/month.py`."""

    @classmethod
    def of(cls, plan: FitPlan, points: int, begins: int = 0) -> Setting:
        """The setting of a fit to so many points, learned from the point `begins` on."""
        period = plan.grid.period
        roles = event_roles(plan.placed_events, points)
        return cls(plan, roles, int(period[points - 1]) + 1, int(period[begins]))

    def on(self, plan: FitPlan, points: int) -> Setting:
        """The same periods at another step."""
        return self if plan is self.plan else replace(self.of(plan, points), first=self.first)

    @property
    def grid(self) -> Grid:
        """Training and horizon together."""
        return self.plan.grid

    @property
    def days(self) -> float:
        """Days of training data, from the first that is learned from."""
        return float(self.grid.age[self.periods - 1] - self.start) + self.grid.unit

    @property
    def start(self) -> float:
        """Age of the first period that is learned from."""
        return float(self.grid.age[self.first])

    @property
    def declares_year(self) -> bool:
        """True where the spec names the yearly season itself."""
        return self.plan.seasons is not None and "yearly" in self.plan.seasons

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
