"""Events as a spec or a calendar writes them."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from cloudtune.spec.dates import RULE_PATTERN, NotARule, parse_rule
from cloudtune.spec.messages import quoted
from cloudtune.spec.values import Block, Factor, Label, Length, When, Zone, refusal

_RULE_HINT = (
    "write it like `second sunday of may`, `last monday of may`, `25 december`,"
    " `monday before 25 may`, `easter -2`, `thanksgiving +1`, `last weekday of every month`"
    " or `25 of every month, or the weekday before`"
)


def _rule(value: Any) -> Any:
    if isinstance(value, str):
        try:
            parse_rule(value)
        except NotARule as error:
            raise refusal("CT217", str(error), _RULE_HINT) from None
    return value


RuleText = Annotated[
    str,
    BeforeValidator(_rule),
    WithJsonSchema({"type": "string", "pattern": f"^({RULE_PATTERN})$"}),
]


def _holiday(value: Any) -> Any:
    country, slash, name = value.partition("/") if isinstance(value, str) else ("x", "/", "x")
    if not slash or not country.strip() or not name.strip():
        hint = "write COUNTRY/Name, like `US/Thanksgiving Day` or `US-CA/Cesar Chavez Day`"
        raise refusal("CT218", f"{quoted(value)} names no country and holiday", hint)
    return value


HolidayName = Annotated[
    str,
    BeforeValidator(_holiday),
    WithJsonSchema({"type": "string", "pattern": r"\S.*/.*\S"}),
]


class OccurrenceSpec(Block):
    """One occurrence of an event, with its own start and length."""

    start: When
    """First instant; a date means midnight in the time zone of the calendar or spec.
    Example: 2026-07-14"""
    duration: Length | None = None
    """Length; default: that of the event, else 24h where `start` is a date.
    Example: 96h"""
    end: When | None = None
    """First instant after the occurrence; instead of `duration`.
    Example: 2026-07-18"""
    note: str = ""
    """A remark for readers.
    Example: first with four days"""
    with_: dict[str, str] = Field(default_factory=dict, alias="with")
    """Attributes that explain why occurrences differ, such as `{stage: final}`.
    Example: {stage: final}"""
    sells_out_after: Length | None = None
    """For a launch: when the stock is gone.
    Example: 8min"""
    effect: Factor | None = None
    """This occurrence's own lift, when the planner knows better than the past.
    Example: 1.8x"""


class Like(Block):
    """Borrow the lift of another event."""

    event: Label
    """Name of an event in the same spec or its calendars.
    Example: handheld-launch"""
    times: Factor = 1.0
    """Factor on the borrowed lift.
    Example: 1.5"""


class EventSpec(Block):
    """A named event: exactly one of `occurrences`, `rule` or `holiday` says when."""

    name: Label
    """Unique among the events of a spec and its calendars.
    Example: prime-day"""
    occurrences: list[OccurrenceSpec] = Field(default_factory=list)
    """Occurrences with their own dates and lengths, past and future.
    Example: [{start: 2026-07-14, duration: 96h}]"""
    rule: RuleText | None = None
    """Dates by rule: `second sunday of may`, `25 december`, `easter -2`, `1 of every month`.
    Example: second sunday of may"""
    holiday: HolidayName | None = None
    """Dates from the `holidays` package: country[-subdivision]/name, like `US/Thanksgiving Day`.
    Example: US/Thanksgiving Day"""
    duration: Length | None = None
    """Length of occurrences that have none of their own; default 24h, or the days of the holiday.
    Example: 48h"""
    before: Length | None = None
    """Halo ahead of each occurrence, learned too.
    Example: 12h"""
    after: Length | None = None
    """Echo behind each occurrence, learned too.
    Example: 24h"""
    shape: Literal["auto", "launch"] = "auto"
    """`launch`: a spike with a sharp edge that decays, and may sell out.
    Example: launch"""
    like: Like | None = None
    """Borrow the lift of another event, where this one has no past.
    Example: {event: handheld-launch, times: 1.5}"""
    effect: Factor | None = None
    """Declared lift, where there is nothing to learn from or borrow.
    Example: 1.4x"""
    note: str = ""
    """A remark for readers.
    Example: first with four days"""


class CalendarSpec(Block):
    """A shared calendar of events."""

    version: Literal["cloudtune/v1"]
    """Version of the spec language.
    Example: cloudtune/v1"""
    kind: Literal["calendar"]
    """What this file describes.
    Example: calendar"""
    name: Label
    """Unique among calendars, equal to the file's stem.
    Example: us-retail"""
    region: str = ""
    """Where it applies; for people and selections.
    Example: US"""
    owner: str = ""
    """Who keeps it.
    Example: team-events"""
    description: str = ""
    """What it holds.
    Example: Sales and holidays of the US store"""
    timezone: Zone
    """IANA time zone of every date and time in this file.
    Example: America/Los_Angeles"""
    events: list[EventSpec] = Field(min_length=1)
    """The events.
    Example: [{name: mothers-day, rule: second sunday of may}]"""
