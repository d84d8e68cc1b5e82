"""Seasonality that is missing from an explicit list, or of no use in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from cloudtune.suggest.days import by_day
from cloudtune.suggest.proposals import Proposal
from cloudtune.yaml_edit.edit import Append, Remove

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.suggest.residuals import Residuals

EXPLAINS = 0.15
"""Share of the residual variance from which on a missing season is worth a line."""
CYCLES = 3
YEARS = 2
USELESS = 0.005
"""Spread of a season below which it says nothing."""


def find(view: Residuals, resolved: ResolvedSpec) -> list[Proposal]:
    """Proposals for a spec that lists its seasons; with `auto` the engine chooses."""
    listed = resolved.spec.seasonality
    if listed == "auto":
        return []
    names = [season for season in listed if isinstance(season, str)]
    missing = [name for name in ("daily", "weekly", "yearly") if name not in names and _possible(view, name)]
    found = [_missing(view, resolved.file, name) for name in missing]
    idle = [_useless(view, resolved.file, place, str(season)) for place, season in enumerate(listed)
            if isinstance(season, str) and len(listed) > 1]  # fmt: skip
    return [proposal for proposal in (*found, *idle) if proposal is not None]


def _possible(view: Residuals, name: str) -> bool:
    days = view.timeline.periods * view.timeline.step.minutes / 1440
    step = view.timeline.step
    return {
        "daily": step.slots > 1 and days >= CYCLES,
        "weekly": step.days <= 1 and days >= CYCLES * 7,
        "yearly": days >= YEARS * 365,
    }[name]


def _missing(view: Residuals, file: str, name: str) -> Proposal | None:
    share = _explained(*_phases(view, name))
    if share < EXPLAINS:
        return None
    return Proposal(
        kind="seasonality",
        file=file,
        path=("seasonality",),
        reason=f"a {name} pattern would explain {share:.0%} of the residuals, and is not listed",
        edits=(Append(("seasonality",), name),),
        strength=share * 20,
    )


def _phases(view: Residuals, name: str) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """What is left, and the place of each value within the season."""
    if name == "daily":
        return np.where(view.in_event, np.nan, view.local), view.timeline.slot
    days = by_day(view)
    quiet = np.where(days.in_event, np.nan, days.deviation)
    if name == "weekly":
        return quiet - days.drift, (days.day.astype("int64") + 3) % 7
    months = days.day.astype("datetime64[M]").astype("int64") % 12
    return quiet, months


def _explained(values: NDArray[np.float64], phase: NDArray[np.int64]) -> float:
    """Share of the variance between phases, corrected for their number."""
    known = pd.DataFrame({"value": values, "phase": phase}).dropna()
    phases = known["phase"].nunique()
    if len(known) < CYCLES * max(phases, 2):
        return 0.0
    total = float(known["value"].var())
    inside = known["value"] - known.groupby("phase")["value"].transform("mean")
    within = float((inside**2).sum()) / (len(known) - phases)
    return max(0.0, 1.0 - within / total) if total > 0 else 0.0


def _useless(view: Residuals, file: str, place: int, name: str) -> Proposal | None:
    part = view.parts.get(f"season:{name}")
    spread = float(np.nanstd(part)) if part is not None else 1.0
    if spread >= USELESS:
        return None
    return Proposal(
        kind="seasonality",
        file=file,
        path=("seasonality", place),
        reason=f"the {name} pattern moves the forecast by {spread:.2%} only",
        edits=(Remove(("seasonality", place)),),
        strength=1.0,
        size=spread,
    )
