"""Capacity, gates and expectations: what a forecast must satisfy and provide."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloudtune.spec.values import (
    Block,
    Factor,
    Integer,
    Label,
    Length,
    Number,
    Percent,
    StepName,
    When,
)

Metric = Literal["wape", "mase", "bias", "peak_error", "coverage", "pinball"]


class Waiver(Block):
    """A dated exception to a gate; past its date the gate fails again."""

    until: When
    reason: str = Field(min_length=1)


class Gate(Block):
    """A bound on a backtest figure; a figure outside fails the check."""

    metric: Metric
    step: StepName | None = None
    """Default: the base step."""
    at_most: Percent | None = None
    at_least: Percent | None = None
    between: tuple[Percent, Percent] | None = None
    worse_than_base_by: Percent | None = None
    """Relative to the base revision: 10% allows 0.110 where main has 0.100."""
    waive: Waiver | None = None


class Expectation(Block):
    """A unit test of a forecast: a fact that planners hold to be true."""

    event: Label
    peak_at_least: Factor | None = None
    """Times the normal peak of that weekday."""
    peak_at_most: Factor | None = None


class Zones(Block):
    """Zones in use, and how many may fail."""

    count: Integer = Field(default=3, ge=1, le=20)
    survive: Integer = Field(default=1, ge=0, le=19)


class FleetMember(Block):
    """One instance type at one location."""

    instance: str = Field(min_length=1)
    generation: Integer | None = None
    location: str = ""
    share: Percent = 1.0
    throughput: Number = Field(gt=0)
    """Units of the series per base step that one instance serves at full load."""
    current: Integer = Field(default=0, ge=0)


class Capacity(Block):
    """From demand to servers."""

    demand: str = "q99"
    utilization: Percent = 0.6
    headroom: Percent = 0.0
    zones: Zones = Zones()
    lead_time: Length | None = None
    fleet: list[FleetMember] = Field(default_factory=list)
