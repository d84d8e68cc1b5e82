"""The forecast spec: every key a team can write."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import Discriminator, Field, Tag

from cloudtune.spec.capacity import Capacity
from cloudtune.spec.events import EventSpec
from cloudtune.spec.gates import Expectation, Gate
from cloudtune.spec.opening_hours import OpeningHours
from cloudtune.spec.sources import History, Source
from cloudtune.spec.values import (
    Block,
    Factor,
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
from cloudtune.timegrid import Duration

Written = TypeVar("Written")


def _word_or_block(value: Any) -> str:
    return "word" if isinstance(value, str) else "block"


WORD_OR_BLOCK = Discriminator(_word_or_block)
"""Why: a plain union reports every branch, one mistake as several problems."""

AutoOr = Annotated[
    Annotated[Literal["auto"], Tag("word")] | Annotated[Written, Tag("block")],
    WORD_OR_BLOCK,
]


class Change(Block):
    """What a scenario changes of an event's next occurrence."""

    effect: Factor | None = None
    """Lift instead of what was learned.
    Example: 1.8x"""
    start: When | None = None
    """Another start.
    Example: 2026-07-21"""
    duration: Length | None = None
    """Another length.
    Example: 48h"""


Growth = Literal["linear", "damped", "flat"]
AnyChange = Annotated[
    Annotated[Growth, Tag("word")] | Annotated[Change, Tag("block")],
    WORD_OR_BLOCK,
]

NamedSeason = Literal["daily", "weekly", "yearly"]


class SeriesBlock(Block):
    """What is forecast: where its values are, and how to read them."""

    source: Source
    """Where the values are.
    Example: {kind: csv, path: data/orders.csv, time: minute, value: orders}"""
    history: History | None = None
    """A longer, coarser record of the same series; informs level, year and events.
    Example: {kind: csv, path: data/orders-daily.csv, time: day, value: orders, step: 1d}"""
    step: StepName
    """Distance between two points.
    Example: 1min"""
    timezone: Zone
    """IANA time zone: days, events and profiles are local wall-clock time.
    Example: America/Los_Angeles"""
    unit: str = ""
    """What is counted; shown in reports.
    Example: orders"""
    aggregate: Literal["sum", "mean", "max"] = "sum"
    """How finer steps become coarser ones.
    Example: mean"""
    missing: Literal["gap", "zero"] = "gap"
    """What a step without a row means: unknown, or zero.
    Example: zero"""
    opening_hours: OpeningHours = "auto"
    """When the series can be anything but zero; `auto` looks where rows are, `always` closes nothing.
    Example: {mon-fri: "07:00-21:00", sat: "09:00-13:00"}"""
    start: When | None = None
    """Train from here on; default: all the data.
    Example: 2023-01-01"""
    end: When | None = None
    """Train up to here, exclusive; default: all the data.
    Example: 2026-07-01"""
    floor: Number | None = None
    """No forecast goes below, in the unit of the series.
    Example: 0"""
    ceiling: Number | None = None
    """No forecast goes above, in the unit of the series.
    Example: 250000"""


class Granularity(Block):
    """One step to report, and how far ahead."""

    step: StepName
    """Step of the report: a multiple of the step of the series.
    Example: 1h"""
    horizon: Length
    """How far ahead of the last value.
    Example: 180d"""


class Break(Block):
    """A declared change of slope or level."""

    at: When
    """First instant of the new slope or level.
    Example: 2024-09-01"""
    reason: str = ""
    """Why; shown in the report.
    Example: new checkout"""


class Trend(Block):
    """How the level grows."""

    growth: Literal["auto", "linear", "damped", "flat"] = "auto"
    """Growth beyond the data; `auto` is chosen by backtest.
    Example: damped"""
    slope_breaks: AutoOr[list[Break]] = "auto"
    """When growth changed; `auto` searches the training data.
    Example: [{at: 2024-09-01, reason: new checkout}]"""
    level_shifts: list[Break] = Field(default_factory=list)
    """When the level jumped and stayed.
    Example: [{at: 2025-02-10, reason: bot filter}]"""


class Season(Block):
    """A pattern of your own that repeats."""

    name: Label
    """Shown in reports.
    Example: pay-cycle"""
    period: Length
    """Length of one repetition.
    Example: 14d"""
    order: Integer = Field(default=3, ge=1, le=20)
    """Waves that draw its shape: more follow sharper turns.
    Example: 5"""


AnySeason = Annotated[
    Annotated[NamedSeason, Tag("word")] | Annotated[Season, Tag("block")],
    WORD_OR_BLOCK,
]


class Outlier(Block):
    """A window that the model must not learn from."""

    start: When
    """First instant of the window.
    Example: 2025-03-02T04:00"""
    end: When
    """First instant after the window.
    Example: 2025-03-02T09:30"""
    reason: str = ""
    """Why; shown in the report.
    Example: robot traffic, INC-431"""
    review_by: When | None = None
    """A warning appears from the day after.
    Example: 2026-03-01"""


