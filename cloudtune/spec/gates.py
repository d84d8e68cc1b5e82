"""What a forecast must satisfy and provide for: gates, expectations, capacity."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloudtune.spec.values import Block, Factor, Integer, Label, Length, Number, Percent, StepName, When

Metric = Literal["wape", "mase", "bias", "peak_error", "coverage", "pinball"]


class Waiver(Block):
    """A dated exception to a gate; past its date the gate fails again."""

    until: When
    """Last day of the exception.
    Example: 2026-12-31"""
    reason: str = Field(min_length=1)
    """Why; shown in the check.
    Example: new source, too little history"""


class Gate(Block):
    """A bound on a backtest figure; a figure outside fails the check."""

    metric: Metric
    """The figure.
    Example: wape"""
    step: StepName | None = None
    """A reported step; default: the step of the series.
    Example: 1h"""
    at_most: Percent | None = None
    """Upper bound; one of the four bounds is given.
    Example: 12%"""
    at_least: Percent | None = None
    """Lower bound.
    Example: 70%"""
    between: tuple[Percent, Percent] | None = None
    """Lower and upper bound.
    Example: [70%, 90%]"""
    worse_than_base_by: Percent | None = None
    """Relative to the base revision: 10% allows 0.110 where main has 0.100.
    Example: 10%"""
    waive: Waiver | None = None
    """A dated exception.
    Example: {until: 2026-12-31, reason: new source}"""


class Expectation(Block):
    """A unit test of a forecast: a fact that planners hold to be true."""

    event: Label
    """An event of the spec or its calendars.
    Example: prime-day"""
    peak_at_least: Factor | None = None
    """Times the normal peak of that weekday.
    Example: 2x"""
    peak_at_most: Factor | None = None
    """Times the normal peak of that weekday.
    Example: 5x"""


class Zones(Block):
    """Zones in use, and how many may fail."""

    count: Integer = Field(default=3, ge=1, le=20)
    """Zones among which the servers are spread.
    Example: 3"""
    survive: Integer = Field(default=1, ge=0, le=19)
    """Zones that may fail while the rest still carries the demand.
    Example: 1"""


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
    share: Percent = 1.0
    """Part of the demand that it serves; the shares add up to 100%.
    Example: 70%"""
    throughput: Number = Field(gt=0)
    """Units of the series per base step that one instance serves at full load.
    Example: 1200"""
    current: Integer = Field(default=0, ge=0)
    """Instances in place today.
    Example: 140"""


class Capacity(Block):
    """From demand to servers."""

    demand: str = "q99"
    """Which forecast to provide for: `mean`, or a quantile among `quantiles`.
    Example: q99"""
    utilization: Percent = 0.6
    """Load that a server may carry.
    Example: 60%"""
    headroom: Percent = 0.0
    """Room on top of the demand.
    Example: 10%"""
    zones: Zones = Zones()
    """Zones in use, and how many may fail.
    Example: {count: 3, survive: 1}"""
    lead_time: Length | None = None
    """From order to service.
    Example: 8w"""
    fleet: list[FleetMember] = Field(default_factory=list)
    """What serves the demand.
    Example: [{instance: m7g.4xlarge, share: 100%, throughput: 1200}]"""
