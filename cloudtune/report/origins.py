"""Where a future edition is written, so that a figure points at its line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.errors import SpecPath

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtune.forecast.result import EventOutlook
    from cloudtune.spec.resolved import Event, ResolvedSpec

Locate = Callable[[str, SpecPath], "int | None"]
"""File and spec path to line."""


def origin_of(outlook: EventOutlook, resolved: ResolvedSpec, locate: Locate) -> tuple[str, int | None]:
    """File and line of the edition, of its event where it has none of its own; ("", None) unknown."""
    event = next((event for event in resolved.events if event.name == outlook.name), None)
    if event is None:
        return "", None
    file = event.file or resolved.file
    path = _edition_path(event, outlook.start, resolved.spec.series.timezone) or event.path
    return file, locate(file, path)


def _edition_path(event: Event, start: np.datetime64, timezone: str) -> SpecPath:
    minute = start.astype("datetime64[m]")
    paths = (e.path for e in event.editions if _wall_minute(e.start, timezone) == minute)
    return next(paths, ())


def _wall_minute(moment: datetime, timezone: str) -> np.datetime64:
    return np.datetime64(moment.astimezone(ZoneInfo(timezone)).replace(tzinfo=None), "m")
