"""What a fold found, kept between runs: a refresh fits the future once and the past not at all."""

from __future__ import annotations

import hashlib
import io
from typing import TYPE_CHECKING, Protocol

import numpy as np

from cloudtune.data.series import Variable, fingerprint
from cloudtune.engine.result import ENGINE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec

Arrays = dict[str, np.ndarray]


class Shelf(Protocol):
    """Bytes by a name that what they were made of gives."""

    def read(self, key: str) -> bytes | None:
        """What was put there; None where there is nothing whole."""

    def write(self, key: str, payload: bytes) -> None:
        """Keep it, or not: what is lost is made again."""


class NoShelf:
    """Keeps nothing."""

    def read(self, key: str) -> bytes | None:
        """Nothing."""
        del key
        return None

    def write(self, key: str, payload: bytes) -> None:
        """Nothing."""


NO_SHELF = NoShelf()


def key_of(head: Cleaned, resolved: ResolvedSpec, ahead: int, seed: int) -> str:
    """All that a fold depends on: the data before it, what variables are known for it, the spec."""
    until = head.series.timeline.periods + ahead
    known = tuple(Variable(v.name, v.values[:until], v.effect, v.is_daily) for v in head.variables)
    digest = hashlib.sha256(head.masked.tobytes())
    digest.update(np.asarray([(v.effect, str(v.is_daily)) for v in known]).tobytes())
    spec = (resolved.id, resolved.spec_hash, resolved.calendars_hash, head.series.aggregate)
    data = fingerprint(head.series, known, head.history)
    return "\0".join(("fold of open hours", ENGINE, *spec, data, digest.hexdigest(), str(ahead), str(seed)))


def packed(arrays: Mapping[str, np.ndarray]) -> bytes:
    """Arrays by name as bytes, the very same bits when they are unpacked."""
    out = io.BytesIO()
    np.savez(out, **arrays)  # type: ignore[arg-type]
    return out.getvalue()


def unpacked(payload: bytes | None) -> Arrays:
    """What `packed` made; empty where there is nothing."""
    if payload is None:
        return {}
    with np.load(io.BytesIO(payload), allow_pickle=False) as found:
        return dict(found)
