"""Closed times are zero at every step, in the history and in what accuracy is measured on."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline
from cloudtune.engine.forecast import forecast
from cloudtune.report.outlook import history_rows
from cloudtune.spec.opening_hours import open_slots_of, pattern_of
from cloudtune.timegrid import STEPS
from tests.engine import worlds

PATTERNS = (
    {"mon-fri": "07:00-21:00", "sat": "09:00-13:00"},
    {"tue-sun": "11:00-23:00"},
    {"mon-fri": "09:00-12:00, 14:00-18:00"},
)
WEEK = np.array([1.0, 1.02, 1.05, 1.1, 1.2, 0.8, 0.7])


def business(
    pattern: dict[str, str], step: str, days: int, seed: int
) -> tuple[Timeline, np.ndarray, np.ndarray]:
    """A hundred an hour times the weekday's factor while it is open; where it is open."""
    timeline = Timeline(worlds.START, days * STEPS[step].slots, STEPS[step], "UTC")
    weekday = (timeline.day.astype("int64") + 3) % 7
    noise = np.random.default_rng(seed).normal(0, 0.05, timeline.periods)
    opened = np.array(open_slots_of(pattern, STEPS[step].slots))[weekday, timeline.slot]
    return timeline, 100 * WEEK[weekday] * np.exp(noise), opened


def made(
    timeline: Timeline, values: np.ndarray, steps: tuple[str, ...], hours: str | dict[str, str] = "auto"
):
    wanted = ", ".join(f"{{step: {step}, horizon: 14d}}" for step in steps)
    spec = worlds.spec(step=str(timeline.step), granularities=wanted, horizon="14d")
    series = spec.spec.series.model_copy(update={"opening_hours": hours})
    cleaned = worlds.cleaned(timeline, values)
    told = spec.spec.model_copy(update={"series": series})
    return cleaned, forecast(cleaned, replace(spec, spec=told), seed=1)


@pytest.mark.parametrize("pattern", PATTERNS, ids=["short saturday", "mondays off", "midday break"])
@pytest.mark.parametrize("seed", [1, 2])
def test_business_hours_are_found_and_zero_outside_of_them(pattern, seed):
    timeline, values, opened = business(pattern, "1h", 140, seed)
    cleaned, outcome = made(timeline, np.where(opened, values, np.nan), ("1h", "1d", "1w"))
    week = 100 * (WEEK[:, None] * np.array(open_slots_of(pattern, 24))).sum()
    assert outcome.forecasts["1w"].median == pytest.approx(week, rel=0.04)
    hours = outcome.forecasts["1h"]
    weekday = (hours.timeline.day.astype("int64") + 3) % 7
    shut = ~np.array(open_slots_of(pattern, 24))[weekday, hours.timeline.slot]
    for path in (hours.mean, hours.median, *hours.quantiles.values()):
        assert (path[shut] == 0).all()
    daily = [row for row in outcome.accuracy if row.step == "1d"]
    assert daily
    assert max(row.wape for row in daily) < 0.06
    assert "found in the data" in next(f.says for f in outcome.ingredients if f.name == "opening hours")
    weeks = [row.value for row in history_rows(cleaned, "1w", 0, outcome.closed)]
    assert weeks == pytest.approx([week] * len(weeks), rel=0.04)


@pytest.mark.parametrize("step", ["15min", "1h", "1d"])
def test_declared_hours_hold_at_every_step(step):
    pattern = {"mon-fri": "00:00-24:00"} if step == "1d" else PATTERNS[0]
    timeline, values, opened = business(pattern, step, 60, 3)
    zeros = np.where(opened, values, 0.0)
    _, outcome = made(timeline, zeros, (step,), pattern)
    ahead = outcome.forecasts[step]
    weekday = (ahead.timeline.day.astype("int64") + 3) % 7
    now_open = np.array(open_slots_of(pattern, STEPS[step].slots))[weekday, ahead.timeline.slot]
    assert (ahead.median[~now_open] == 0).all()
    truth = 100 * WEEK[weekday] * now_open
    assert ahead.median.sum() == pytest.approx(truth.sum(), rel=0.04)
    assert not any("opening hours" in warning for warning in outcome.warnings)


def test_rows_outside_of_declared_hours_are_told():
    timeline, values, _ = business(PATTERNS[0], "1h", 60, 1)
    _, outcome = made(timeline, values, ("1h",), PATTERNS[0])
    assert any("outside of the declared opening hours" in warning for warning in outcome.warnings)


def test_always_closes_nothing():
    timeline, values, opened = business({"mon-fri": "00:00-24:00"}, "1d", 200, 1)
    _, outcome = made(timeline, np.where(opened, values, np.nan), ("1d",), "always")
    assert (outcome.forecasts["1d"].median > 0).all()


@pytest.mark.parametrize("weeks", [12, 20])
def test_a_day_given_up_months_ago_is_closed(weeks):
    timeline, values, _ = business({"mon-sun": "00:00-24:00"}, "1d", 364, 1)
    sunday = (timeline.day.astype("int64") + 3) % 7 == 6
    late = np.arange(364) >= 364 - 7 * weeks
    _, outcome = made(timeline, np.where(sunday & late, np.nan, values), ("1d",))
    ahead = outcome.forecasts["1d"].median
    assert (ahead[6::7] == 0).all()
    assert (np.delete(ahead, [6, 13]) > 0).all()


def test_a_day_that_has_just_begun_is_open():
    timeline, values, _ = business({"mon-sun": "00:00-24:00"}, "1d", 7 * 200, 1)
    sunday = (timeline.day.astype("int64") + 3) % 7 == 6
    early = np.arange(len(values)) < len(values) - 21
    _, outcome = made(timeline, np.where(sunday & early, np.nan, values), ("1d",))
    assert (outcome.forecasts["1d"].median > 0).all()


@pytest.mark.parametrize("pattern", [*PATTERNS, {"mon": "18:00-24:00", "tue": "00:00-02:00"}])
def test_a_pattern_is_read_back_from_its_slots(pattern):
    slots = open_slots_of(pattern, 24)
    assert open_slots_of(pattern_of(slots), 24) == slots


def test_hours_over_midnight_go_on_the_next_day():
    assert open_slots_of({"sun": "22:00-02:00"}, 24)[0][:3] == [True, True, False]
