"""Scalar types of the spec language: text in, typed values out."""

from __future__ import annotations

import re
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, StringConstraints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cloudtune.timegrid import STEPS, Duration, Moment, Step


class Block(BaseModel):
    """A frozen part of a spec; a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


def _percent(value: Any) -> Any:
    """`12%` as 0.12; a plain number is taken as a fraction."""
    if isinstance(value, str) and value.endswith("%"):
        return float(value[:-1]) / 100
    return value


def _factor(value: Any) -> Any:
    """`1.4x` or `1.4` as 1.4."""
    return value[:-1] if isinstance(value, str) and value.endswith("x") else value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{value!r} is no IANA time zone") from None
    return value


def _step(value: Any) -> Any:
    if isinstance(value, str):
        if value not in STEPS:
            raise ValueError(f"{value!r} is no step; known: {', '.join(STEPS)}")
        return STEPS[value]
    return value


def _parsed(kind: type[Duration] | type[Moment]) -> Any:
    return BeforeValidator(lambda value: kind.parse(value) if isinstance(value, str) else value)


_AS_TEXT = PlainSerializer(str, return_type=str)

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
Label = Annotated[str, StringConstraints(pattern=rf"^{LABEL.pattern}$")]
FieldName = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Percent = Annotated[float, BeforeValidator(_percent)]
Factor = Annotated[float, BeforeValidator(_factor)]
Zone = Annotated[str, BeforeValidator(_zone)]
StepName = Annotated[Step, BeforeValidator(_step), _AS_TEXT]
Length = Annotated[Duration, _parsed(Duration), _AS_TEXT]
When = Annotated[Moment, _parsed(Moment), _AS_TEXT]
