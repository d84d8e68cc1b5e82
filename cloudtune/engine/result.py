"""What a run says about the future and about itself: plain, frozen, unrounded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from cloudtune.data.series import Cleaned
    from cloudtune.data.timeline import Timeline
    from cloudtune.spec.resolved import ResolvedSpec


Scale = Literal["multiplicative", "additive"]


@dataclass(frozen=True, eq=False)
class StepForecast:
    """One granularity: every point, its quantiles and its ingredients.

    All arrays have shape (timeline.periods,). On a multiplicative scale the product of
    the ingredients is `median`, on an additive one their sum is. Ingredient names:
    `trend`, `season:<name>`, `event:<name>`, `regressor:<name>`, `recent`.
    """

    timeline: Timeline
    mean: NDArray[np.float64]
    median: NDArray[np.float64]
    quantiles: Mapping[float, NDArray[np.float64]]
    ingredients: Mapping[str, NDArray[np.float64]]
    scale: Scale


@dataclass(frozen=True, slots=True)
class Interval:
    """A value with its 80% interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Peak:
    """The highest base step of a window: how high it gets, and where it most often falls."""

    at: np.datetime64
    """Naive local wall time of the base step where it most often falls."""
    height: Interval
    """Median over sample paths of the window's maximum, with its 80% interval."""
    driver: str
    """Event that raises it most, or empty."""
    times_normal: float
    """The highest step of the window on the median path, over that of its day without events."""
    value_at: float = float("nan")
    """The value at the step `at`: its own median."""


@dataclass(frozen=True, slots=True)
class EventOutlook:
    """One future occurrence of an event."""

    name: str
    start: np.datetime64
    """Naive local wall time."""
    end: np.datetime64
    lift: Interval
    """Mean over the occurrence, as a factor on the forecast without the event."""
    peak: Peak
    total: Interval
    learned_from: str
    """`3 occurrences`, `declared 1.4x`, `1.5 x handheld-launch`, `1 occurrence (wide)`."""
    is_modelled: bool = True
    """False where there was nothing to learn from, borrow or take as declared: the lift is 1."""


@dataclass(frozen=True, slots=True)
class ChangepointFact:
    """A change of slope or level that the model uses."""

    kind: Literal["slope", "level"]
    at: np.datetime64
    declared: bool
    reason: str
    size: Interval
    """Slope: change of the growth a year; level: factor or shift. Relative (0.05 = +5%)
    on a multiplicative scale, in units of the series on an additive one."""


@dataclass(frozen=True, slots=True)
class TrendFact:
    """How the level grows at the end of the data."""

    growth_a_year: Interval
    """Relative (0.118 = +11.8%) whatever the scale."""
    growth_kind: str
    """linear, damped, flat or averaged, with the share of each where averaged."""
    breaks: tuple[ChangepointFact, ...] = ()


@dataclass(frozen=True, slots=True)
class IngredientFact:
    """A sentence of the report about one ingredient: what it does, in numbers."""

    name: str
    says: str


@dataclass(frozen=True, slots=True)
class Choice:
    """A modelling choice made by backtest, and what it bought."""

    what: str
    chosen: str
    error: float
    alternative: str
    alternative_error: float


@dataclass(frozen=True, slots=True)
class Accuracy:
    """Backtest figures of one step and one stretch of lead time.

    Errors are fractions; NaN where they can't be computed.
    """

    step: str
    ahead: str
    """`1 to 7 days`, `8 to 28 days`, `29 to 90 days`, ..., `all`, `event windows`."""
    points: int
    wape: float
    naive_wape: float
    """Seasonal-naive: last week again (last year again where a year of calendar steps is known)."""
    mase: float
    bias: float
    peak_error: float
    coverage: float
    """Of the 80% interval."""
    pinball: float
    """Mean over the spec's quantiles, divided by the mean of the actuals."""


