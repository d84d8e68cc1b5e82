"""What a forecast must satisfy: gates and expectations."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from cloudtune.spec.values import Block, Factor, Label, Percent, ShareOrDays, StepName, When

Metric = Literal["wape", "mase", "bias", "peak_error", "coverage", "pinball", "shortage", "order_lateness"]
PLAIN_METRICS = frozenset({"mase"})
"""Metrics written as plain numbers. All others are shares, pinball too: of the mean of the actuals."""
FLEET_METRICS = frozenset({"shortage", "order_lateness"})
"""Figures of the order sheet: a share of futures, and days."""


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
    """The figure; `shortage` and `order_lateness` are those of the order sheet.
    Example: wape"""
    step: StepName | None = None
    """A reported step; default: the step of the series.
    Example: 1h"""
    at_most: ShareOrDays | None = None
    """Upper bound; one of the four bounds is given. Of `order_lateness` a length such as 14d.
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
