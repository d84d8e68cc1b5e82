"""What a forecast must satisfy on its own: numbers, steps, windows and paths that fit each other."""

from __future__ import annotations

import posixpath
import re
from collections import Counter
from datetime import UTC
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem
from cloudtune.spec.forecast import Change, Season
from cloudtune.spec.gates import FLEET_METRICS, PLAIN_METRICS
from cloudtune.spec.messages import counted, enumerated, quoted
from cloudtune.spec.resolved import NumberedWindow, overlapping
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from cloudtune.errors import SpecPath
    from cloudtune.spec.forecast import Break, ForecastSpec, Granularity
    from cloudtune.spec.gates import Expectation, Gate
    from cloudtune.spec.sources import History, Source
    from cloudtune.timegrid import Step


_SHORTEST_PERIOD = 2


def check_series(spec: ForecastSpec) -> Iterator[Problem]:
    """The series block by itself."""
    series = spec.series
    zone = ZoneInfo(series.timezone)
    if series.start and series.end and series.end.at(zone) <= series.start.at(zone):
        message = f"training ends at {series.end}, not after its start at {series.start}"
        yield Problem("CT304", message, "`end` is exclusive", path=("series", "end"))
    if series.floor is not None and series.ceiling is not None and series.floor >= series.ceiling:
        message = f"the floor {series.floor:g} is not below the ceiling {series.ceiling:g}"
        hint = "lower the floor, or raise the ceiling"
        yield Problem("CT323", message, hint, path=("series", "floor"))
    if series.history and series.history.step.minutes <= series.step.minutes:
        message = f"`history` has a step of {series.history.step}, not coarser than the series"
        hint = f"the series has {series.step}; a history is longer and coarser"
        yield Problem("CT324", message, hint, path=("series", "history", "step"))


def check_granularities(spec: ForecastSpec) -> Iterator[Problem]:
    """Reported steps are multiples of the base step, each given once, with room in the horizon."""
    steps = Counter[str]()
    for number, item in enumerate(spec.granularities):
        path = ("granularities", number)
        steps[item.step.name] += 1
        if steps[item.step.name] > 1:
            message = f"the step {item.step} is given twice"
            hint = "keep the longer horizon"
            yield Problem("CT315", message, hint, path=(*path, "step"))
        yield from _fits_base(item, spec.series.step, path)
        if item.horizon.minutes < item.step.minutes:
            message = f"a horizon of {item.horizon} holds no step of {item.step}"
            yield Problem("CT322", message, "lengthen it", path=(*path, "horizon"))


def check_trend(spec: ForecastSpec) -> Iterator[Problem]:
    """Declared breaks are inside the training window, each given once."""
    declared: dict[str, Sequence[Break]] = {"level_shifts": spec.trend.level_shifts}
    if spec.trend.slope_breaks != "auto":
        declared["slope_breaks"] = spec.trend.slope_breaks
    for key, breaks in declared.items():
        yield from _breaks(spec, key, breaks)


def check_seasonality(spec: ForecastSpec) -> Iterator[Problem]:
    """Patterns are longer than a step, with names of their own."""
    if spec.seasonality == "auto":
        return
    seen: set[str] = set()
    for number, item in enumerate(spec.seasonality):
        path: SpecPath = ("seasonality", number)
        name = item.name if isinstance(item, Season) else item
        if name in seen:
            yield Problem("CT315", f"the pattern {quoted(name)} is given twice", path=path)
        seen.add(name)
        yield from _period(item, spec.series.step, path)


def check_regressors(spec: ForecastSpec) -> Iterator[Problem]:
    """Variables have names of their own."""
    names = Counter(item.name for item in spec.regressors)
    last = {item.name: number for number, item in enumerate(spec.regressors)}
    for name, count in names.items():
        if count > 1:
            message = f"the regressor {quoted(name)} is given {count} times"
            yield Problem("CT315", message, "rename one", path=("regressors", last[name], "name"))


def _fits_base(item: Granularity, base: Step, path: SpecPath) -> Iterator[Problem]:
    if item.step.minutes % base.minutes == 0:
        return
    fitting = [name for name, step in STEPS.items() if step.minutes % base.minutes == 0]
    how = "finer than" if item.step < base else "no multiple of"
    message = f"the step {item.step} is {how} the step of the series, {base}"
    yield Problem("CT314", message, f"possible: {enumerated(fitting)}", path=(*path, "step"))


def _breaks(spec: ForecastSpec, key: str, breaks: Sequence[Break]) -> Iterator[Problem]:
    zone = ZoneInfo(spec.series.timezone)
    start, end = spec.series.start, spec.series.end
    seen = set()
    for number, item in enumerate(breaks):
        path = ("trend", key, number, "at")
        at = item.at.at(zone)
        if at in seen:
            yield Problem("CT315", f"{item.at} is given twice", "delete one", path=path)
        seen.add(at)
        if (start and at <= start.at(zone)) or (end and at >= end.at(zone)):
            message = f"the break at {item.at} is outside the training window"
            hint = f"`series` trains {_stretch(start, end)}; nothing can be learned there"
            yield Problem("CT325", message, hint, path=path)


