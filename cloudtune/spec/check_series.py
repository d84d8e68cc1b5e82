"""Series, steps, trend, patterns that fit each other."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from cloudtune.errors import Problem
from cloudtune.spec.forecast import Season
from cloudtune.spec.words import counted, enumerated, quoted
from cloudtune.timegrid import STEPS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from cloudtune.errors import SpecPath
    from cloudtune.spec.forecast import Break, ForecastSpec, Granularity
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