class Regressor(Block):
    """A variable whose future is known or forecast elsewhere."""

    name: FieldName
    """Shown in reports; unique in the spec.
    Example: ad_spend"""
    source: Source
    """Where its values are, the future over the whole horizon among them.
    Example: {kind: csv, path: data/ad-spend.csv, time: day, value: usd}"""
    effect: Literal["auto", "level", "shape"] = "auto"
    """On the level of days, or on the curve within a day.
    Example: level"""
    step: StepName | None = None
    """Step of its data; default: found in the data.
    Example: 1d"""


class Backtest(Block):
    """How past accuracy is measured."""

    folds: Integer = Field(default=6, ge=1, le=60)
    """Origins from which the past is forecast again.
    Example: 6"""
    horizon: Length | None = None
    """How far each looks ahead; default: the shortest horizon asked for, at most 28d.
    Example: 28d"""


class ForecastSpec(Block):
    """A forecast as a team writes it, defaults merged in."""

    version: Literal["cloudtune/v1"]
    """Version of the spec language.
    Example: cloudtune/v1"""
    kind: Literal["forecast"]
    """What this file describes.
    Example: forecast"""
    name: Label
    """Lower-case letters, digits, hyphens; unique, equal to the file's stem.
    Example: us-orders"""
    owner: str = ""
    """The team that answers for it; `--select owner:` finds it.
    Example: team-checkout"""
    region: str = ""
    """Where the demand comes from; `--select region:` finds it.
    Example: US"""
    tags: list[str] = Field(default_factory=list)
    """Words for `--select tag:`.
    Example: [tier-1]"""
    description: str = ""
    """One sentence for the top of the report.
    Example: Orders placed per minute in the US store"""
    series: SeriesBlock
    """What is forecast.
    Example: {source: {kind: parquet, path: data/orders.parquet, time: minute, value: orders},
    step: 1min, timezone: America/Los_Angeles}"""
    granularities: list[Granularity] = Field(min_length=1)
    """Steps to report, each with its horizon; coarser ones equal the finer ones added up.
    Example: [{step: 1min, horizon: 90d}, {step: 1w, horizon: 2y}]"""
    scale: Literal["auto", "multiplicative", "additive"] = "auto"
    """Whether ingredients multiply or add up; `auto` is chosen by backtest.
    Example: multiplicative"""
    trend: Trend = Trend()
    """How the level grows.
    Example: {growth: damped}"""
    seasonality: AutoOr[list[AnySeason]] = "auto"
    """Patterns that repeat; `auto` takes those that the data shows.
    Example: [daily, weekly, {name: pay-cycle, period: 14d}]"""
    calendars: list[Label] = Field(default_factory=list)
    """Shared calendars, by name.
    Example: [us-retail]"""
    events: list[EventSpec] = Field(default_factory=list)
    """Events of this series alone, written as in a calendar.
    Example: [{name: site-anniversary, rule: 12 march}]"""
    outliers: list[Outlier] = Field(default_factory=list)
    """Windows that the model must not learn from.
    Example: [{start: 2025-03-02T04:00, end: 2025-03-02T09:30, reason: robot traffic}]"""
    regressors: list[Regressor] = Field(default_factory=list)
    """Variables with a known future.
    Example: [{name: ad_spend, source: {kind: csv, path: data/ad-spend.csv, time: day, value: usd}}]"""
    quantiles: list[Percent] = Field(default_factory=lambda: [0.1, 0.5, 0.9, 0.99])
    """Quantiles of every forecast, rising, the median among them.
    Example: [0.05, 0.5, 0.95]"""
    backtest: Backtest = Backtest()
    """How past accuracy is measured.
    Example: {folds: 6, horizon: 28d}"""
    gates: list[Gate] = Field(default_factory=list)
    """Bounds on accuracy; outside of them the check fails.
    Example: [{metric: wape, step: 1h, at_most: 12%}]"""
    expect: list[Expectation] = Field(default_factory=list)
    """Facts that planners hold to be true; a forecast that contradicts them fails.
    Example: [{event: prime-day, peak_at_least: 2x}]"""
    capacity: Capacity | None = None
    """From demand to servers.
    Example: {demand: q99, utilization: 60%}"""
    tolerance: Percent = 0.005
    """A rerun whose figures moved less keeps the committed report.
    Example: 1%"""
    track_tolerance: Length = Duration(1, "h")
    """Longest stretch outside the 80% band before `track` complains.
    Example: 30min"""
    scenarios: dict[Label, dict[Label, AnyChange]] = Field(default_factory=dict)
    """What-ifs by name: another growth, another effect, start or duration of an event's next occurrence.
    Example: {bigger: {prime-day: {effect: 1.8x}, growth: flat}}"""
    allow_explosive: Truth = False
    """Let an outlook exceed ten times the largest value seen.
    Example: true"""
