"""The steps from a resolved spec to a run, listed once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cloudtune.data.series import Cleaned
    from cloudtune.forecast.result import Outcome
    from cloudtune.spec.resolved import ResolvedSpec


@dataclass(frozen=True, eq=False)
class Run:
    """A forecast with everything that it was made of."""

    resolved: ResolvedSpec
    cleaned: Cleaned
    outcome: Outcome
