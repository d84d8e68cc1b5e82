"""Wall-clock times of a zone as UTC instants, clock-change days included."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from numpy.typing import NDArray


def to_local(utc: NDArray[np.datetime64], timezone: str) -> NDArray[np.datetime64]:
    """Naive wall-clock times, datetime64[s]; the repeated hour comes twice."""
    index = pd.DatetimeIndex(utc.astype("datetime64[s]"), tz="UTC").tz_convert(timezone)
    return index.tz_localize(None).to_numpy().astype("datetime64[s]")


def to_utc(wall: NDArray[np.datetime64], timezone: str, *, second: bool = False) -> NDArray[np.datetime64]:
    """UTC instants, datetime64[s]; skipped times move to the end of the gap.

    `second` takes the later of the two instants that a repeated wall-clock time has.
    """
    index = pd.DatetimeIndex(wall.astype("datetime64[s]"))
    earlier = np.full(len(index), not second)
    aware = index.tz_localize(timezone, ambiguous=earlier, nonexistent="NaT")
    utc = aware.tz_convert("UTC").tz_localize(None).to_numpy().astype("datetime64[s]")
    skipped = np.isnat(utc)
    if skipped.any():
        # Forwards, pandas lands half an hour late in Lord Howe; the last second before is right.
        last = index[skipped].tz_localize(timezone, nonexistent="shift_backward")
        utc[skipped] = last.tz_convert("UTC").tz_localize(None).to_numpy() + np.timedelta64(1, "s")
    return utc


def is_repeated(wall: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """True where a wall-clock time happens twice."""
    first, second = to_utc(wall, timezone), to_utc(wall, timezone, second=True)
    return np.asarray(first != second)


def is_skipped(wall: NDArray[np.datetime64], timezone: str) -> NDArray[np.bool_]:
    """True where a wall-clock time never happens."""
    return np.asarray(to_local(to_utc(wall, timezone), timezone) != wall.astype("datetime64[s]"))
