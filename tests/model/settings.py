"""Settings of fits as small as a test needs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.model.level import LevelData
from cloudtune.model.links import LogLink
from cloudtune.model.occurrences import event_roles
from cloudtune.model.plan import GROWTHS, NO_CHANGEPOINTS, CustomSeason, FitPlan
from cloudtune.model.terms.term import Setting
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from cloudtune.model.plan import Changepoints


def setting(
    periods: int,
    ahead: int = 0,
    *,
    seasons: tuple[str, ...] | None = None,
    custom: tuple[CustomSeason, ...] = (),
    changepoints: Changepoints = NO_CHANGEPOINTS,
) -> Setting:
    """Days from a Monday on, no events and no variables."""
    grid = Grid.of(Timeline(np.datetime64("2024-01-01", "s"), periods + ahead, STEPS["1d"], "UTC"))
    plan = FitPlan(
        grid, (), (), changepoints, seasons, custom, GROWTHS, (), seek_changepoints=True, horizon=ahead
    )
    return Setting(plan, event_roles((), periods), periods)


def levels(values: np.ndarray, weight: np.ndarray | None = None) -> LevelData:
    """Levels on the log scale, all of them seen unless told otherwise."""
    seen = np.ones(len(values)) if weight is None else weight
    return LevelData(values, seen, np.zeros(len(values), dtype=bool), 1, LogLink(1.0, 0.0))
