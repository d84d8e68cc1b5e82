"""Blocks and scalar types of the spec language: text in, typed values out."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Annotated, Any, Union, get_args, get_origin
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PlainSerializer,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from cloudtune.spec.messages import did_you_mean, nearest, quoted
from cloudtune.timegrid import STEPS, Duration, Moment, Rate, Step

if TYPE_CHECKING:
    from collections.abc import Iterator


class Block(BaseModel):
    """A frozen part of a spec; a key that it does not know is an error."""

    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        arbitrary_types_allowed=True,
        populate_by_name=True,
        defer_build=True,  # a block inside another is built with that one, not on its own as well
    )


@cache
def defaults_of(block: type[Block]) -> dict[str, Any]:
    """The default of each field, by name; pydantic's PydanticUndefined where it is required."""
    fields = block.model_fields.items()
    return {name: field.get_default(call_default_factory=True) for name, field in fields}


def key_of(name: str, block: type[Block]) -> str:
    """A field's name as the YAML writes it."""
    return block.model_fields[name].alias or name


def blocks_of(annotation: Any) -> list[type[Block]]:
    """The blocks that a field's type may hold."""
    return list(dict.fromkeys(_blocks(annotation)))


def _blocks(annotation: Any) -> Iterator[type[Block]]:
    if isinstance(annotation, type) and get_origin(annotation) is None:
        if issubclass(annotation, Block):
            yield annotation
        return
    if get_origin(annotation) is Union or get_args(annotation):
        for part in get_args(annotation):
            yield from _blocks(part)


def refusal(code: str, message: str, hint: str = "") -> PydanticCustomError:
    """The error that a validator raises: a code of ours with words for people."""
    return PydanticCustomError(code, "{message}", {"message": message, "hint": hint})


_NUMERIC = r"[+-]?([0-9]{1,20}(\.[0-9]{0,20})?|\.[0-9]{1,20})([eE][+-]?[0-9]{1,2})?"
_NUMBER = re.compile(_NUMERIC)
_INTEGER = re.compile(r"[+-]?[0-9]{1,15}")
_PERCENT = re.compile(rf"({_NUMERIC})%")
_LENGTH_OF_DAYS = re.compile(r"[0-9]{1,7}(min|h|d|w|mo|y)")
_SECONDS = re.compile(r"(?P<amount>[0-9]{1,7}(\.[0-9]{1,6})?)(?P<unit>ms|s|min|h|)")
_SECONDS_OF = {"": 1.0, "ms": 0.001, "s": 1.0, "min": 60.0, "h": 3600.0}
_FACTOR = re.compile(rf"({_NUMERIC})x")
_RATE = re.compile(rf"(?P<amount>{_NUMERIC})(/(?P<unit>s|min|h|d))?")
LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def _number(value: Any) -> Any:
    if isinstance(value, str):
        if _NUMBER.fullmatch(value) is None:
            raise refusal("CT205", f"{quoted(value)} is no number", "write it like 12 or 0.5")
        return float(value)
    return value


def _integer(value: Any) -> Any:
    if isinstance(value, str):
        if _INTEGER.fullmatch(value) is None:
            raise refusal("CT205", f"{quoted(value)} is no whole number", "write it like 12")
        return int(value)
    return value


def _truth(value: Any) -> Any:
    if isinstance(value, str):
        if value not in {"true", "false"}:
            raise refusal("CT205", f"{quoted(value)} is neither true nor false", "write true or false")
        return value == "true"
    return value


def _percent(value: Any) -> Any:
    """`12%` as 0.12; a plain number is taken as a fraction."""
    if not isinstance(value, str):
        return value
    match = _PERCENT.fullmatch(value)
    if match:
        # Through a decimal shift of the text: 0.12 exactly as 0.12 would be read.
        return float(f"{match[1]}e-2") if "e" not in match[1].lower() else float(match[1]) / 100
    if _NUMBER.fullmatch(value):
        return float(value)
    raise refusal("CT210", f"{quoted(value)} is no share", "write a percentage like 12%, or 0.12")


