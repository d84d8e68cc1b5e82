"""How a source writes its times: names of formats, and patterns as strptime knows them."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, WithJsonSchema

from cloudtune.spec.messages import did_you_mean, quoted
from cloudtune.spec.values import ZONE_PATTERN, refusal, zone

NAMED_FORMATS = ("auto", "iso", "date", "excel", "epoch_s", "epoch_ms", "epoch_us", "epoch_ns")
_DIRECTIVE = re.compile(r"%(.)")
_KNOWN = "YymdbBHIMSfpjzaA%"
_LONGEST = 60
_DATES = (("Yy", "mbB", "d"), ("Yy", "j"))
"""What a date takes: one of each, in one of the two ways."""


def _time_format(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if "%" in value:
        return _pattern(value)
    if value not in NAMED_FORMATS:
        hint = f'{did_you_mean(value, NAMED_FORMATS)}; or a pattern such as "%d.%m.%Y %H:%M"'
        raise refusal("CT203", f"{quoted(value)} is no format of times", hint)
    return value


def _pattern(value: str) -> str:
    """The pattern, once it is sure that it tells a day, and of which half."""
    used = _DIRECTIVE.findall(value)
    if len(value) > _LONGEST or (value.endswith("%") and not value.endswith("%%")):
        raise refusal("CT203", f"{quoted(value)} is no pattern of times", 'write one like "%d.%m.%Y %H:%M"')
    if "Z" in used:
        hint = "write the name as it stands in the file; the zone goes into time_zone. Offsets are %z"
        raise refusal("CT203", f"{quoted(value)}: a zone's name means several zones", hint)
    if unknown := next((each for each in used if each not in _KNOWN), ""):
        known = " ".join(f"%{each}" for each in _KNOWN)
        raise refusal("CT203", f"{quoted(value)} holds %{unknown}", f"Known: {known}")
    if not any(all(set(part) & set(used) for part in way) for way in _DATES):
        raise refusal("CT203", f"{quoted(value)} tells no day", "a day takes %Y, %m and %d, or %Y and %j")
    if "I" in used and "p" not in used:
        raise refusal("CT203", f"{quoted(value)}: %I without %p is one of two hours", "add %p, or write %H")
    return value


def _clock(value: Any) -> Any:
    return value if value in ("local", "utc") else zone(value)


Clock = Annotated[
    str,
    BeforeValidator(_clock),
    WithJsonSchema({"type": "string", "pattern": ZONE_PATTERN}),
]
TimeFormat = Annotated[
    str,
    BeforeValidator(_time_format),
    WithJsonSchema({"anyOf": [{"enum": list(NAMED_FORMATS)}, {"type": "string", "pattern": "%"}]}),
]
Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
WEEKDAYS: tuple[Weekday, ...] = get_args(Weekday)
"""Monday first."""
