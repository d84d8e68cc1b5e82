"""The formats that a schedule can be exported to."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, NamedTuple

from cloudtune.errors import Problem, Refusal
from cloudtune.plan.export.application_autoscaling import application_autoscaling
from cloudtune.plan.export.aws import cloudformation, command_line, terraform
from cloudtune.plan.export.keda import keda
from cloudtune.plan.export.kubernetes import hpa, placeholder
from cloudtune.plan.export.limits import LIMITS, Limits, broken
from cloudtune.plan.export.prometheus import openmetrics, rules
from cloudtune.plan.export.schedule import ExportedFile, instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from cloudtune.plan.export.schedule import Export


class ExportFormat(NamedTuple):
    """One format: what it is for, and the function that writes it."""

    says: str
    render: Callable[[Export], tuple[ExportedFile, ...]]
    nodes_ahead: bool = False
    """True: the floor is that of pods without startup, because the format itself looks ahead."""


def table(export: Export) -> tuple[ExportedFile, ...]:
    """Every step of every group, one a line."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["at", "until", "group", "location", "instance", "units"])
    for schedule in export.schedules:
        for first, last, units in schedule.pieces():
            row = [schedule.group, schedule.location, schedule.instance, units]
            writer.writerow([instant(first), instant(last), *row])
    return (ExportedFile(f"{export.forecast}.csv", text.getvalue()),)


FORMATS: dict[str, ExportFormat] = {
    "aws-autoscaling": ExportFormat("EC2 Auto Scaling: batches for the AWS command line", command_line),
    "cloudformation": ExportFormat("EC2 Auto Scaling: a CloudFormation template", cloudformation),
    "terraform": ExportFormat("EC2 Auto Scaling: Terraform JSON", terraform),
    "application-autoscaling": ExportFormat("ECS and other scalable targets", application_autoscaling),
    "keda": ExportFormat("KEDA: a ScaledObject with cron triggers", keda),
    "hpa": ExportFormat("Kubernetes: minReplicas of an autoscaler, step by step", hpa),
    "placeholder": ExportFormat(
        "Kubernetes: idle pods that bring nodes in time", placeholder, nodes_ahead=True
    ),
    "openmetrics": ExportFormat("Prometheus: forecast and units with stamps", openmetrics),
    "prometheus-rules": ExportFormat("Prometheus: the schedule as rules, with alerts", rules),
    "schedule-csv": ExportFormat("a table of steps", table),
}


def limits_of(name: str) -> Limits:
    """The limits of a format's platform."""
    return LIMITS[name]


def rendered(export: Export, name: str) -> tuple[ExportedFile, ...]:
    """The files of a format; raises Refusal with every limit that they would break."""
    problems = [problem for schedule in export.schedules for problem in broken(schedule, LIMITS[name])]
    if problems:
        raise Refusal(*problems)
    return FORMATS[name].render(export)


def unnamed(export: Export) -> list[Problem]:
    """Fleet members without a `group`: no platform can be told about them."""
    return [
        Problem(
            "CT803",
            f"{schedule.instance} has no `group`: the platform's name for what is scaled",
            "add `group: checkout` to the fleet member",
            path=("capacity", "fleet", k),
        )
        for k, schedule in enumerate(export.schedules)
        if not schedule.group
    ]