def _seconds(value: Any) -> Any:
    """`250ms` as 0.25, `6s` as 6, `15min` as 900; a plain number counts seconds."""
    if not isinstance(value, str):
        return value
    match = _SECONDS.fullmatch(value)
    if match is None:
        raise refusal("CT207", f"{quoted(value)} is no length of time", "write it like 250ms, 6s or 2min")
    return float(match["amount"]) * _SECONDS_OF[match["unit"]]


def _share_or_seconds(value: Any) -> Any:
    """`2%` as 0.02, `1500ms` as 1.5."""
    is_time = isinstance(value, str) and value[-1:].isalpha() and _SECONDS.fullmatch(value)
    return _seconds(value) if is_time else _percent(value)


def _share_or_days(value: Any) -> Any:
    """`12%` as 0.12, `14d` as 14."""
    if isinstance(value, str) and _LENGTH_OF_DAYS.fullmatch(value):
        return Duration.parse(value).days
    return _percent(value)


def _factor(value: Any) -> Any:
    """`1.4x` or `1.4` as 1.4."""
    if not isinstance(value, str):
        return value
    match = _FACTOR.fullmatch(value) or _NUMBER.fullmatch(value)
    if match is None:
        percent = _PERCENT.fullmatch(value)
        hint = f"{value} more is written {1 + float(percent[1]) / 100:g}x" if percent else ""
        raise refusal("CT210", f"{quoted(value)} is no factor", hint or "write it like 1.4x")
    if float(match[1] if value.endswith("x") else value) <= 0:
        raise refusal("CT210", f"the factor {value} is not above zero", "half as much is 0.5x")
    return float(value.removesuffix("x"))


def _throughput(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    match = _RATE.fullmatch(value)
    if match is None:
        raise refusal("CT205", f"{quoted(value)} is no throughput", "write it like 1200/min, 20/s or 1200")
    if float(match["amount"]) <= 0:
        raise refusal("CT205", f"{value} is not above 0")
    return Rate(float(match["amount"]), match["unit"] or "")


def _label(value: Any) -> Any:
    if not isinstance(value, str) or LABEL.fullmatch(value):
        return value
    slug = re.sub(r"[^a-z0-9]+", "-", value.lower())[:63].strip("-")
    hint = f'did you mean "{slug}"? ' if slug else ""
    rule = "lower-case letters, digits and hyphens, at most 63"
    raise refusal("CT206", f"{quoted(value)} is no name", f"{hint}A name has {rule}")


def zone(value: Any) -> Any:
    """A name of the IANA list; anything else is refused with a guess."""
    if isinstance(value, str) and not _is_zone(value):
        raise refusal("CT209", f"{quoted(value)} is no time zone", _zone_hint(value))
    return value


@lru_cache(maxsize=1024)
def _is_zone(value: str) -> bool:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):
        return False
    return True


@cache
def _zones() -> tuple[str, ...]:
    """Every zone of the machine, found once: it means reading a folder tree."""
    return tuple(sorted(available_timezones()))


@lru_cache(maxsize=1024)
def _zone_hint(value: str) -> str:
    known = _zones()
    by_city = {name.rsplit("/", 1)[-1]: name for name in reversed(known)}
    guess = nearest(value, known) or by_city.get(nearest(value.replace(" ", "_"), by_city), "")
    form = "write it as in the IANA list, like America/Los_Angeles or Asia/Kolkata"
    return f'did you mean "{guess}"?' if guess else form


def _step(value: Any) -> Any:
    if isinstance(value, str):
        if value not in STEPS:
            raise refusal("CT203", f"{quoted(value)} is no step", _step_hint(value))
        return STEPS[value]
    return value


def _step_hint(value: str) -> str:
    """The step of the same length, such as 1h for 60min; else the nearest by its letters."""
    try:
        minutes = Duration.parse(value).minutes
    except ValueError:
        minutes = 0
    same = next((name for name, step in STEPS.items() if step.minutes == minutes), "")
    return f"write {same}, which is as long" if same else did_you_mean(value, list(STEPS))


