"""The report's JSON document: the lock that is committed, diffed, checked and scored.

Numbers are already rounded to the series' fixed decimals; None stands where a figure
can't be had. Times are naive local wall times in `timezone`, ISO 8601 to the minute.
"""

from __future__ import annotations

from typing import NamedTuple, TypedDict

SCHEMA_VERSION = "cloudtune/report/v1"


class Inputs(TypedDict):
    """What the figures were made of; equal inputs need no rerun."""

    spec: str
    calendars: str
    data: str
    engine: str
    template: str
    data_through: str


class Range(TypedDict):
    """A value with its 80% interval."""

    value: float | None
    low: float | None
    high: float | None


class PeriodRow(NamedTuple):
    """A whole day or week; one line of the JSON."""

    date: str
    """The local day, or the week's Monday."""
    value: float | None
    """Total, mean or maximum, by the series' `aggregate`."""
    low: float | None
    high: float | None
    highest: float | None
    """The highest base step within: median of the window's maximum; None where the base doesn't cover it."""


class ActualRow(NamedTuple):
    """A whole day or week of actuals."""

    date: str
    value: float | None


class PointRow(NamedTuple):
    """A base step of the forecast: the value at it, which is its median."""

    time: str
    value: float | None
    low: float | None
    high: float | None


class SurpriseRow(NamedTuple):
    """A day that strays far from where the days before it stood."""

    date: str
    share: float | None
    """A fraction: 0.2 is a fifth more than they let expect."""
    usual: float | None
    """By how much such days stray: a standard deviation."""


class FoldRow(NamedTuple):
    """A rolling origin of the backtest; errors and coverage are fractions."""

    cutoff: str
    wape: float | None
    naive_wape: float | None
    coverage: float | None


class RepairRow(NamedTuple):
    """What was mended in the data before anything else saw it."""

    kind: str
    number: int
    """Of data rows or steps."""
    detail: str


class _PeakFacts(TypedDict):
    """What every peak says, older ones too."""

    at: str
    """The base step where the highest most often falls."""
    height: Range
    """Of the highest step."""
    driver: str
    times_normal: float | None


class PeakRow(_PeakFacts, total=False):
    """The highest step of a day (key: `at`'s day), or of the whole horizon."""

    value_at: float | None
    """The value at the step `at` itself."""


class OccurrenceRow(TypedDict):
    """One future occurrence; key: name and start."""

    name: str
    start: str
    end: str
    length: str
    lift: Range
    peak_at: str
    """The base step where the highest of the occurrence most often falls."""
    peak: Range
    """Of its highest step."""
    total: Range
    learned_from: str
    file: str
    line: int | None


class ChangepointRow(TypedDict):
    """A slope break or level shift in use."""

    kind: str
    at: str
    declared: bool
    reason: str
    size: Range


class AccuracyRow(TypedDict):
    """Backtest figures of one step and lead time, as fractions."""

    step: str
    ahead: str
    points: int
    wape: float | None
    naive_wape: float | None
    mase: float | None
    bias: float | None
    peak_error: float | None
    coverage: float | None
    pinball: float | None


class ChoiceRow(TypedDict):
    """A modelling choice and what it bought."""

    what: str
    chosen: str
    error: float | None
    alternative: str
    alternative_error: float | None


class ExclusionRow(TypedDict):
    """A masked window."""

    start: str
    end: str
    points: int
    reason: str
    review_by: str


class GateFacts(TypedDict):
    """A gate or expectation and its result."""

    gate: str
    """`wape of 1h at most 12%`, `prime-day peak at least 2x`."""
    kind: str
    """gate or expect."""
    result: str
    """pass, fail, waived, or untested (an expectation of an event outside the horizon)."""
    value: float | None
    limit: str
    waived_until: str
    reason: str
    path: list[str | int]
    """Spec path, so that a failure can point at its line."""


class GateRow(GateFacts, total=False):
    """The same with what only gates on a metric have."""

    metric: str
    step: str
    worse_than_base_by: float


class GranularityRow(TypedDict):
    """A step of the forecast, the horizon asked for, its first and its last point."""

    step: str
    horizon: str
    first: str
    last: str


class IngredientRow(TypedDict):
    """What one ingredient says."""

    name: str
    says: str


class Measure(TypedDict, total=False):
    """How the series is added up and weighed.

    Why a class of its own: reports of an earlier CloudTune lack these keys, and `NotRequired`
    isn't seen in annotations that are mere strings.
    """

    aggregate: str
    """sum, mean or max: how base steps become days and weeks."""
    tolerance: float
    """Relative; figures that moved less are not news."""


class Orders(TypedDict, total=False):
    """What only forecasts with a fleet have."""

    orders: str
    """The page of the order sheet, beside the report."""


class Identity(Measure):
    """Which series this is."""

    schema_version: str
    id: str
    name: str
    spec: str
    owner: str
    region: str
    tags: list[str]
    description: str
    unit: str
    timezone: str
    step: str
    scale: str
    decimals: int
    inputs: Inputs


class PeakDay(TypedDict, total=False):
    """The day of the peak, for the chart; earlier reports lack it."""

    peak_day: list[PointRow]
    """Base steps around the peak, thinned."""


class Figures(PeakDay):
    """What the forecast says."""

    verdict: str
    peak: PeakRow | None
    """The highest of the base horizon."""
    growth: Range
    growth_kind: str
    granularities: list[GranularityRow]
    peaks: list[PeakRow]
    events: list[OccurrenceRow]
    daily: list[PeriodRow]
    weekly: list[PeriodRow]


class PastActuals(TypedDict, total=False):
    """Actuals to compare with; earlier reports lack them."""

    history: list[ActualRow]
    """The last two years of weeks or eight weeks of days, for the chart."""
    history_step: str
    """1w or 1d."""
    surprises: list[SurpriseRow]
    """Of the last four weeks."""
    past: dict[str, float | None]
    """`max`, `mean` (last year) and `total_28d` of the actuals."""


class Evidence(PastActuals):
    """Why it says so, and how far it can be trusted."""

    ingredients: list[IngredientRow]
    breaks: list[ChangepointRow]
    choices: list[ChoiceRow]
    exclusions: list[ExclusionRow]
    masked_share: float
    exclusion_effect: float | None
    accuracy: list[AccuracyRow]
    folds: list[FoldRow]
    gates: list[GateRow]
    repairs: list[RepairRow]
    unused: list[str]
    """Blocks of the spec that this engine does not use yet."""
    warnings: list[str]


class Document(Identity, Figures, Evidence, Orders):
    """The whole report."""