def _stretch(start: object, end: object) -> str:
    return " ".join(f"{word} {when}" for word, when in (("from", start), ("up to", end)) if when)


def _period(item: Season | str, step: Step, path: SpecPath) -> Iterator[Problem]:
    if not isinstance(item, Season):
        if _NAMED_MINUTES[item] <= step.minutes:
            message = f"a {item} pattern can't be seen in steps of {step}"
            yield Problem("CT313", message, "delete it, or choose a finer step", path=path)
        return
    steps = item.period.minutes / step.minutes
    if steps < _SHORTEST_PERIOD:
        message = f"a period of {item.period} is shorter than two steps of {step}"
        yield Problem("CT313", message, "lengthen it", path=(*path, "period"))
    elif 2 * item.order > steps:
        most = counted(int(steps // 2), "wave")
        message = f"order {item.order} is too fine: a period has {steps:g} steps"
        yield Problem("CT313", message, f"{most} at most", path=(*path, "order"))


_NAMED_MINUTES = {"daily": 1440, "weekly": 7 * 1440, "yearly": 365 * 1440}


def check_outliers(spec: ForecastSpec) -> Iterator[Problem]:
    """Each window ends after it starts, and none meets another."""
    zone = ZoneInfo(spec.series.timezone)
    windows = []
    for number, item in enumerate(spec.outliers):
        # In UTC: within a zone Python compares wall clocks, and in a repeated hour those stand still.
        start, end = item.start.at(zone).astimezone(UTC), item.end.at(zone).astimezone(UTC)
        windows.append(NumberedWindow(start, end, number))
        if end <= start:
            message = f"the window ends at {item.end}, not after its start at {item.start}"
            hint = "`end` is the first instant after the window; a whole day ends on the next date"
            yield Problem("CT304", message, hint, path=("outliers", number, "end"))
    for before, after in overlapping(windows):
        other = spec.outliers[before.number]
        message = f"the window overlaps that of {other.start} to {other.end}"
        path = ("outliers", after.number, "start")
        yield Problem("CT306", message, "make them one window", path=path)


def check_reviews(spec: ForecastSpec, today: date) -> Iterator[Problem]:
    """A warning for each window past its review date."""
    for number, item in enumerate(spec.outliers):
        if item.review_by is not None and item.review_by.date < today:
            message = f"the outlier window of {item.start.date} was to be reviewed by {item.review_by.date}"
            hint = "look at it again, then move `review_by` on or delete the window"
            path = ("outliers", number, "review_by")
            yield Problem("CT342", message, hint, "warning", path=path)


_BOUNDS = ("at_most", "at_least", "between", "worse_than_base_by")
_MEDIAN = 0.5


def check_quantiles(spec: ForecastSpec) -> Iterator[Problem]:
    """Quantiles lie between 0 and 1, rise, with the median among them."""
    for number, quantile in enumerate(spec.quantiles):
        if not 0 < quantile < 1:
            message = f"the quantile {quantile:g} is not between 0 and 1"
            hint = f"write {quantile:g}%" if 1 < quantile < 100 else "write it like 0.9 or 90%"
            yield Problem("CT316", message, hint, path=("quantiles", number))
    ordered = sorted(set(spec.quantiles))
    if spec.quantiles != ordered and ordered[0] > 0 and ordered[-1] < 1:
        message = "the quantiles do not rise"
        hint = f"write [{', '.join(f'{quantile:g}' for quantile in ordered)}]"
        yield Problem("CT316", message, hint, path=("quantiles",))
    if spec.quantiles and _MEDIAN not in spec.quantiles:
        message = "the median is not among the quantiles"
        yield Problem("CT316", message, "add 0.5", path=("quantiles",))
    if not spec.quantiles:
        yield Problem("CT316", "there are no quantiles", "add at least 0.5", path=("quantiles",))


def check_gates(spec: ForecastSpec) -> Iterator[Problem]:
    """Each gate has one bound that a figure can be held against."""
    known = {spec.series.step.name, *(item.step.name for item in spec.granularities)}
    for number, gate in enumerate(spec.gates):
        path: SpecPath = ("gates", number)
        given = [key for key in _BOUNDS if getattr(gate, key) is not None]
        if len(given) != 1:
            hint = f"give one of {enumerated(_BOUNDS)}"
            message = f"the gate on {gate.metric} has {len(given) or 'no'} bounds"
            yield Problem("CT317", message, hint, path=(*path, "metric"))
        if gate.step and gate.step.name not in known:
            message = f"the gate is on steps of {gate.step}, which are not reported"
            hint = f"reported: {enumerated(sorted(known))}"
            yield Problem("CT317", message, hint, path=(*path, "step"))
        if gate.metric in FLEET_METRICS:
            yield from _fleet_gate(spec, gate, path)
        else:
            yield from _bounds(gate, path)


def check_expectations(spec: ForecastSpec) -> Iterator[Problem]:
    """Each expectation says at least one thing, and no more than can hold."""
    for number, item in enumerate(spec.expect):
        path = ("expect", number, "event")
        if item.peak_at_least is None and item.peak_at_most is None:
            hint = "add `peak_at_least: 2x` or `peak_at_most: 4x`"
            yield Problem("CT327", f"nothing is expected of {quoted(item.event)}", hint, path=path)
        elif _is_inverted(item):
            message = f"the peak of {quoted(item.event)} can't be at least {item.peak_at_least:g}x"
            hint = f"`peak_at_most` is {item.peak_at_most:g}x"
            yield Problem("CT327", message, hint, path=("expect", number, "peak_at_least"))


def _fleet_gate(spec: ForecastSpec, gate: Gate, path: SpecPath) -> Iterator[Problem]:
    """What is held against an order sheet needs one, and an upper bound."""
    if spec.capacity is None or not spec.capacity.fleet:
        message = f"there is no order sheet to hold {gate.metric} against"
        yield Problem("CT317", message, "add a `capacity` block with a fleet", path=(*path, "metric"))
    if gate.at_most is None:
        hint = "write at_most: 1%" if gate.metric == "shortage" else "write at_most: 14d"
        message = f"{gate.metric} has an upper bound only"
        yield Problem("CT317", message, hint, path=(*path, "metric"))
    elif gate.metric == "shortage" and gate.at_most > 1:
        message = f"a bound of {gate.at_most:.0%} on shortage"
        yield Problem("CT317", message, "write a share such as 1%", path=(*path, "at_most"))


def _is_inverted(item: Expectation) -> bool:
    low, high = item.peak_at_least, item.peak_at_most
    return low is not None and high is not None and low > high


def _bounds(gate: Gate, path: SpecPath) -> Iterator[Problem]:
    if gate.between and gate.between[0] >= gate.between[1]:
        message = "the lower bound is not below the upper one"
        yield Problem("CT317", message, "write [low, high]", path=(*path, "between"))
    if gate.metric in PLAIN_METRICS:
        return
    for key in _BOUNDS:
        value = getattr(gate, key)
        highest = max(value) if isinstance(value, tuple) else value
        if highest is not None and highest > 1:
            message = f"a bound of {highest:.0%} on {gate.metric}"
            hint = f"{highest:g} means {highest:.0%}; write {highest:g}% for a share"
            yield Problem("CT317", message, hint, path=(*path, key))


def check_scenarios(spec: ForecastSpec) -> Iterator[Problem]:
    """`growth` takes a word, an event what is different about it; each scenario changes something."""
    for scenario, changes in spec.scenarios.items():
        if not changes:
            hint = "write {prime-day: {effect: 1.8x}} or {growth: flat}"
            message = f"the scenario {quoted(scenario)} changes nothing"
            yield Problem("CT329", message, hint, path=("scenarios", scenario), at_key=True)
        for name, change in changes.items():
            path = ("scenarios", scenario, name)
            is_event = name != "growth"
            if is_event != isinstance(change, Change):
                wanted = "a map like {effect: 1.8x}" if is_event else "a word: linear, damped or flat"
                yield Problem("CT329", f"`{name}` of a scenario takes {wanted}", path=path)
            elif isinstance(change, Change) and change == Change():
                message = f"nothing about {quoted(name)} is different"
                hint = "give `effect`, `start` or `duration`"
                yield Problem("CT329", message, hint, path=path, at_key=True)


_ABSOLUTE = re.compile(r"[/\\~]|[A-Za-z]:[/\\]")
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


def check_paths(spec: ForecastSpec, *, allow_outside: bool) -> Iterator[Problem]:
    """Data is named relative to the root; leaving it takes --allow-outside."""
    for path, written in _paths(spec):
        if _URL.match(written):
            message = f"{quoted(written)} is an address, not a file"
            yield Problem("CT318", message, "fetch it into the repository first", path=path)
        elif not allow_outside and _leaves(written):
            message = f"{quoted(written)} leaves the repository"
            hint = "name a file relative to the root, or allow it with --allow-outside"
            yield Problem("CT318", message, hint, path=path)


def _leaves(written: str) -> bool:
    normal = posixpath.normpath(written.replace("\\", "/"))
    return bool(_ABSOLUTE.match(written)) or normal.split("/")[0] == ".."


def _paths(spec: ForecastSpec) -> Iterator[tuple[SpecPath, str]]:
    sources: list[tuple[SpecPath, Source | History | None]] = [
        (("series", "source"), spec.series.source),
        (("series", "history"), spec.series.history),
    ]
    for number, regressor in enumerate(spec.regressors):
        sources.append((("regressors", number, "source"), regressor.source))
    for path, source in sources:
        if source is not None and source.file_pattern is not None:
            yield (*path, "path"), source.file_pattern
