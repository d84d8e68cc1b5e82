"""KEDA: a ScaledObject whose cron triggers hold a floor on dated windows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import yaml

from cloudtune.plan.export.limits import LIMITS
from cloudtune.plan.export.schedule import MINUTE, ExportedFile, file_stem

if TYPE_CHECKING:
    from cloudtune.plan.export.schedule import Export, Schedule

OVERLAP = 5 * MINUTE
"""Neighbours overlap by this on the higher side: windows that only touch dip between them."""
DEFAULT_MOST = 100
"""KEDA's own maximum where none is written: higher wishes would be capped in silence."""


@dataclass(frozen=True, slots=True)
class CronWindow:
    """A stretch of time with a floor."""

    first: np.datetime64
    last: np.datetime64
    units: int


def keda(export: Export) -> tuple[ExportedFile, ...]:
    """One ScaledObject a group; its name holds the last day, because cron dates have no year."""
    found = []
    for schedule in export.schedules:
        expires = str((schedule.floor.until + OVERLAP).astype("datetime64[D]") + 1)
        text = as_yaml(scaled_object(schedule, expires))
        found.append(ExportedFile(f"{file_stem(schedule.group)}-until-{expires}.keda.yaml", text))
    return tuple(found)


def scaled_object(schedule: Schedule, expires: str) -> dict[str, Any]:
    """The manifest, in UTC throughout."""
    triggers = [
        _trigger(f"{schedule.forecast}-{k}", window) for k, window in enumerate(cron_windows(schedule), 1)
    ]
    padded = _padded(schedule.highest)
    return {
        "apiVersion": "keda.sh/v1alpha1",
        "kind": "ScaledObject",
        "metadata": {
            "name": f"{schedule.group}-cloudtune",
            "labels": {"cloudtune/forecast": schedule.forecast, "cloudtune/expires": expires},
        },
        "spec": {
            "scaleTargetRef": {"name": schedule.group},
            "minReplicaCount": schedule.base,
            "maxReplicaCount": max(schedule.ceiling or DEFAULT_MOST, padded),
            "triggers": triggers,
        },
    }


def cron_windows(schedule: Schedule) -> list[CronWindow]:
    """Steps above the base floor, each overlapping a lower neighbour.

    The autoscaler stays where it is while it is within 10% of what is asked for: units are raised by as
    much, so that staying is enough.
    """
    pieces = [CronWindow(first, last, units) for first, last, units in schedule.pieces()]
    found = []
    for k, piece in enumerate(pieces):
        before = pieces[k - 1].units if k else piece.units
        after = pieces[k + 1].units if k + 1 < len(pieces) else 0
        if piece.units <= schedule.base:
            continue
        first = piece.first - OVERLAP if before < piece.units else piece.first
        last = piece.last + OVERLAP if after < piece.units else piece.last
        found.append(replace(piece, first=first, last=last, units=_padded(piece.units)))
    return found


def as_yaml(document: dict[str, Any]) -> str:
    """YAML in the order of the document."""
    return yaml.safe_dump(document, sort_keys=False, width=110)


def _padded(units: int) -> int:
    tolerance = LIMITS["keda"].tolerance
    return int(np.ceil(units * (1 + tolerance) - 1e-9))


def _trigger(name: str, window: CronWindow) -> dict[str, Any]:
    return {
        "type": "cron",
        "name": name,
        "metadata": {
            "timezone": "Etc/UTC",
            "start": _cron(window.first),
            "end": _cron(window.last),
            "desiredReplicas": str(window.units),
        },
    }


def _cron(at: np.datetime64) -> str:
    when = at.astype("datetime64[s]").item()
    return f"{when.minute} {when.hour} {when.day} {when.month} *"
