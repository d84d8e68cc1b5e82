"""The advertising spend that moves the sample store's traffic, past and planned."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SPEND_FILE = "ad-spend.csv"
TYPICAL = 50_000.0
_FIRST, _LAST = date(2024, 9, 1), date(2027, 12, 31)
_CAMPAIGN_EVERY, _CAMPAIGN_DAYS = 45, 10


@dataclass(frozen=True, eq=False)
class Spend:
    """US dollars a day."""

    days: NDArray[np.datetime64]
    dollars: NDArray[np.float64]

    def doublings(self, minutes: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log 2 of spend over typical spend, at minutes on the wall clock since 1970."""
        first = self.days[0].astype("int64")
        at = np.clip(minutes // 1440 - first, 0, len(self.days) - 1).astype("int64")
        return np.asarray(np.log2(self.dollars / TYPICAL)[at])

    def csv(self) -> str:
        """The file that a regressor reads."""
        rows = (f"{day},{dollars:.0f}" for day, dollars in zip(self.days, self.dollars, strict=True))
        return "\n".join(["day,usd", *rows]) + "\n"


def daily_spend(seed: int) -> Spend:
    """Campaigns of ten days every six weeks or so, on top of a budget that wavers."""
    rng = np.random.default_rng([seed, 1000])
    days = np.arange(np.datetime64(_FIRST), np.datetime64(_LAST))
    dollars = TYPICAL * np.exp(rng.normal(0, 0.08, len(days)))
    at = 12
    while at < len(days):
        dollars[at : at + _CAMPAIGN_DAYS] *= rng.uniform(1.6, 3.2)
        at += _CAMPAIGN_EVERY + int(rng.integers(-8, 9))
    return Spend(days, np.rint(dollars))
