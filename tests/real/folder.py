"""Reads the YAML files beside a real series."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Window:
    """A half-open stretch of naive local time."""

    name: str
    start: datetime
    end: datetime
    reason: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)


def read_events(folder: Path, timezone: str) -> list[Window]:
    """Every occurrence of every event, in the file's order."""
    events = yaml.safe_load((folder / "events.yaml").read_text())["events"]
    return [
        Window(name, _local(row["start"], timezone), _local(row["end"], timezone), row.get("title", ""),
               {"stage": row["stage"]} if "stage" in row else {})
        for name, rows in events.items()
        for row in rows
    ]  # fmt: skip


def read_outliers(folder: Path, timezone: str) -> list[Window]:
    """Windows to mask; those of kind event_like are known events, so they stay."""
    rows = yaml.safe_load((folder / "outliers.yaml").read_text())["outliers"]
    return [
        Window(row["kind"], _local(row["start"], timezone), _local(row["end"], timezone), row["reason"])
        for row in rows
        if row["kind"] != "event_like"
    ]


def _local(text: str, timezone: str) -> datetime:
    stamp = datetime.fromisoformat(str(text))
    return stamp.astimezone(ZoneInfo(timezone)).replace(tzinfo=None) if stamp.tzinfo else stamp