@dataclass(frozen=True, slots=True)
class Fold:
    """One rolling origin of the backtest."""

    cutoff: np.datetime64
    wape: float
    naive_wape: float
    coverage: float


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A masked window and what masking it is worth."""

    start: np.datetime64
    end: np.datetime64
    points: int
    reason: str
    review_by: str
    effect: float
    """Relative change of the forecast total if all windows were not masked; the same in every row."""


@dataclass(frozen=True, eq=False)
class EventPaths:
    """The highest base step of one occurrence on every path: (paths,)."""

    name: str
    start: np.datetime64
    """Naive local wall time."""
    end: np.datetime64
    begin: np.datetime64
    """UTC: the first base step that is forecast."""
    paths: NDArray[np.float64]
    steps: Callable[[], Iterator[tuple[int, NDArray[np.float64]]]]
    """Every base step on fewer paths, a stretch at a time: its first step, and (paths, steps)."""
    step: int
    """The base step where the highest most often falls, counted from the end of the data."""


@dataclass(frozen=True, eq=False)
class HighestSteps:
    """The highest base step of days and occurrences on a thousand paths, calibrated."""

    days: NDArray[np.datetime64]
    """(days,): local days; first days of weeks where a step is a week."""
    paths: NDArray[np.float64]
    """(paths, days)."""
    steps: NDArray[np.int64]
    """(days,): the base step where each day's highest most often falls, counted from the end of the data."""
    events: tuple[EventPaths, ...]


@dataclass(frozen=True, slots=True)
class Highs:
    """Median height of the highest base step of whole days, and of whole weeks by their Monday."""

    days: Mapping[np.datetime64, float]
    weeks: Mapping[np.datetime64, float]


@dataclass(frozen=True, slots=True)
class Surprise:
    """A day that strays far from where the days before it stood."""

    day: np.datetime64
    share: float
    """Relative: 0.2 is a fifth more than they let expect."""
    usual: float
    """The standard deviation of such strays."""


@dataclass(frozen=True, eq=False)
class Outcome:
    """Everything that a run found out."""

    scale: Scale
    forecasts: Mapping[str, StepForecast]
    """By name of step, in the order of the spec's granularities."""
    peaks: tuple[Peak, ...]
    """Highest days of the base horizon, at most ten, ordered by date: each the highest step of its day."""
    events: tuple[EventOutlook, ...]
    trend: TrendFact
    ingredients: tuple[IngredientFact, ...]
    choices: tuple[Choice, ...]
    accuracy: tuple[Accuracy, ...]
    folds: tuple[Fold, ...]
    exclusions: tuple[Exclusion, ...] = ()
    masked_share: float = 0.0
    warnings: tuple[str, ...] = field(default=())
    data_through: np.datetime64 | None = None
    """Local wall time just after the last value."""
    last_year: Mapping[str, float] = field(default_factory=dict)
    """Facts about the past that key figures compare with: `max`, `mean`, `total_28d`."""
    surprises: tuple[Surprise, ...] = ()
    """Of the last four weeks."""
    outlook: Mapping[str, StepForecast] = field(default_factory=dict)
    """Sample paths added up to whole local days (`1d`) and to weeks from Monday (`1w`), over the
    longest horizon, for the report's tables; `mean`, 10% and 90% quantiles suffice."""
    peak: Peak | None = None
    """The highest step of the base horizon; higher than that of any one day, where several may have it."""
    highs: Highs = field(default_factory=lambda: Highs({}, {}))
    """Over the base horizon."""
    highest: HighestSteps | None = None
    """Over the longest horizon, where the spec asks for capacity."""
    closed: np.ndarray | None = None
    """True at points of the series that were closed: what was not seen there is nothing."""


ENGINE = "6"
"""Another one makes every report stale. Raise it when the same input gives other figures."""


@dataclass(frozen=True, eq=False)
class Run:
    """A forecast with everything that it was made of."""

    resolved: ResolvedSpec
    cleaned: Cleaned
    outcome: Outcome
