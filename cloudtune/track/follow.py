"""Tracking while the event runs: poll, show, survive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from cloudtune.errors import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from cloudtune.track.tracking import Tracking

LONGEST_WAIT = 900.0
"""Seconds between polls of a source that keeps failing."""


class Clock(Protocol):
    """The time of day, and waiting for it to pass."""

    def now(self) -> datetime:
        """An aware instant."""
        ...

    def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


@dataclass(frozen=True, slots=True)
class Beat:
    """One poll: what came, or why nothing did."""

    tracking: Tracking | None
    trouble: str = ""
    next_in: float = 0.0
    """Seconds until the next poll; 0 at the last one."""


def follow(
    poll: Callable[[], Tracking], clock: Clock, *, step_seconds: float, until: datetime
) -> Iterator[Beat]:
    """Poll at the series' step until `until` has passed; a failing source is asked ever more slowly."""
    failures = 0
    while True:
        beat = _beat(poll)
        failures = failures + 1 if beat.trouble else 0
        done = clock.now() >= until or (beat.tracking is not None and beat.tracking.is_over)
        wait = 0.0 if done else _wait(step_seconds, failures)
        yield Beat(beat.tracking, beat.trouble, wait)
        if done:
            return
        clock.sleep(wait)


def _beat(poll: Callable[[], Tracking]) -> Beat:
    """A source that is away, half written or without rows yet is trouble, not the end."""
    try:
        return Beat(poll())
    except Refusal as refusal:
        return Beat(None, "; ".join(problem.message for problem in refusal.problems))
    except OSError as error:
        return Beat(None, str(error))


def _wait(step_seconds: float, failures: int) -> float:
    return (
        float(min(step_seconds * 2**failures, max(LONGEST_WAIT, step_seconds))) if failures else step_seconds
    )
