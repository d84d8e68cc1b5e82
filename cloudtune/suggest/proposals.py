"""A proposed change of a spec, with its reason and the edits that make it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cloudtune.suggest.inherited import applied, merged_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np

    from cloudtune.errors import SpecPath
    from cloudtune.spec.store import Store
    from cloudtune.suggest.edit import Edit

Kind = Literal[
    "outlier",
    "slope-break",
    "level-shift",
    "holiday",
    "event",
    "idle-event",
    "event-time",
    "timezone",
    "seasonality",
    "step",
]


@dataclass(frozen=True, slots=True)
class Effect:
    """What the forecast of the base horizon becomes once the proposal is followed."""

    total: float
    """Relative change of the horizon's total."""
    peak: float
    """Relative change of its highest point's median."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """One thing that the spec lacks, or has wrong."""

    kind: Kind
    file: str
    """POSIX path relative to the root."""
    path: SpecPath
    """The part of the spec that is concerned."""
    reason: str
    """One sentence with the evidence in numbers."""
    edits: tuple[Edit, ...]
    """Empty where a person must decide; the reason says what."""
    strength: float
    """Evidence in standard deviations of the series' own noise."""
    start: np.datetime64 | None = None
    """Naive local wall time."""
    end: np.datetime64 | None = None
    size: float | None = None
    """Relative: -0.4 is 40% below what the model expects."""
    effect: Effect | None = None
    dates: tuple[np.datetime64, ...] = ()
    """Local days that the proposal explains."""


def edited(
    texts: Mapping[str, str], proposals: Sequence[Proposal], store: Store | None = None
) -> dict[str, str]:
    """The texts of the files that change, with the edits of all proposals made.

    With a store, lists that a file inherits are written out before they grow.
    """
    changed: dict[str, str] = {}
    for proposal in proposals:
        if proposal.edits:
            text = changed.get(proposal.file, texts[proposal.file])
            merged = merged_of(store, proposal.file) if store is not None else {}
            changed[proposal.file] = applied(text, proposal.edits, merged)
    return changed
