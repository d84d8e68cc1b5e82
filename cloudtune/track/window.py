"""The stretch of time that is tracked: an edition of an event, or what was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cloudtune.errors import Problem, Refusal
from cloudtune.spec.words import did_you_mean

if TYPE_CHECKING:
    from datetime import datetime

    from cloudtune.spec.resolved import Edition, Event, ResolvedSpec


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch, with the edition that it is about."""

    start: datetime
    end: datetime
    event: Event | None = None
    edition: Edition | None = None


def window_of(
    resolved: ResolvedSpec,
    event: str | None,
    start: datetime | None,
    end: datetime | None,
    *,
    until: datetime,
) -> Window:
    """The window asked for; an event without --from is its last edition that began before `until`."""
    if event is None:
        return _plain(start, end, until)
    found = next((one for one in resolved.events if one.name == event), None)
    if found is None:
        raise Refusal(_unknown(resolved, event))
    begun = [one for one in found.editions if one.start < until and (start is None or one.end > start)]
    if not begun:
        raise Refusal(_not_yet(found, until))
    edition = begun[0] if start is not None else begun[-1]
    return Window(start or edition.start, end or edition.end, found, edition)


def next_after(event: Event, edition: Edition) -> Edition | None:
    """The edition that follows."""
    return next((one for one in event.editions if one.start > edition.start), None)


def _plain(start: datetime | None, end: datetime | None, until: datetime) -> Window:
    if start is None:
        hint = "name an --event, or give --from and --to"
        raise Refusal(Problem("CT780", "nothing says which stretch of time to track", hint))
    last = end or until
    if last <= start:
        raise Refusal(
            Problem("CT780", f"the window ends before it starts: {start} to {last}", "check --from and --to")
        )
    return Window(start, last)


def _unknown(resolved: ResolvedSpec, event: str) -> Problem:
    known = sorted(one.name for one in resolved.events)
    hint = did_you_mean(event, known) if known else "the spec has no event; give --from and --to"
    return Problem("CT780", f"{resolved.spec.name} has no event {event!r}", hint)


def _not_yet(event: Event, until: datetime) -> Problem:
    message = f"no edition of {event.name} has begun before {until:%Y-%m-%d %H:%M}, where the data ends"
    return Problem(
        "CT783", message, "track it once it has begun, or choose another with --from", file=event.file
    )
