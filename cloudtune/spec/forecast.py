"""The forecast spec: every key a team can write."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, Tag

from cloudtune.spec.capacity import Capacity, Expectation, Gate
from cloudtune.spec.choice import WORD_OR_BLOCK, AutoOr
from cloudtune.spec.events import EventSpec
from cloudtune.spec.sources import History, Source
from cloudtune.spec.values import (
    Block,
    FieldName,
    Integer,
    Label,
    Length,
    Number,
    Percent,
    StepName,
    Truth,
    When,
    Zone,
)

NamedSeason = Literal["daily", "weekly", "yearly"]


class SeriesBlock(Block):
    """What is forecast."""

    source: Source
    history: History | None = None
    step: StepName
    timezone: Zone
    unit: str = ""
    aggregate: Literal["sum", "mean", "max"] = "sum"
    missing: Literal["gap", "zero"] = "gap"
    start: When | None = None
    end: When | None = None
    """Train up to here (exclusive); default: all the data."""
    floor: Number | None = None
    ceiling: Number | None = None


class Granularity(Block):
    """One step to report, and how far ahead."""

    step: StepName
    horizon: Length


class Break(Block):
    """A declared change of slope or level."""

    at: When
    reason: str = ""


class Trend(Block):
    """How the level grows."""

    growth: Literal["auto", "linear", "damped", "flat"] = "auto"
    slope_breaks: AutoOr[list[Break]] = "auto"
    level_shifts: list[Break] = Field(default_factory=list)


class Season(Block):
    """A custom seasonality."""

    name: Label
    period: Length
    order: Integer = Field(default=3, ge=1, le=20)


AnySeason = Annotated[
    Annotated[NamedSeason, Tag("word")] | Annotated[Season, Tag("block")],
    WORD_OR_BLOCK,
]


class Outlier(Block):
    """A window that the model must not learn from."""

    start: When
    end: When
    reason: str = ""
    review_by: When | None = None


class Regressor(Block):
    """A variable whose future is known or forecast elsewhere."""

    name: FieldName
    source: Source
    effect: Literal["auto", "level", "shape"] = "auto"
    step: StepName | None = None
    """Default: the step of its own data."""


class Backtest(Block):
    """How past accuracy is measured."""

    folds: Integer = Field(default=6, ge=1, le=60)
    horizon: Length | None = None
    """Default: the shortest horizon of the granularities, at most 28d."""


class ForecastSpec(Block):
    """A forecast as a team writes it, defaults merged in."""

    version: Literal["cloudtune/v1"]
    kind: Literal["forecast"]
    name: Label
    owner: str = ""
    region: str = ""
    tags: list[str] = Field(default_factory=list)
    description: str = ""
    series: SeriesBlock
    granularities: list[Granularity] = Field(min_length=1)
    scale: Literal["auto", "multiplicative", "additive"] = "auto"
    trend: Trend = Trend()
    seasonality: AutoOr[list[AnySeason]] = "auto"
    calendars: list[Label] = Field(default_factory=list)
    events: list[EventSpec] = Field(default_factory=list)
    outliers: list[Outlier] = Field(default_factory=list)
    regressors: list[Regressor] = Field(default_factory=list)
    quantiles: list[Percent] = Field(default_factory=lambda: [0.1, 0.5, 0.9, 0.99])
    backtest: Backtest = Backtest()
    gates: list[Gate] = Field(default_factory=list)
    expect: list[Expectation] = Field(default_factory=list)
    capacity: Capacity | None = None
    tolerance: Percent = 0.005
    """A rerun whose figures moved less keeps the committed report."""
    allow_explosive: Truth = False
    """Let an outlook exceed ten times the largest value seen."""
