"""A game day ready to be played: journeys, products and limits that every load generator is told."""

from __future__ import annotations

import zlib
from dataclasses import asdict, dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.plan.arrays import Floats
    from cloudtune.plan.gameday.journeys import Journey
    from cloudtune.plan.gameday.profile import Profile

SPARE = 1.2
"""Customers under way beyond what rates and lengths say."""


@dataclass(frozen=True, slots=True)
class Mix:
    """Shares of types of product from a minute of the event on."""

    after: int
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Products:
    """Types of product by time, and items within a type."""

    mixes: tuple[Mix, ...]
    """In order of time, the first from minute 0 on."""
    items: int = 10_000
    skew: float = 1.0
    """Exponent of the Zipf list within a type; 0: all items alike, which flatters caches' misses."""

    @property
    def names(self) -> tuple[str, ...]:
        """Every type, in order of first mention."""
        return tuple(dict.fromkeys(name for mix in self.mixes for name, _ in mix.shares))

    def at(self, minutes: int) -> Floats:
        """Shares by type and minute: (types, minutes); columns add up to 1."""
        found = np.zeros((len(self.names), minutes))
        for mix in self.mixes:
            shares = dict(mix.shares)
            total = sum(shares.values())
            column = np.array([shares.get(name, 0.0) for name in self.names]) / total
            found[:, mix.after :] = column[:, None]
        return found

    def top_share(self, count: int) -> float:
        """Part of the views that the `count` most wanted items of a type get."""
        weights = np.arange(1, self.items + 1) ** -self.skew
        return float(weights[:count].sum() / weights.sum())


@dataclass(frozen=True, slots=True)
class Abort:
    """A figure at which the rehearsal ends."""

    metric: str
    """error_rate (a share) or p99 (milliseconds)."""
    above: float
    seconds: int = 30


@dataclass(frozen=True, slots=True)
class Request:
    """How a call is made."""

    method: str
    path: str


@dataclass(frozen=True, eq=False)
class Rehearsal:
    """Journeys, rates, products and limits of one game day."""

    name: str
    journeys: tuple[Journey, ...]
    profile: Profile
    products: Products
    targets: tuple[str, ...]
    requests: Mapping[str, Request]
    aborts: tuple[Abort, ...] = ()
    seed: int = 0

    def customers(self, k: int) -> int:
        """Customers of a journey under way at its highest minute (Little's law, slow ones counted)."""
        highest = float(self.profile.rates[k].max()) / 60
        return max(int(np.ceil(highest * self.journeys[k].seconds_p95 * SPARE)), 1)

    def request(self, call: str) -> Request:
        """The request of a call; by its own name where nothing is declared."""
        return self.requests.get(call, Request("GET", f"/{call}?product={{product}}&item={{item}}"))

    def document(self) -> dict[str, Any]:
        """What both scripts read."""
        calls = dict.fromkeys(call.name for journey in self.journeys for call in journey.calls)
        return {
            "name": self.name,
            "seed": self.seed,
            "targets": list(self.targets),
            "calls": {call: asdict(self.request(call)) for call in calls},
            "journeys": {journey.name: _journey(journey) for journey in self.journeys},
            "mixes": [
                {"after_s": 60 * mix.after, "products": [[name, share] for name, share in mix.shares]}
                for mix in self.products.mixes
            ],
            "items": self.products.items,
            "skew": self.products.skew,
        }


def script(name: str) -> str:
    """The text of a script that is shipped with the package."""
    return (files("cloudtune.plan.gameday") / "scripts" / name).read_text("utf-8")


def _journey(journey: Journey) -> dict[str, Any]:
    return {
        "think_s": journey.think_seconds,
        "sigma": round(journey.sigma, 6),
        "salt": zlib.crc32(journey.name.encode()),
        "calls": [
            {"name": call.name, "times": call.times, "goes_on": call.goes_on} for call in journey.calls
        ],
    }
