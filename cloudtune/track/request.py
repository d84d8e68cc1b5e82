"""From what was asked on the command line to trackings: one, or one at every step while the event runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol
from zoneinfo import ZoneInfo

from cloudtune.errors import Refusal
from cloudtune.timegrid import Moment
from cloudtune.track.tracking import tracking_of, window_of
from cloudtune.track.vintage import actuals_of, committed_before, committed_vintage, vintage_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from cloudtune.data.series import Cleaned
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.track.tracking import TrackedWindow, Tracking
    from cloudtune.track.vintage import Vintage


@dataclass(frozen=True, slots=True)
class TrackRequest:
    """Which window against which forecast; texts as a spec writes times."""

    event: str | None = None
    """An occurrence of this event: the latest that has begun, or the one after `start`."""
    start: str | None = None
    end: str | None = None
    revision: str | None = None
    """Default: the newest commit whose report had not seen the window."""
    train_to: str | None = None
    """Instead of a committed forecast: today's spec as if the data had ended here."""
    allow_outside: bool = False
    """Data may lie outside of the root: today's, and that of the commit."""


@dataclass(frozen=True, eq=False)
class Subject:
    """A forecast to track: found once, compared with ever newer actuals."""

    resolved: ResolvedSpec
    root: Path
    window: TrackedWindow
    vintage: Vintage
    allow_outside: bool

    def poll(self) -> Tracking:
        """Read the actuals as they are now and lay them beside the forecast."""
        cleaned = actuals_of(self.resolved, self.root, allow_outside=self.allow_outside)
        return tracking_of(self.resolved.spec.name, cleaned.series, self.vintage, self.window)


def subject_of(
    resolved: ResolvedSpec,
    root: Path,
    request: TrackRequest,
    *,
    now: datetime | None = None,
) -> Subject:
    """Find the window and the forecast; refuses with what is missing.

    `now` lets an occurrence be chosen that has begun but has no data yet.
    """
    cleaned = actuals_of(resolved, root, allow_outside=request.allow_outside)
    until = max(now, _end_of(cleaned)) if now is not None else _end_of(cleaned)
    start, end = (_moment(text, resolved) for text in (request.start, request.end))
    window = window_of(resolved, request.event, start, end, until=until)
    vintage = _vintage(resolved, root, request, cleaned, window)
    return Subject(resolved, root, window, vintage, request.allow_outside)


def _vintage(
    resolved: ResolvedSpec, root: Path, request: TrackRequest, cleaned: Cleaned, window: TrackedWindow
) -> Vintage:
    made = _moment(request.train_to, resolved)
    if made is not None:
        return vintage_of(cleaned, resolved, made, "by today's spec")
    found = committed_before(root, resolved.id, window.start, request.revision)
    return committed_vintage(found, resolved.id, root, allow_outside=request.allow_outside)


def _moment(text: str | None, resolved: ResolvedSpec) -> datetime | None:
    return Moment.parse(text).at(ZoneInfo(resolved.spec.series.timezone)) if text else None


def _end_of(cleaned: Cleaned) -> datetime:
    return datetime.fromtimestamp(int(cleaned.series.timeline.stop.astype("int64")), tz=UTC)


LONGEST_WAIT = 900.0
"""Seconds between polls of a source that keeps failing."""


class WallClock(Protocol):
    """The time of day, and waiting for it to pass."""

    def now(self) -> datetime:
        """An aware instant."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True)
class Poll:
    """One poll: what came, or why nothing did."""

    tracking: Tracking | None
    trouble: str = ""
    next_in: float = 0.0
    """Seconds until the next poll; 0 at the last one."""


def follow(
    poll: Callable[[], Tracking], clock: WallClock, *, step_seconds: float, until: datetime
) -> Iterator[Poll]:
    """Poll at the series' step until `until` has passed; a failing source is asked ever more slowly."""
    failures = 0
    while True:
        beat = _poll(poll)
        failures = failures + 1 if beat.trouble else 0
        done = clock.now() >= until or (beat.tracking is not None and beat.tracking.is_over)
        wait = 0.0 if done else _wait(step_seconds, failures)
        yield Poll(beat.tracking, beat.trouble, wait)
        if done:
            return
        clock.sleep(wait)


def _poll(poll: Callable[[], Tracking]) -> Poll:
    """A source that is away, half written or without rows yet is trouble, not the end."""
    try:
        return Poll(poll())
    except Refusal as refusal:
        return Poll(None, "; ".join(problem.message for problem in refusal.problems))
    except OSError as error:
        return Poll(None, str(error))


def _wait(step_seconds: float, failures: int) -> float:
    return (
        float(min(step_seconds * 2**failures, max(LONGEST_WAIT, step_seconds))) if failures else step_seconds
    )
