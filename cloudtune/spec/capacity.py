"""From demand to servers: what serves a forecast, with how much room, and how schedules follow it."""

from __future__ import annotations

from pydantic import Field

from cloudtune.spec.values import (
    Block,
    Factor,
    Integer,
    Length,
    Number,
    Percent,
    StepName,
    Throughput,
    Truth,
    When,
)
from cloudtune.timegrid import STEPS


class Zones(Block):
    """Zones in use, and how many may fail."""

    count: Integer = Field(default=3, ge=1, le=20)
    """Zones among which the servers are spread.
    Example: 3"""
    survive: Integer = Field(default=1, ge=0, le=19)
    """Zones that may fail while the rest still carries the demand.
    Example: 1"""
    utilization: Percent | None = None
    """Load allowed to the survivors for the hours of a failure; default: no more than at other times.
    Example: 85%"""


class Delivery(Block):
    """Servers that arrive or leave on a day."""

    on: When
    """The day.
    Example: 2027-03-01"""
    count: Integer = Field(gt=0)
    """How many.
    Example: 20"""


class FleetMember(Block):
    """One instance type at one location."""

    instance: str = Field(min_length=1)
    """Instance type.
    Example: m7g.4xlarge"""
    generation: Integer | None = None
    """Hardware generation.
    Example: 7"""
    location: str = ""
    """Region or site.
    Example: us-west-2"""
    share: Percent | None = None
    """Part of the demand that it serves; the shares add up to 100%. Default: all of it.
    Example: 70%"""
    priority: Integer | None = Field(default=None, ge=1)
    """Instead of shares: members fill up to `at_most` in this order, and hand on what is left.
    Example: 1"""
    throughput: Throughput
    """Units of the series that one instance serves at full load: `1200/min`, `20/s`; a plain number counts
    a step of the series.
    Example: 1200/min"""
    current: Integer = Field(default=0, ge=0)
    """Instances in place today.
    Example: 140"""
    ordered: list[Delivery] = Field(default_factory=list)
    """Instances that are on their way.
    Example: [{on: 2027-02-01, count: 12}]"""
    retires: list[Delivery] = Field(default_factory=list)
    """Instances that will leave.
    Example: [{on: 2027-03-01, count: 20}]"""
    at_most: Integer | None = Field(default=None, ge=1)
    """No more than this many can be had.
    Example: 400"""
    at_least: Integer = Field(default=0, ge=0)
    """No fewer than this many are kept.
    Example: 12"""
    batch: Integer = Field(default=1, ge=1)
    """Orders come in multiples of it.
    Example: 4"""
    price: Number | None = Field(default=None, ge=0)
    """Of an instance and hour; orders and schedules then say their cost.
    Example: 0.65"""
    lead_time: Length | None = None
    """From order to service; default: that of `capacity`.
    Example: 4w"""
    group: str = ""
    """What the platform calls it: an Auto Scaling group, a deployment, an id like service/shop/checkout.
    Example: checkout"""
    max_size: Integer | None = Field(default=None, ge=1)
    """The group's own maximum; a floor above it is an error.
    Example: 400"""
    raise_max: Truth = False
    """Let exported schedules raise the group's maximum.
    Example: true"""
    weight: Integer = Field(default=1, ge=1)
    """Capacity units that the group counts an instance as.
    Example: 4"""


class ScheduleBlock(Block):
    """How exported schedules follow the need."""

    step: StepName = STEPS["15min"]
    """Steps begin on multiples of it.
    Example: 5min"""
    actions: Integer = Field(default=120, ge=1, le=1000)
    """Steps at most; the platform's limit holds anyway.
    Example: 60"""
    days: Integer = Field(default=7, ge=1, le=30)
    """Days that one export covers; refresh it every day.
    Example: 14"""
    min_step: Percent = 0.0
    """Falls by a smaller share are left out; rises never are.
    Example: 5%"""


class Capacity(Block):
    """From demand to servers."""

    demand: str = "q99"
    """What to provide for, of the highest step in each window: `mean`, or a quantile among `quantiles`.
    Example: q99"""
    utilization: Percent = 0.6
    """Load that a server may carry.
    Example: 60%"""
    headroom: Percent = 0.0
    """Room on top of the demand.
    Example: 10%"""
    burst: Factor = 1.0
    """Busiest second over the mean of its step, for serving without a queue.
    Example: 1.2x"""
    zones: Zones = Zones()
    """Zones in use, and how many may fail.
    Example: {count: 3, survive: 1}"""
    startup: Length | None = None
    """From a request for servers to their serving; schedules lie earlier by as much.
    Example: 6min"""
    hold: Length | None = None
    """How long servers stay after the need.
    Example: 30min"""
    lead_time: Length | None = None
    """From order to service.
    Example: 8w"""
    schedule: ScheduleBlock = ScheduleBlock()
    """How exported schedules follow the need.
    Example: {step: 15min, actions: 120, days: 14}"""
    fleet: list[FleetMember] = Field(default_factory=list)
    """What serves the demand.
    Example: [{instance: m7g.4xlarge, share: 100%, throughput: 1200/min}]"""


def level_of(demand: str) -> float | None:
    """`q99` as 0.99; None for `mean`."""
    return None if demand == "mean" else float(demand.removeprefix("q")) / 100
