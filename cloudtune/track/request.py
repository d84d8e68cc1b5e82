"""From what was asked on the command line to a tracking."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.timegrid import Moment
from cloudtune.track.committed import actuals_of, committed_before, committed_vintage
from cloudtune.track.tracking import tracking_of
from cloudtune.track.vintage import vintage_of
from cloudtune.track.window import window_of

if TYPE_CHECKING:
    from pathlib import Path

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.track.tracking import Tracking
    from cloudtune.track.vintage import Vintage
    from cloudtune.track.window import Window


@dataclass(frozen=True, slots=True)
class Request:
    """Which stretch against which forecast; texts as a spec writes times."""

    event: str | None = None
    start: str | None = None
    end: str | None = None
    revision: str | None = None
    """Default: the newest commit whose report had not seen the window."""
    train_to: str | None = None
    """Instead of a committed forecast: today's spec as if the data had ended here."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A forecast to track: found once, compared with ever newer actuals."""

    resolved: ResolvedSpec
    root: Path
    window: Window
    vintage: Vintage
    allow_outside: bool = False

    def poll(self) -> Tracking:
        """Read the actuals as they are now and lay them beside the forecast."""
        cleaned = actuals_of(self.resolved, self.root, allow_outside=self.allow_outside)
        return tracking_of(self.resolved.spec.name, cleaned.series, self.vintage, self.window)


def subject_of(
    resolved: ResolvedSpec,
    root: Path,
    request: Request,
    *,
    allow_outside: bool = False,
    now: datetime | None = None,
) -> Subject:
    """Find the window and the forecast; refuses with what is missing.

    `now` lets an edition be chosen that has begun but has no data yet.
    """
    cleaned = actuals_of(resolved, root, allow_outside=allow_outside)
    until = max(now, _end_of(cleaned)) if now is not None else _end_of(cleaned)
    start, end = (_moment(text, resolved) for text in (request.start, request.end))
    window = window_of(resolved, request.event, start, end, until=until)
    vintage = _vintage(resolved, root, request, cleaned, window)
    return Subject(resolved, root, window, vintage, allow_outside)


def _vintage(
    resolved: ResolvedSpec, root: Path, request: Request, cleaned: Cleaned, window: Window
) -> Vintage:
    made = _moment(request.train_to, resolved)
    if made is not None:
        return vintage_of(cleaned, resolved, made, "by today's spec")
    found = committed_before(root, resolved.id, window.start, request.revision)
    return committed_vintage(found, resolved.id, root)


def _moment(text: str | None, resolved: ResolvedSpec) -> datetime | None:
    return Moment.parse(text).at(ZoneInfo(resolved.spec.series.timezone)) if text else None


def _end_of(cleaned: Cleaned) -> datetime:
    return datetime.fromtimestamp(int(cleaned.series.timeline.stop.astype("int64")), tz=UTC)
