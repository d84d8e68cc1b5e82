"""Ways to write an instant, each with the source that reads it: known instants go in, and must come back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Style:
    """How a time is written, and what the source says of it."""

    write: Callable[[datetime, ZoneInfo], str]
    source: dict[str, Any] = field(default_factory=dict)
    on_wall: bool = False
    """True where the hour that a clock change repeats can't be told."""


def _utc(pattern: str) -> Callable[[datetime, ZoneInfo], str]:
    return lambda at, _: at.astimezone(UTC).strftime(pattern)


def _local(pattern: str) -> Callable[[datetime, ZoneInfo], str]:
    return lambda at, zone: at.astimezone(zone).strftime(pattern)


def _epoch(factor: int) -> Callable[[datetime, ZoneInfo], str]:
    return lambda at, _: str(int(at.timestamp()) * factor)


def _serial(at: datetime, _: ZoneInfo) -> str:
    return f"{at.timestamp() / 86_400 + 25_569:.10f}"


STYLES = {
    "Z": Style(_utc("%Y-%m-%dT%H:%M:%SZ")),
    "Z after a blank": Style(_utc("%Y-%m-%d %H:%M Z  ")),
    "UTC": Style(_utc("%Y-%m-%d %H:%M:%S UTC")),
    "GMT": Style(_utc("%Y-%m-%d %H:%M:%S.000 GMT ")),
    "offset": Style(lambda at, zone: at.astimezone(zone).isoformat()),
    "offset without a colon": Style(_local("%Y-%m-%d %H:%M:%S %z")),
    "Java": Style(lambda at, zone: f"{at.astimezone(zone).isoformat()}[{zone.key}]"),
    "named zone": Style(lambda at, zone: f"{at.astimezone(zone):%Y-%m-%d %H:%M} {zone.key}", on_wall=True),
    "wall": Style(_local("%Y-%m-%d %H:%M"), on_wall=True),
    "seconds": Style(_epoch(1)),
    "milliseconds": Style(_epoch(1_000)),
    "microseconds": Style(_epoch(1_000_000)),
    "nanoseconds": Style(_epoch(1_000_000_000)),
    "seconds with decimals": Style(lambda at, _: f"{at.timestamp():.1f}"),
    "declared UTC": Style(_utc("%Y-%m-%d %H:%M"), {"time_zone": "utc"}),
    "serial days": Style(_serial, {"time_format": "excel", "time_zone": "utc"}),
    "German": Style(_local("%d.%m.%Y %H:%M"), {"time_format": "%d.%m.%Y %H:%M"}, on_wall=True),
    "American": Style(_utc("%m/%d/%Y %I:%M %p UTC"), {"time_format": "%m/%d/%Y %I:%M %p UTC"}),
    "compact": Style(_utc("%Y%m%d%H%M"), {"time_format": "%Y%m%d%H%M", "time_zone": "utc"}),
    "log": Style(_local("%d/%b/%Y:%H:%M:%S %z"), {"time_format": "%d/%b/%Y:%H:%M:%S %z"}),
}