def _length(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        length = Duration.parse(value)
    except ValueError:
        hint = "write a whole number with min, h, d, w, mo or y: 8min, 2h, 7d, 4w, 3mo, 1y"
        raise refusal("CT207", f"{quoted(value)} is no length of time", hint) from None
    if not 0 < length.days <= _LONGEST_DAYS:
        raise refusal("CT207", f"a length of {value} makes no sense here", "from 1min up to 100y")
    return length


_LONGEST_DAYS = 36_500


def _when(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        moment = Moment.parse(value)
    except ValueError as error:
        raise refusal("CT208", _moment_words(value, error), _MOMENT_HINT) from None
    if not 1900 <= moment.stamp.year < 2200:
        raise refusal("CT208", f"{value} is outside the years 1900 to 2199", _MOMENT_HINT)
    return moment


_MOMENT_HINT = "write 2026-07-14, or 2026-07-14T09:00 (24 hours, local time)"


def _moment_words(value: str, error: ValueError) -> str:
    if "calendar" in str(error):
        return f"{quoted(value)} is not in the calendar"
    return f"{quoted(value)} is no date or time"


_AS_TEXT = PlainSerializer(str, return_type=str)

Label = Annotated[
    str,
    BeforeValidator(_label),
    WithJsonSchema({"type": ["string", "integer"], "pattern": f"^{LABEL.pattern}$"}),
]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Number = Annotated[float, BeforeValidator(_number)]
Integer = Annotated[int, BeforeValidator(_integer)]
Truth = Annotated[bool, BeforeValidator(_truth)]
Percent = Annotated[
    float,
    BeforeValidator(_percent),
    WithJsonSchema({"type": ["number", "string"], "pattern": f"^{_NUMERIC}%?$"}),
]
_SHORT = r"[0-9]{1,7}(\.[0-9]{1,6})?(ms|s|min|h)?"
Seconds = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema({"type": ["number", "string"], "pattern": f"^{_SHORT}$", "minimum": 0}),
]
ShareOrSeconds = Annotated[
    float,
    BeforeValidator(_share_or_seconds),
    WithJsonSchema({"type": ["number", "string"], "pattern": f"^({_NUMERIC}%?|{_SHORT})$"}),
]
ShareOrDays = Annotated[
    float,
    BeforeValidator(_share_or_days),
    WithJsonSchema(
        {"type": ["number", "string"], "pattern": f"^({_NUMERIC}%?|[0-9]{{1,7}}(min|h|d|w|mo|y))$"}
    ),
]
Factor = Annotated[
    float,
    BeforeValidator(_factor),
    WithJsonSchema({"type": ["number", "string"], "pattern": f"^{_NUMERIC}x?$", "exclusiveMinimum": 0}),
]
ZONE_PATTERN = "^[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*$"
Zone = Annotated[
    str,
    BeforeValidator(zone),
    WithJsonSchema({"type": "string", "pattern": ZONE_PATTERN}),
]
StepName = Annotated[Step, BeforeValidator(_step), _AS_TEXT, WithJsonSchema({"enum": list(STEPS)})]
Length = Annotated[
    Duration,
    BeforeValidator(_length),
    _AS_TEXT,
    WithJsonSchema({"type": "string", "pattern": "^[0-9]{1,7}(min|h|d|w|mo|y)$"}),
]
Throughput = Annotated[
    Rate,
    BeforeValidator(_throughput),
    _AS_TEXT,
    WithJsonSchema(
        {
            "type": ["number", "string"],
            "pattern": f"^{_NUMERIC}(/(s|min|h|d))?$",
            "exclusiveMinimum": 0,
        }
    ),
]
When = Annotated[
    Moment,
    BeforeValidator(_when),
    _AS_TEXT,
    WithJsonSchema(
        {
            "type": "string",
            "pattern": (r"^(19|2[01])\d{2}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2})?( ?(Z|[+-]\d{2}:\d{2}))?)?$"),
        }
    ),
]
