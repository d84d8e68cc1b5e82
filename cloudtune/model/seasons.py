"""Which waves a history is long enough for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.model.level_design import LONG_ENOUGH
from cloudtune.model.plan import Seasons

if TYPE_CHECKING:
    from cloudtune.model.plan import Plan

MONTHLY_DAYS = 180
WEEKLY_DAYS = 8


def seasons_of(plan: Plan, rows: int) -> Seasons:
    """Waves allowed by the spec and carried by `rows` rows."""
    grid = plan.grid
    days = float(grid.age[rows - 1]) + grid.unit
    allowed = plan.seasons
    yearly = (allowed is None or "yearly" in allowed) and days >= LONG_ENOUGH
    weekly = (allowed is None or "weekly" in allowed) and grid.unit == 1 and days >= WEEKLY_DAYS
    monthly = allowed is None and grid.unit == 1 and days >= MONTHLY_DAYS
    return Seasons(weekly, 10 if yearly else 0, monthly, 3 if yearly else 0, plan.custom)
