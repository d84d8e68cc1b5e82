"""Every committed vintage of a forecast held against what came since."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import numpy as np

from cloudtune.data.load import load
from cloudtune.errors import Problem, Refusal
from cloudtune.git.calls import open_repository
from cloudtune.scoring.actuals import Tally, actuals_of, held
from cloudtune.scoring.history import refuse_shallow, vintages

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from numpy.typing import NDArray

    from cloudtune.report.document import OccurrenceRow
    from cloudtune.scoring.actuals import Actuals
    from cloudtune.scoring.history import ReportVintage
    from cloudtune.spec.resolved import ResolvedSpec
    from cloudtune.spec.store import Store


LEADS: tuple[tuple[str, int, int], ...] = (
    ("1 to 7 days", 1, 7),
    ("8 to 28 days", 8, 28),
    ("29 to 90 days", 29, 90),
    ("91 to 365 days", 91, 365),
    ("beyond a year", 366, 100_000),
)
TREND_UNTIL = 28
"""Days ahead that count for the trend of the error: far ones are not known yet for young forecasts."""
_SAME_OCCURRENCE = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class PastOccurrence:
    """One past occurrence of an event, on the local clock."""

    name: str
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class EventScore:
    """What one vintage said of the peak of one occurrence, and what came."""

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
    history: Iterable[ReportVintage],
    actuals: Mapping[str, Actuals],
    occurrences: Mapping[str, tuple[PastOccurrence, ...]],
    problems: list[Problem] | None = None,
) -> Score:
    """Score a history that streams by; `occurrences` has the true windows of past events by id."""
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
        _events(vintage, known, occurrences.get(vintage.id, ()), sums)
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


def _days(vintage: ReportVintage, known: Actuals, sums: _Sums) -> None:
    # Why: a series of weeks has no days; its weeks stand at their Mondays, forecast and actual alike.
    outlook = vintage.document["daily"] or vintage.document["weekly"]
    rows = [row for row in outlook if row.date <= known.last]
    made = _made(vintage)
    if not rows or made is None:
        return
    days = np.array([row.date for row in rows], dtype="datetime64[D]")
    figures = [[row.value for row in rows], [row.low for row in rows], [row.high for row in rows]]
    ahead = (days - np.datetime64(made)).astype("int64") + 1
    found = held(ahead, np.array(figures, dtype="float64"), _at(known, days))
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


def _events(
    vintage: ReportVintage, known: Actuals, occurrences: tuple[PastOccurrence, ...], sums: _Sums
) -> None:
    made = _made(vintage)
    for row in vintage.document["events"]:
        occurrence = _occurrence(row, occurrences)
        came = known.peak(occurrence.start, occurrence.end)
        said = row["peak"]["value"]
        if made is not None and said is not None and came is not None and came[1] > 0:
            sums.events.append(_event(vintage, row, occurrence, made, (said, came[1])))


def _event(
    vintage: ReportVintage,
    row: OccurrenceRow,
    occurrence: PastOccurrence,
    made: date,
    peaks: tuple[float, float],
) -> EventScore:
    said, came = peaks
    low, high = row["peak"]["low"], row["peak"]["high"]
    start = occurrence.start.date()
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


def _occurrence(row: OccurrenceRow, occurrences: tuple[PastOccurrence, ...]) -> PastOccurrence:
    """The occurrence as it took place, which may be elsewhere than the vintage thought."""
    thought = PastOccurrence(
        row["name"], datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    )
    apart = {abs(one.start - thought.start): one for one in occurrences if one.name == thought.name}
    nearest = min(apart, default=timedelta.max)
    return apart[nearest] if nearest <= _SAME_OCCURRENCE else thought


def _made(vintage: ReportVintage) -> date | None:
    """The first local day that the vintage did not know whole."""
    through = vintage.document["inputs"]["data_through"]
    return date.fromisoformat(through[:10]) if through else None


def score_repository(
    store: Store, ids: Sequence[str], revision: str = "HEAD", *, allow_outside: bool = False
) -> Score:
    """Score the committed history of `ids` against the data of today."""
    problems: list[Problem] = []
    repository = open_repository(store.root)
    refuse_shallow(repository)
    actuals: dict[str, Actuals] = {}
    occurrences: dict[str, tuple[PastOccurrence, ...]] = {}
    for name in ids:
        resolved = store.resolve(name)
        try:
            actuals[name] = actuals_of(load(resolved, store.root, allow_outside=allow_outside))
        except Refusal as refusal:
            problems += refusal.problems
            continue
        occurrences[name] = tuple(_occurrences(resolved))
    if not actuals:
        raise Refusal(*problems, _no_actuals())
    wanted = frozenset(ids)

    def last_day(name: str) -> str:
        return actuals[name].last if name in actuals else ""

    history = vintages(repository, revision, wanted.__contains__, last_day, problems)
    return score(history, actuals, occurrences, problems)


def _occurrences(resolved: ResolvedSpec) -> Iterator[PastOccurrence]:
    zone = ZoneInfo(resolved.spec.series.timezone)
    for event in resolved.events:
        for occurrence in event.occurrences:
            yield PastOccurrence(event.name, _wall(occurrence.start, zone), _wall(occurrence.end, zone))


def _wall(moment: datetime, zone: ZoneInfo) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def _no_actuals() -> Problem:
    return Problem(
        "CT735", "no forecast has data to score its past against", "fetch the data, or select other forecasts"
    )
