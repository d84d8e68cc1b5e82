"""Kubernetes: floors of a HorizontalPodAutoscaler, and placeholder pods that bring nodes in time."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import numpy as np

from cloudtune.plan.export.aws import as_json
from cloudtune.plan.export.keda import as_yaml
from cloudtune.plan.export.schedule import MINUTE, Action, ExportedFile, file_stem, instant, stamp

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.plan.export.schedule import Export, Schedule

PAUSE_IMAGE = "registry.k8s.io/pause:3.10"
LAST_IN_LINE = -10
"""Priority of placeholder pods: any other pod takes their place."""


def hpa(export: Export) -> tuple[ExportedFile, ...]:
    """A merge patch of `spec.minReplicas` for every step, and an index that says when each applies."""
    return tuple(file for schedule in export.schedules for file in _floor_patches(schedule))


def placeholder(export: Export) -> tuple[ExportedFile, ...]:
    """A deployment of idle pods that real ones push out, and a patch of its size for every step."""
    return tuple(file for schedule in export.schedules for file in _placeholder(schedule))


def placeholder_sizes(schedule: Schedule) -> list[Action]:
    """Idle pods by time: the highest floor of the next startup minus the floor now.

    The floor here is that of the pods alone, without startup: nodes are what takes time.
    """
    floor, lead = schedule.floor, schedule.startup * MINUTE
    times = np.unique(np.concatenate([floor.at, np.maximum(floor.at - lead, floor.at[0])]))
    found: list[Action] = []
    for at in times:
        soon = floor.units[(floor.at > at) & (floor.at <= at + lead)]
        now = int(floor.value(at))
        size = max(int(soon.max()) - now, 0) if len(soon) else 0
        if not found or found[-1].units != size:
            found.append(Action(at, size))
    return found


def _floor_patches(schedule: Schedule) -> Iterator[ExportedFile]:
    patches = []
    for action in schedule.actions():
        sizes = {"minReplicas": action.units}
        if schedule.raise_max and schedule.ceiling is not None:
            sizes["maxReplicas"] = max(schedule.ceiling, action.units)
        patches.append((action.at, {"spec": sizes}))
    yield from _patches(f"{file_stem(schedule.group)}-hpa", f"hpa {schedule.group}", patches)


def _placeholder(schedule: Schedule) -> Iterator[ExportedFile]:
    name = f"{schedule.group}-placeholder"
    sizes = placeholder_sizes(schedule)
    text = "---\n".join(as_yaml(document) for document in _manifests(name, sizes[0].units))
    yield ExportedFile(f"{file_stem(name)}.yaml", text)
    patches = [(size.at, {"spec": {"replicas": size.units}}) for size in sizes]
    yield from _patches(file_stem(name), f"deployment {name}", patches)


def _patches(stem: str, target: str, patches: list[tuple[np.datetime64, Any]]) -> Iterator[ExportedFile]:
    """A file a patch, named by its instant, and the index with the command that applies it."""
    index = []
    for at, patch in patches:
        name = f"{stem}-{stamp(at)}.json"
        command = f"kubectl patch {target} --type merge --patch-file {name}"
        index.append({"at": instant(at), "file": name, "apply": command})
        yield ExportedFile(name, json.dumps(patch) + "\n")
    yield ExportedFile(f"{stem}-index.json", as_json(index))


def _manifests(name: str, replicas: int) -> Iterator[dict[str, Any]]:
    labels = {"app": name}
    yield {
        "apiVersion": "scheduling.k8s.io/v1",
        "kind": "PriorityClass",
        "metadata": {"name": name},
        "value": LAST_IN_LINE,
        "globalDefault": False,
        "description": "Pods that hold nodes for those that come",
    }
    yield {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": name},
        "spec": {
            "replicas": replicas,
            "selector": {"matchLabels": labels},
            "template": {"metadata": {"labels": labels}, "spec": _idle_pod(name)},
        },
    }


def _idle_pod(name: str) -> dict[str, Any]:
    """As large as a real pod: set its requests to theirs."""
    requests = {"cpu": "1", "memory": "1Gi"}
    return {
        "priorityClassName": name,
        "terminationGracePeriodSeconds": 0,
        "containers": [{"name": "pause", "image": PAUSE_IMAGE, "resources": {"requests": requests}}],
    }
