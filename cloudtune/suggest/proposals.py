"""A proposed change of a spec: its reason in words, the name it gives, and the edits that make it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from cloudtune.spec.messages import counted
from cloudtune.yaml_edit.edit import apply

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    import numpy as np

    from cloudtune.errors import SpecPath
    from cloudtune.spec.store import Store
    from cloudtune.yaml_edit.edit import Edit


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
            merged = store.merged(proposal.file) if store is not None else None
            changed[proposal.file] = apply(text, proposal.edits, merged)
    return changed


def label(text: str) -> str:
    """`Thanksgiving Day` as `thanksgiving-day`: a name that a spec may bear."""
    plain = unicodedata.normalize("NFKD", text.replace("'", "")).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")[:60].strip("-") or "event"


def free_name(text: str, taken: Container[str]) -> str:
    """The label of `text`, with a number where it is taken."""
    name, number = label(text), 2
    while name in taken:
        name, number = f"{label(text)}-{number}", number + 1
    return name


def stamp(when: np.datetime64) -> str:
    """A local wall time as a spec writes it; a bare date at midnight."""
    text = str(when.astype("datetime64[m]"))
    return text.removesuffix("T00:00")


def share(relative: float) -> str:
    """`38% below` or `2.6 times`, against what the model expects."""
    if relative >= 1:
        return f"{1 + relative:.1f} times"
    return f"{abs(relative):.0%} {'above' if relative > 0 else 'below'}"


def length(minutes: int) -> str:
    """`25 minutes`, `3 hours`, `2 days`."""
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= 2 * size or unit == "minute":
            return counted(round(minutes / size), unit)
    return ""


def factor(relative: float) -> str:
    """`1.4x` for a lift of 40%."""
    return f"{1 + relative:.2f}".rstrip("0").rstrip(".") + "x"
