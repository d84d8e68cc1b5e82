"""Terraform: scheduled actions as one file of JSON, so that a plan is a diff."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cloudtune.plan.export.aws import as_json
from cloudtune.plan.export.schedule import ExportedFile, action_name, digest, instant

if TYPE_CHECKING:
    from cloudtune.plan.export.schedule import Action, Export, Schedule

LEAVE = -1
"""Terraform sends 0 for a size that is left out; -1 leaves it alone."""


def terraform(export: Export) -> tuple[ExportedFile, ...]:
    """`aws_autoscaling_schedule` resources whose names hold a hash of what they say.

    Why a hash: an edited action would keep its old start; a new name makes a new one.
    """
    resources = {}
    for schedule in export.schedules:
        for action in schedule.actions():
            body = _body(schedule, action)
            name = f"{action_name(schedule, action)}-{digest(as_json(body), 6)}"
            resources[_identifier(name)] = body | {"scheduled_action_name": escaped(name)}
    document = {
        "//": _comment(export),
        "resource": {"aws_autoscaling_schedule": resources},
    }
    return (ExportedFile(f"{export.forecast}.tf.json", as_json(document)),)


def escaped(text: str) -> str:
    """Text in which Terraform sees no template."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _comment(export: Export) -> str:
    days = [day for schedule in export.schedules for day in schedule.days]
    return f"made by cloudtune export for {min(days)} to {max(days)}; regenerate, don't edit"


def _body(schedule: Schedule, action: Action) -> dict[str, object]:
    raised = schedule.raise_max and schedule.ceiling is not None
    return {
        "autoscaling_group_name": escaped(schedule.group),
        "min_size": action.units,
        "max_size": max(schedule.ceiling or 0, action.units) if raised else LEAVE,
        "desired_capacity": LEAVE,
        "start_time": instant(action.at),
    }


def _identifier(name: str) -> str:
    return re.sub(r"[^a-z0-9_]", "_", name.lower())
