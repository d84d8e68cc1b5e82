"""Events as a spec or a calendar writes them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloudtune.spec.values import Block, Factor, Label, Length, When, Zone


class OccurrenceSpec(Block):
    """One edition of an event, with its own start and length."""

    start: When
    duration: Length | None = None
    """Default: 24h where `start` is a date; required otherwise (or `end`)."""
    end: When | None = None
    note: str = ""
    with_: dict[str, str] = Field(default_factory=dict, alias="with")
    """Attributes that explain why editions differ."""
    sells_out_after: Length | None = None
    effect: Factor | None = None
    """This edition's own lift, when the planner knows better than the past."""


class Like(Block):
    """Borrow the lift of another event."""

    event: Label
    times: Factor = 1.0


class EventSpec(Block):
    """A named event: exactly one of occurrences, rule or holiday says when."""

    name: Label
    occurrences: list[OccurrenceSpec] = Field(default_factory=list)
    rule: str | None = None
    """`second sunday of may`, `last monday of may`, `25 december`, `easter -2`, `thanksgiving +1`."""
    holiday: str | None = None
    """`US/Thanksgiving Day`: country[-subdivision]/name in the `holidays` package."""
    duration: Length | None = None
    """Length of rule and holiday dates; default 24h."""
    before: Length | None = None
    after: Length | None = None
    shape: Literal["auto", "launch"] = "auto"
    like: Like | None = None
    effect: Factor | None = None
    note: str = ""


class CalendarSpec(Block):
    """A shared calendar of events."""

    version: Literal["cloudtune/v1"]
    kind: Literal["calendar"]
    name: Label
    region: str = ""
    owner: str = ""
    description: str = ""
    timezone: Zone
    events: list[EventSpec] = Field(min_length=1)
