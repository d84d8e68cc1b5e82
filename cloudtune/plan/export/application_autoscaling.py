"""Application Auto Scaling: scheduled actions of ECS services and other scalable targets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from cloudtune.errors import Problem, Refusal
from cloudtune.plan.export.schedule import ExportedFile, action_name, file_stem

if TYPE_CHECKING:
    from cloudtune.plan.export.schedule import Action, Export, Schedule


class Scalable(NamedTuple):
    """What the platform calls a kind of resource, and what of it scales."""

    namespace: str
    dimension: str


SCALABLE: dict[str, Scalable] = {
    "service/": Scalable("ecs", "ecs:service:DesiredCount"),
    "function:": Scalable("lambda", "lambda:function:ProvisionedConcurrency"),
    "fleet/": Scalable("appstream", "appstream:fleet:DesiredCapacity"),
    "spot-fleet-request/": Scalable("ec2", "ec2:spot-fleet-request:TargetCapacity"),
    "instancegroup/": Scalable("elasticmapreduce", "elasticmapreduce:instancegroup:InstanceCount"),
    "cluster:": Scalable("rds", "rds:cluster:ReadReplicaCount"),
    "endpoint/": Scalable("sagemaker", "sagemaker:variant:DesiredInstanceCount"),
    "replication-group/": Scalable("elasticache", "elasticache:replication-group:NodeGroups"),
}
"""By the beginning of a resource's id."""


def application_autoscaling(export: Export) -> tuple[ExportedFile, ...]:
    """One line an action for `put-scheduled-action`, and one for `delete-scheduled-action`."""
    found = []
    for schedule in export.schedules:
        scalable = scalable_of(schedule.group)
        puts = [_put(schedule, scalable, action) for action in schedule.actions()]
        deletes = [
            {k: v for k, v in put.items() if k not in {"Schedule", "ScalableTargetAction"}} for put in puts
        ]
        stem = file_stem(schedule.group)
        found.append(ExportedFile(f"{stem}.jsonl", _lines(puts)))
        found.append(ExportedFile(f"{stem}-delete.jsonl", _lines(deletes)))
    return tuple(found)


def scalable_of(resource: str) -> Scalable:
    """Namespace and dimension of a resource id; raises Refusal for one that it doesn't know."""
    for beginning, scalable in SCALABLE.items():
        if resource.startswith(beginning):
            return scalable
    raise Refusal(
        Problem(
            "CT803",
            f"`group: {resource}` is no resource of Application Auto Scaling",
            f"write its resource id, which begins with one of {', '.join(SCALABLE)}: service/shop/checkout",
            path=("capacity", "fleet"),
        )
    )


def _put(schedule: Schedule, scalable: Scalable, action: Action) -> dict[str, object]:
    sizes = {"MinCapacity": action.units}
    if schedule.raise_max and schedule.ceiling is not None:
        sizes["MaxCapacity"] = max(schedule.ceiling, action.units)
    return {
        "ServiceNamespace": scalable.namespace,
        "ResourceId": schedule.group,
        "ScalableDimension": scalable.dimension,
        "ScheduledActionName": action_name(schedule, action),
        "Schedule": f"at({np.datetime_as_string(action.at, unit='s')})",
        "ScalableTargetAction": sizes,
    }


def _lines(documents: list[dict[str, object]]) -> str:
    return "".join(json.dumps(document) + "\n" for document in documents)
