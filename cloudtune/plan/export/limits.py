"""What platforms take, in one table, and schedules held against it.

Read on the platforms' own pages; no free validator knows these figures, so they are checked here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cloudtune.plan.export.schedule import Schedule


@dataclass(frozen=True, slots=True)
class Limits:
    """What one platform takes, and how late it may act."""

    actions: int | None = None
    """Dated changes a group; None: no limit is known."""
    batch: int = 1
    """Changes in one call."""
    group_name: int = 255
    """Characters."""
    gap: int = 5
    """Minutes between changes at least."""
    ahead: int = 0
    """Minutes after the moment of export before which nothing may lie."""
    late: int = 0
    """Minutes by which the platform may act late: steps lie earlier by as much."""
    days: int = 14
    """The longest window: later days belong to a later export."""
    tolerance: float = 0.0
    """Share above the floor that the platform may ignore: floors are raised by as much."""
    leap_day: bool = True
    """False: dates have no year, and 29 February would be missed."""


LIMITS: dict[str, Limits] = {
    "aws-autoscaling": Limits(actions=125, batch=50, ahead=5, late=3),
    "cloudformation": Limits(actions=125, ahead=5, late=3),
    "terraform": Limits(actions=125, ahead=5, late=3),
    "application-autoscaling": Limits(actions=200, group_name=1600, ahead=5, late=3),
    "keda": Limits(actions=55, gap=10, late=1, days=30, tolerance=0.1, leap_day=False),
    "hpa": Limits(),
    "placeholder": Limits(),
    "openmetrics": Limits(),
    "prometheus-rules": Limits(),
    "schedule-csv": Limits(gap=0),
}
"""By format. EC2 Auto Scaling: 125 actions a group and 50 a batch, times in the past refused, up to two
minutes late (quotas page; user guide, considerations). Application Auto Scaling: 200 a target (quotas page).
KEDA: cron expressions without a year, and the autoscaler's tolerance of 10% (cron_scaler.go; HPA page);
it names no limit of triggers, but each is a metric that is asked for every 15 seconds: 50 are enough."""

RESERVED = 5
"""Actions of a group that are left for people."""


def actions_for(limits: Limits, wanted: int) -> int:
    """Steps that a schedule may have: what was wanted, within the limit, with one more for the end."""
    return wanted if limits.actions is None else min(wanted, limits.actions - RESERVED)


def broken(schedule: Schedule, limits: Limits) -> Iterator[Problem]:
    """Every limit of the platform that a schedule would break, each with its mend."""
    path = ("capacity", "fleet")
    actions = schedule.actions()
    total = len(actions) + len(schedule.taken)
    if limits.actions is not None and total > limits.actions:
        theirs = f" with {len(schedule.taken)} that it has" if schedule.taken else ""
        yield Problem(
            "CT801",
            f"{schedule.group} would have {total} actions{theirs}; the platform takes {limits.actions}",
            f"set `actions: {limits.actions - RESERVED - len(schedule.taken)}` in `capacity.schedule`, "
            "or remove old actions",
            path=("capacity", "schedule"),
        )
    if len(schedule.group) > limits.group_name:
        yield Problem(
            "CT801",
            f"the name of group {schedule.group[:40]}... has {len(schedule.group)} characters; "
            f"the platform takes {limits.group_name}",
            "name the group as the platform does",
            path=path,
        )
    top = schedule.highest * schedule.weight
    if schedule.ceiling is not None and top > schedule.ceiling and not schedule.raise_max:
        yield Problem(
            "CT802",
            f"{schedule.group} needs a floor of {top}, above its maximum of {schedule.ceiling}",
            f"raise the group's maximum to {top} and set `max_size: {top}`, or set `raise_max: true`",
            path=path,
        )
    yield from _broken_window(schedule, limits)


def _broken_window(schedule: Schedule, limits: Limits) -> Iterator[Problem]:
    begin, end = schedule.floor.at[0], schedule.floor.until
    days = float((end - begin) / np.timedelta64(1, "D"))
    if days > limits.days:
        yield Problem(
            "CT801",
            f"a window of {days:.0f} days; this format takes {limits.days}",
            f"set `days: {limits.days}` in `capacity.schedule` and export again every day",
            path=("capacity", "schedule", "days"),
        )
    if not limits.leap_day and _holds_leap_day(begin, end):
        yield Problem(
            "CT801",
            "the window holds 29 February, which a cron date without a year would miss for three years",
            "export up to 28 February, and from 1 March on in a second run",
            path=("capacity", "schedule", "days"),
        )


def _holds_leap_day(begin: np.datetime64, end: np.datetime64) -> bool:
    days = np.arange(begin.astype("datetime64[D]"), end.astype("datetime64[D]") + 1)
    return bool(np.char.endswith(days.astype(str), "-02-29").any())
