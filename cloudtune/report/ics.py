"""Events as an iCalendar file that planners can subscribe to."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING

import icalendar

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from cloudtune.spec.resolved import Edition, Event

PRODUCT = "-//CloudTune//Calendar//EN"


def ics(name: str, events: Iterable[Event], first: datetime, until: datetime) -> str:
    """All editions that touch [first, until), ordered by start; the same input gives the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    pairs = [(edition, event) for event in events for edition in event.editions]
    for edition, event in sorted(pairs, key=lambda pair: (pair[0].start, pair[1].name)):
        if edition.end > first and edition.start < until:
            calendar.add_component(_entry(event, edition))
    return calendar.to_ical().decode("utf-8")


def _entry(event: Event, occurrence: Edition) -> icalendar.Event:
    entry = icalendar.Event()
    entry.add("uid", f"{event.name}-{occurrence.start:%Y%m%dT%H%M}@cloudtune")
    entry.add("summary", event.name)
    # A stamp of the present would change the file at every export.
    entry.add("dtstamp", occurrence.start.astimezone(UTC))
    if _is_whole_days(occurrence):
        entry.add("dtstart", occurrence.start.date())
        entry.add("dtend", occurrence.end.date())
    else:
        entry.add("dtstart", occurrence.start.astimezone(UTC))
        entry.add("dtend", occurrence.end.astimezone(UTC))
    if occurrence.note:
        entry.add("description", occurrence.note)
    if event.file:
        entry.add("x-cloudtune-file", event.file)
    return entry


def _is_whole_days(edition: Edition) -> bool:
    return all((one.hour, one.minute, one.second) == (0, 0, 0) for one in (edition.start, edition.end))
