"""Semantic hashes: an edit that changes no forecast changes no hash."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from cloudtune.spec.outline import defaults_of
from cloudtune.timegrid import Duration, Moment, Step

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cloudtune.spec.events import CalendarSpec
    from cloudtune.spec.forecast import ForecastSpec

_TALK = frozenset({"owner", "region", "tags", "description", "reason", "review_by", "note"})
_JUDGEMENT = frozenset({"capacity", "gates", "expect", "tolerance", "name", "version", "kind"}) | {
    "scenarios",
    "track_tolerance",
}


def spec_hash(spec: ForecastSpec) -> str:
    """Of everything in a spec that can move its forecast, calendars aside."""
    meaning = _meaning(spec)
    return digest({key: value for key, value in meaning.items() if key not in _JUDGEMENT})


def calendars_hash(calendars: Iterable[CalendarSpec]) -> str:
    """Of the events that these calendars declare, whatever the order of the calendars."""
    parts = [(calendar.timezone, _meaning(calendar).get("events", [])) for calendar in calendars]
    return digest(sorted(parts, key=str))


def digest(value: Any) -> str:
    """Sixteen hex digits of plain data, whatever the order of its keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()[:16]


def _meaning(block: BaseModel) -> dict[str, Any]:
    """The values that are not the defaults, without talk, in plain types.

    Why: a default written out is no change, and a key that a later version adds with a
    default leaves every hash as it is.
    """
    defaults = defaults_of(type(block))
    return {name: _plain(value) for name, value in block if name not in _TALK and value != defaults[name]}


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return {"kind": getattr(value, "kind", None), **_meaning(value)}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, Duration):
        return value.minutes
    return str(value) if isinstance(value, (Moment, Step)) else value
