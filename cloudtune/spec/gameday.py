"""The game-day spec: which forecast to rehearse, by whose journeys, at which targets."""

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
    Seconds,
    ShareOrSeconds,
    When,
)
from cloudtune.timegrid import Duration


class CallStep(Block):
    """One step of a journey."""

    call: Label
    """What is called.
    Example: search"""
    times: Integer = Field(default=1, ge=1, le=100)
    """How often in a row.
    Example: 3"""
    continue_: Percent = Field(default=1.0, alias="continue", gt=0, le=1)
    """Chance that the customer goes on after it.
    Example: 35%"""


class JourneySpec(Block):
    """What customers do, one call after the other."""

    name: Label
    """Shown in results.
    Example: buy"""
    anchor: Label | None = None
    """The forecast that equals the journeys which reach their last call; these come first.
    Example: us-orders"""
    share: Percent | None = None
    """Part of the traffic that anchored journeys leave.
    Example: 80%"""
    think: Seconds = 5.0
    """Median between two calls.
    Example: 6s"""
    think_p95: Seconds | None = None
    """What nineteen of twenty thinks stay under; default: three times the median.
    Example: 20s"""
    steps: list[CallStep] = Field(min_length=1)
    """Calls in their order.
    Example: [{call: search}, {call: cart, continue: 60%}, {call: checkout}]"""


class MixSpec(Block):
    """Another mix of product types from a time of the event on."""

    after: Length
    """Time since the beginning of the window.
    Example: 2h"""
    products: dict[Label, Percent]
    """Shares by type.
    Example: {console: 60%, fashion: 40%}"""
    region: str = ""
    """Only where the forecast has this region; default: everywhere.
    Example: US"""


class GamedayWindow(Block):
    """A stretch of the forecast."""

    start: When
    """First instant.
    Example: 2027-07-13T00:00"""
    end: When
    """First instant after it.
    Example: 2027-07-13T06:00"""


class RehearsedService(Block):
    """A service that the game day holds against its plan."""

    name: Label
    """Its forecast.
    Example: checkout-db"""
    slo: Seconds
    """99th percentile that its answers must stay under.
    Example: 250ms"""


class AbortRule(Block):
    """What ends the run."""

    metric: Literal["error_rate", "p99"]
    """The figure.
    Example: error_rate"""
    above: ShareOrSeconds
    """A share for errors, a time for the 99th percentile.
    Example: 2%"""
    for_: Seconds = Field(default=30.0, alias="for")
    """How long before it counts.
    Example: 30s"""


class RunRecord(Block):
    """A rehearsal that took place; forecasts that it touched leave it out."""

    start: When
    """First instant.
    Example: 2027-05-20T22:00"""
    end: When
    """First instant after it.
    Example: 2027-05-21T00:40"""


class GamedaySpec(Block):
    """A rehearsal of a peak."""

    version: Literal["cloudtune/v1"]
    """Version of the spec language.
    Example: cloudtune/v1"""
    kind: Literal["gameday"]
    """What this file describes.
    Example: gameday"""
    name: Label
    """Equal to the file's stem.
    Example: prime-day-rehearsal"""
    owner: str = ""
    """The team that runs it.
    Example: central-reliability"""
    description: str = ""
    """One sentence about it.
    Example: Prime Day a month ahead"""
    forecast: Label
    """The forecast of all calls.
    Example: us-traffic"""
    event: Label | None = None
    """Its next occurrence is rehearsed.
    Example: prime-day"""
    window: GamedayWindow | None = None
    """A stretch instead of an event.
    Example: {start: 2027-07-13T00:00, end: 2027-07-13T06:00}"""
    demand: str = "q90"
    """The future to rehearse: the sample path whose peak is nearest to this quantile, or to the `mean`.
    Example: q90"""
    scale: Percent = Field(default=1.0, gt=0)
    """Times that path.
    Example: 150%"""
    compress: Factor = 1.0
    """Shorter by this factor, at the same rates; a whole number.
    Example: 4x"""
    net_of: Label | None = None
    """A forecast whose live traffic at the time of the run is not played again.
    Example: us-traffic"""
    ramp: Length = Duration(15, "min")
    """From nothing to the first rate.
    Example: 15min"""
    hold: Length = Duration(10, "min")
    """At the first rate, before the window begins.
    Example: 10min"""
    targets: list[str] = Field(min_length=1)
    """Addresses that may be loaded; the run names one of them.
    Example: [https://rehearsal.example.com]"""
    journeys: list[JourneySpec] = Field(min_length=1)
    """What customers do.
    Example: [{name: browse, share: 100%, steps: [{call: home}, {call: product, times: 3}]}]"""
    products: dict[Label, Percent] = Field(default_factory=dict)
    """Shares of product types; default: one type, `any`.
    Example: {console: 15%, fashion: 50%, books: 35%}"""
    mixes: list[MixSpec] = Field(default_factory=list)
    """Mixes of later times, or of regions.
    Example: [{after: 2h, products: {console: 60%, fashion: 40%}}]"""
    items: Integer = Field(default=10_000, ge=1, le=10_000_000)
    """Items of a type.
    Example: 50000"""
    skew: Number = Field(default=1.0, ge=0, le=5)
    """Exponent of the list of most wanted items: 0 means that all are alike.
    Example: 1.1"""
    requests: dict[Label, str] = Field(default_factory=dict)
    """How a call is made; `{product}` and `{item}` are filled in. Default: GET of its name.
    Example: {search: "GET /search?q={item}", checkout: POST /checkout}"""
    services: list[RehearsedService] = Field(default_factory=list)
    """Services to hold against their plans afterwards.
    Example: [{name: checkout-db, slo: 250ms}]"""
    abort: list[AbortRule] = Field(default_factory=list)
    """What ends the run.
    Example: [{metric: error_rate, above: 2%, for: 30s}]"""
    max_rate: Number | None = Field(default=None, gt=0)
    """Calls a minute that no profile may exceed.
    Example: 200000"""
    touches: list[Label] = Field(default_factory=list)
    """Forecasts whose data a run disturbs; default: the forecast and the anchors.
    Example: [us-traffic, us-orders]"""
    runs: list[RunRecord] = Field(default_factory=list)
    """Rehearsals that took place; `gameday --record` adds one.
    Example: [{start: 2027-05-20T22:00, end: 2027-05-21T00:40}]"""
    seed: Integer = 0
    """Same seed, same requests.
    Example: 7"""

    @property
    def disturbed(self) -> tuple[str, ...]:
        """Names of the forecasts whose data a run disturbs."""
        anchors = [journey.anchor for journey in self.journeys if journey.anchor]
        return tuple(dict.fromkeys(self.touches or [self.forecast, *anchors]))
