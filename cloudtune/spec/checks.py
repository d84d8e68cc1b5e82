"""What a well-formed spec must also satisfy, in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudtune.spec.check_events import check_events
from cloudtune.spec.check_figures import (
    check_capacity,
    check_expectations,
    check_gates,
    check_quantiles,
)
from cloudtune.spec.check_names import (
    Neighbours,
    check_calendars,
    check_circles,
    check_event_names,
    check_lenders,
    check_stem,
)
from cloudtune.spec.check_scenarios import check_scenarios
from cloudtune.spec.check_series import (
    check_granularities,
    check_regressors,
    check_seasonality,
    check_series,
    check_trend,
)
from cloudtune.spec.check_windows import check_outliers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from cloudtune.errors import Problem
    from cloudtune.spec.events import CalendarSpec
    from cloudtune.spec.forecast import ForecastSpec

ALONE: tuple[Callable[[ForecastSpec], Iterator[Problem]], ...] = (
    check_series,
    check_granularities,
    check_trend,
    check_seasonality,
    check_regressors,
    check_outliers,
    check_quantiles,
    check_gates,
    check_expectations,
    check_capacity,
    check_scenarios,
)


def judge_calendar(spec: CalendarSpec, file: str, near: Neighbours) -> Iterator[Problem]:
    """What is wrong with a calendar, alone and beside the others."""
    yield from check_stem(spec.name, file)
    yield from check_events(spec.events, spec.timezone)
    yield from check_circles(spec.events)
    yield from check_lenders(spec, near)


def judge_forecast(spec: ForecastSpec, file: str, near: Neighbours) -> Iterator[Problem]:
    """What is wrong with a forecast, alone and with its calendars."""
    yield from check_stem(spec.name, file)
    for check in ALONE:
        yield from check(spec)
    yield from check_events(spec.events, spec.series.timezone)
    yield from check_calendars(spec, near)
    yield from check_event_names(spec, near)
    shared = [event for each in near.used_by(spec) for event in each.events]
    circles = check_circles([*spec.events, *shared])
    yield from (problem for problem in circles if problem.path[1] in range(len(spec.events)))
