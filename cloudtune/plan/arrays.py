"""The arrays that plans are made of."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Times = NDArray[np.datetime64]
"""Instants in UTC to the second, or local dates where the name says days or weeks."""

Chunks = Iterable[tuple[int, Floats]]
"""Sample paths a stretch at a time: its first step, and (paths, steps) in units of the series."""
