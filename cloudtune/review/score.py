"""Every committed vintage of a forecast held against what came since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

import numpy as np

from cloudtune.review.tally import Tally, held

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from cloudtune.errors import Problem
    from cloudtune.report.document import EventRow
    from cloudtune.review.actuals import Actuals
    from cloudtune.review.history import Vintage

LEADS: tuple[tuple[str, int, int], ...] = (
    ("1 to 7 days", 1, 7),
    ("8 to 28 days", 8, 28),
    ("29 to 90 days", 29, 90),
    ("91 to 365 days", 91, 365),
    ("beyond a year", 366, 100_000),
)
TREND_UNTIL = 28
"""Days ahead that count for the trend of the error: far ones are not known yet for young forecasts."""
_SAME_EDITION = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Edition:
    """One past occurrence of an event, on the local clock."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class EventScore:
    """What one vintage said of the peak of one edition, and what came."""

    id: str
    event: str
    start: str
    made: str
    """The last day of the data that the vintage knew."""
    ahead: int
    """Days from there to the start."""
    commit: str
    forecast: float
    actual: float
    inside: bool | None
    """Within the 80% interval; None where there was none."""

    @property
    def error(self) -> float:
        """Relative: below zero where the forecast was too low."""
        return self.forecast / self.actual - 1


@dataclass(frozen=True)
class Score:
    """How good the forecasts of a repository turned out to be."""

    leads: Mapping[tuple[str, str], Tally]
    """By (id, lead)."""
    months: Mapping[str, Tally]
    """By month in which a forecast was made, days ahead up to TREND_UNTIL."""
    events: tuple[EventScore, ...]
    vintages: int
    forecasts: int
    """Those that the vintages are of."""
    commits: int
    unscored: tuple[str, ...] = ()
    """Ids without actuals."""
    problems: tuple[Problem, ...] = ()

    @property
    def ids(self) -> tuple[str, ...]:
        """Forecasts that could be scored."""
        return tuple(sorted({name for name, _ in self.leads}))

    def fleet(self, lead: str) -> Tally:
        """All forecasts together at one lead."""
        return sum((found for (_, at), found in self.leads.items() if at == lead), Tally())

    def spread(self, lead: str) -> tuple[float, float, float] | None:
        """WAPE of the forecast at the best tenth, in the middle, and at the worst tenth of the fleet."""
        errors = [
            found.wape for (_, at), found in self.leads.items() if at == lead and found.wape is not None
        ]
        if not errors:
            return None
        low, middle, high = np.quantile(errors, [0.1, 0.5, 0.9])
        return float(low), float(middle), float(high)


@dataclass
class _Sums:
    """The score as far as the history has come."""

    leads: dict[tuple[str, str], Tally] = field(default_factory=lambda: defaultdict(Tally))
    months: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    events: list[EventScore] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    commits: set[str] = field(default_factory=set)
    unscored: set[str] = field(default_factory=set)
    vintages: int = 0


def score(
    history: Iterable[Vintage],
    actuals: Mapping[str, Actuals],
    editions: Mapping[str, tuple[Edition, ...]],
    problems: list[Problem] | None = None,
) -> Score:
    """Score a history that streams by; `editions` has the true windows of past events by id."""
    sums = _Sums()
    for vintage in history:
        known = actuals.get(vintage.id)
        if known is None:
            sums.unscored.add(vintage.id)
            continue
        sums.vintages += 1
        sums.seen.add(vintage.id)
        sums.commits.add(vintage.commit)
        _days(vintage, known, sums)
        _events(vintage, known, editions.get(vintage.id, ()), sums)
    return Score(
        {key: found for key, found in sorted(sums.leads.items()) if found.days},
        {month: found for month, found in sorted(sums.months.items()) if found.days},
        tuple(sorted(sums.events, key=lambda one: (one.start, one.id, one.event, -one.ahead, one.commit))),
        sums.vintages,
        len(sums.seen),
        len(sums.commits),
        tuple(sorted(sums.unscored)),
        tuple(dict.fromkeys(problems or ())),
    )


def _days(vintage: Vintage, known: Actuals, sums: _Sums) -> None:
    # Why: a series of weeks has no days; its weeks stand at their Mondays, forecast and actual alike.
    outlook = vintage.document["daily"] or vintage.document["weekly"]
    rows = [row for row in outlook if str(row[0]) <= known.last]
    made = _made(vintage)
    if not rows or made is None:
        return
    dates, *figures = zip(*rows, strict=True)
    days = np.array(dates, dtype="datetime64[D]")
    ahead = (days - np.datetime64(made)).astype("int64") + 1
    found = held(ahead, np.array(figures[:3], dtype="float64"), _at(known, days))
    for lead, least, most in LEADS:
        sums.leads[vintage.id, lead] += found.tally(least, most)
    sums.months[f"{made:%Y-%m}"] += found.tally(1, TREND_UNTIL)


def _at(known: Actuals, days: NDArray[np.datetime64]) -> NDArray[np.float64]:
    """Actual days; NaN for those that have not come yet."""
    index = (days - known.first).astype("int64")
    there = (index >= 0) & (index < len(known.daily))
    found = np.full(len(days), np.nan)
    found[there] = known.daily[index[there]]
    return found


def _events(vintage: Vintage, known: Actuals, editions: tuple[Edition, ...], sums: _Sums) -> None:
    made = _made(vintage)
    for row in vintage.document["events"]:
        edition = _edition(row, editions)
        came = known.peak(edition.start, edition.end)
        said = row["peak"]["value"]
        if made is not None and said is not None and came is not None and came[1] > 0:
            sums.events.append(_event(vintage, row, edition, made, (said, came[1])))


def _event(
    vintage: Vintage, row: EventRow, edition: Edition, made: date, peaks: tuple[float, float]
) -> EventScore:
    said, came = peaks
    low, high = row["peak"]["low"], row["peak"]["high"]
    start = edition.start.date()
    return EventScore(
        id=vintage.id,
        event=row["name"],
        start=start.isoformat(),
        made=made.isoformat(),
        ahead=(start - made).days + 1,
        commit=vintage.commit,
        forecast=said,
        actual=came,
        inside=None if low is None or high is None else low <= came <= high,
    )


def _edition(row: EventRow, editions: tuple[Edition, ...]) -> Edition:
    """The edition as it took place, which may be elsewhere than the vintage thought."""
    thought = Edition(row["name"], datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"]))
    apart = {abs(one.start - thought.start): one for one in editions if one.name == thought.name}
    nearest = min(apart, default=timedelta.max)
    return apart[nearest] if nearest <= _SAME_EDITION else thought


def _made(vintage: Vintage) -> date | None:
    """The first local day that the vintage did not know whole."""
    through = vintage.document["inputs"]["data_through"]
    return date.fromisoformat(through[:10]) if through else None
