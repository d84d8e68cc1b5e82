"""The content hash of cleaned data."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from cloudtune.data.series import Series, Variable

LENGTH = 16


def fingerprint(series: Series, variables: tuple[Variable, ...], history: Series | None) -> str:
    """16 hex digits of what a model would see; the file's format and order of rows don't show."""
    digest = hashlib.sha256()
    for part in (series, history):
        if part is not None:
            head = f"{part.timeline.start} {part.timeline.step} {part.timeline.timezone}"
            digest.update(f"{head} {part.timeline.periods}\n".encode())
            digest.update(_bytes(part.values))
    for variable in sorted(variables, key=lambda each: each.name):
        digest.update(f"{variable.name} {len(variable.values)}\n".encode())
        digest.update(_bytes(variable.values))
    return digest.hexdigest()[:LENGTH]


def _bytes(values: np.ndarray) -> bytes:
    # One NaN and one zero: their bit patterns differ between machines and file formats.
    plain = np.where(np.isnan(values), np.nan, values + 0.0)
    return plain.astype("<f8").tobytes()
