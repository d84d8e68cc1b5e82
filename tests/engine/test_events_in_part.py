"""An event acts on a step by the part of it that it covers; its lift is told for the event."""

from __future__ import annotations

import numpy as np
import pytest

from tests.engine.test_every_step import outcome

LENGTH, AHEAD = 400, 10
TIMES = 3.0


def flat(seed: int, size: int = LENGTH, level: float = 1000.0) -> np.ndarray:
    return level * np.exp(np.random.default_rng(seed).normal(0, 0.02, size))


def occurrence(day: float, hours: float) -> str:
    start = np.datetime64("2025-01-06T00:00") + np.timedelta64(round(day * 1440), "m")
    return f"{{start: {start}, duration: {round(hours * 60)}min}}"


def events(**lines: str) -> str:
    return "events:\n" + "\n".join(f"  - {{name: {name}, {line}}}" for name, line in lines.items())


def shares(day: float, hours: float, width: float = 1.0) -> dict[int, float]:
    """By step: the part of it that is covered."""
    first, last = day / width, (day + hours / 24) / width
    steps = range(int(first), int(np.ceil(last)))
    return {step: min(step + 1, last) - max(step, first) for step in steps}


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("clock", "hours"), [(23, 2), (18, 24), (9, 3), (0, 24), (7, 24)], ids=lambda value: f"{value}h"
)
def test_a_declared_effect_acts_on_each_day_by_its_part(seed, clock, hours):
    day = LENGTH + AHEAD + clock / 24
    more = events(launch=f"occurrences: [{occurrence(day, hours)}], effect: {TIMES}x")
    made = outcome(flat(seed), more=more)
    for step, share in shares(day, hours).items():
        lift = made.forecasts["1d"].median[step - LENGTH] / 1000
        assert lift == pytest.approx(1 + share * (TIMES - 1), rel=0.03)
    assert made.events[0].lift.value == pytest.approx(TIMES, rel=0.01)
    assert made.events[0].total.value == pytest.approx(1000 * TIMES * hours / 24, rel=0.05)


def test_an_evening_over_sunday_midnight_adds_its_hours_to_both_weeks():
    day = 7 * 153 - 4 / 24
    more = events(night=f"occurrences: [{occurrence(day, 8)}], effect: {TIMES}x")
    made = outcome(flat(1, 150, 7000.0), "1w", "8w", more=more)
    for step, share in shares(day, 8, 7.0).items():
        lift = made.forecasts["1w"].median[step - 150] / 7000
        assert lift == pytest.approx(1 + share * (TIMES - 1), rel=0.03)
    assert made.events[0].lift.value == pytest.approx(TIMES, rel=0.01)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_evenings_add_is_learned_by_the_part_and_told_for_the_evening(seed):
    values, days = flat(seed), np.arange(10, LENGTH + 60, 30) + 20 / 24
    for day in days:
        for step, share in shares(day, 6).items():
            values[step : step + 1] *= 1 + share * (TIMES - 1)
    more = events(evening=f"occurrences: [{', '.join(occurrence(d, 6) for d in days)}]")
    made = outcome(values, horizon="56d", more=more)
    ahead = days[days > LENGTH][0]
    for step, share in shares(ahead, 6).items():
        lift = made.forecasts["1d"].median[step - LENGTH] / 1000
        assert lift == pytest.approx(1 + share * (TIMES - 1), rel=0.04)
    assert made.events[0].lift.value == pytest.approx(TIMES, rel=0.15)


@pytest.mark.parametrize("seed", [1, 2])
def test_a_lift_learned_on_whole_days_is_borrowed_by_the_part(seed):
    values, past = flat(seed), range(10, LENGTH, 40)
    values[list(past)] *= TIMES
    at, other = LENGTH + 8 + 18 / 24, LENGTH + 20 + 23 / 24
    sale = f"occurrences: [{', '.join(occurrence(d, 24) for d in (*past, at))}]"
    night = f"occurrences: [{occurrence(other, 2)}], like: {{event: sale}}"
    made = outcome(values, more=events(sale=sale, night=night))
    for step, share in (*shares(at, 24).items(), *shares(other, 2).items()):
        lift = made.forecasts["1d"].median[step - LENGTH] / 1000
        assert lift == pytest.approx(1 + share * (TIMES - 1), rel=0.05)
    assert [one.lift.value for one in made.events] == pytest.approx([TIMES, TIMES], rel=0.1)


def test_half_an_hour_acts_on_half_of_an_hour():
    hours = flat(1, 60 * 24, 100.0)
    more = events(drop=f"occurrences: [{occurrence(62 + 10.25 / 24, 0.5)}], effect: {TIMES}x")
    path = outcome(hours, "1h", "14d", more=more).forecasts["1h"].median
    lift = path[2 * 24 + 10] / path[9 * 24 + 10]
    assert lift == pytest.approx(1 + 0.5 * (TIMES - 1), rel=0.05)
