"""EC2 Auto Scaling scheduled actions: for the AWS command line, CloudFormation and Terraform."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.plan.export.limits import LIMITS
from cloudtune.plan.export.schedule import ExportedFile, action_name, digest, file_stem, instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.plan.export.schedule import Action, Export, Schedule


def command_line(export: Export) -> tuple[ExportedFile, ...]:
    """Batches for `batch-put-scheduled-update-group-action`, and what takes them back."""
    return tuple(file for schedule in export.schedules for file in _group_files(schedule))


def cloudformation(export: Export) -> tuple[ExportedFile, ...]:
    """A template of `AWS::AutoScaling::ScheduledAction` for each group: one stack takes 500 resources."""
    return tuple(
        ExportedFile(f"{file_stem(schedule.group)}.template.json", as_json(_template(schedule)))
        for schedule in export.schedules
    )


def taken_instants(data: bytes, file: str) -> dict[str, frozenset[np.datetime64]]:
    """By group, instants of the actions that it has, from `describe-scheduled-actions`; ours aside."""
    found: dict[str, frozenset[np.datetime64]] = {}
    try:
        for one in json.loads(data)["ScheduledUpdateGroupActions"]:
            if str(one["ScheduledActionName"]).startswith("ct-") or not one.get("StartTime"):
                continue
            start = datetime.fromisoformat(str(one["StartTime"])).astimezone(UTC).replace(tzinfo=None)
            group = str(one["AutoScalingGroupName"])
            found[group] = found.get(group, frozenset()) | {np.datetime64(start, "s")}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        hint = "aws autoscaling describe-scheduled-actions --auto-scaling-group-name NAME > FILE"
        raise Refusal(Problem("CT806", f"{file} holds no scheduled actions: {error}", hint)) from error
    return found


def as_json(document: Any) -> str:
    """JSON as people read it in a diff: keys sorted, one a line."""
    return json.dumps(document, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _group_files(schedule: Schedule) -> Iterator[ExportedFile]:
    size, stem = LIMITS["aws-autoscaling"].batch, file_stem(schedule.group)
    actions = schedule.actions()
    for k, first in enumerate(range(0, len(actions), size), 1):
        batch = actions[first : first + size]
        puts = [
            {
                "ScheduledActionName": action_name(schedule, action),
                "StartTime": instant(action.at),
                **_sizes(schedule, action),
            }
            for action in batch
        ]
        put = {"AutoScalingGroupName": schedule.group, "ScheduledUpdateGroupActions": puts}
        names = [action_name(schedule, action) for action in batch]
        delete = {"AutoScalingGroupName": schedule.group, "ScheduledActionNames": names}
        yield ExportedFile(f"{stem}-{k:02}.json", as_json(put))
        yield ExportedFile(f"{stem}-delete-{k:02}.json", as_json(delete))
    restore = {"AutoScalingGroupName": schedule.group, "MinSize": schedule.base * schedule.weight}
    yield ExportedFile(f"{stem}-restore.json", as_json(restore))


def _template(schedule: Schedule) -> dict[str, Any]:
    first, last = schedule.days
    resources = {
        _logical_name(schedule, action): {
            "Type": "AWS::AutoScaling::ScheduledAction",
            "Properties": {
                "AutoScalingGroupName": schedule.group,
                "StartTime": instant(action.at),
                **_sizes(schedule, action),
            },
        }
        for action in schedule.actions()
    }
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Floors of {schedule.forecast}, {first} to {last}: made by cloudtune export",
        "Resources": resources,
    }


def _sizes(schedule: Schedule, action: Action) -> dict[str, int]:
    """The floor, and the maximum where it must rise with it."""
    sizes = {"MinSize": action.units}
    if schedule.raise_max and schedule.ceiling is not None:
        sizes["MaxSize"] = max(schedule.ceiling, action.units)
    return sizes


def _logical_name(schedule: Schedule, action: Action) -> str:
    """Letters and digits alone, and one of its own for every group."""
    name = re.sub(r"[^A-Za-z0-9]", "", action_name(schedule, action).title())
    return f"{name}{digest(schedule.group, 6)}"


LEAVE = -1
"""Terraform sends 0 for a size that is left out; -1 leaves it alone."""


def terraform(export: Export) -> tuple[ExportedFile, ...]:
    """`aws_autoscaling_schedule` resources whose names hold a hash of what they say.

    Why a hash: an edited action would keep its old start; a new name makes a new one.
    """
    resources = {}
    for schedule in export.schedules:
        for action in schedule.actions():
            body = _resource(schedule, action)
            name = f"{action_name(schedule, action)}-{digest(as_json(body), 6)}"
            resources[_identifier(name)] = body | {"scheduled_action_name": escaped(name)}
    document = {
        "//": _window(export),
        "resource": {"aws_autoscaling_schedule": resources},
    }
    return (ExportedFile(f"{export.forecast}.tf.json", as_json(document)),)


def escaped(text: str) -> str:
    """Text in which Terraform sees no template."""
    return text.replace("${", "$${").replace("%{", "%%{")


def _window(export: Export) -> str:
    days = [day for schedule in export.schedules for day in schedule.days]
    return f"made by cloudtune export for {min(days)} to {max(days)}; regenerate, don't edit"


def _resource(schedule: Schedule, action: Action) -> dict[str, object]:
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
