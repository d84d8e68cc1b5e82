"""Scales on which level, profile and events are added up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from cloudtune.model.arrays import Floats

LinkName = Literal["log", "ratio", "id"]
FEW = 50.0
"""Counts below this need a larger shift before their logarithm is taken."""


@dataclass(frozen=True, slots=True)
class Link:
    """How level and profile make a value.

    log: y = exp(level + profile) - shift
    ratio: y = scale exp(level) profile
    id: y = scale (level + profile)
    """

    name: LinkName
    scale: float
    shift: float

    @property
    def is_log_level(self) -> bool:
        """True where the level stands on the log scale."""
        return self.name != "id"

    def forward(self, values: Floats) -> Floats:
        """Values of the series on the scale of the model."""
        if self.name == "log":
            return np.log(np.maximum(values + self.shift, 1e-12))
        return values / self.scale

    def back(self, level: Floats, profile: Floats) -> Floats:
        """Values of the series from a level and what is added to it (arrays of one shape)."""
        if self.name == "log":
            return np.maximum(np.exp(np.minimum(level + profile, 700.0)) - self.shift, 0.0)
        if self.name == "ratio":
            return self.scale * np.exp(np.minimum(level, 700.0)) * np.maximum(profile, 0.0)
        return self.scale * (level + profile)


def link_of(name: LinkName, values: Floats) -> Link:
    """The link called `name` for a series of these values (NaN where there is none)."""
    known = values[~np.isnan(values)]
    scale = float(np.mean(np.abs(known))) or 1.0
    return Link(name, scale, _shift(known) if name == "log" else 0.0)


def _shift(known: Floats) -> float:
    """What is added before the logarithm: nothing unless the series touches zero."""
    if known.min() > 0:
        return 0.0
    middle = float(np.median(known)) or float(np.mean(known))
    share = 0.02 * middle
    return (
        max(share, 0.3) if middle < FEW and _is_count(known) else max(share, 1e-6 * float(known.max()), 1e-9)
    )


def _is_count(known: Floats) -> bool:
    sample = known[:: max(1, len(known) // 5000)]
    return bool(np.all(sample == np.round(sample)))
