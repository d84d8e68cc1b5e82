from __future__ import annotations

import pytest

from cloudtune.timegrid import STEPS, Step


def test_the_steps_from_fine_to_coarse():
    assert list(STEPS) == ["1min", "5min", "10min", "15min", "30min", "1h", "1d", "1w"]
    assert sorted(STEPS.values()) == list(STEPS.values())


@pytest.mark.parametrize(
    ("name", "slots", "days", "is_calendar"),
    [
        ("1min", 1440, 0, False),
        ("30min", 48, 0, False),
        ("1h", 24, 0, False),
        ("1d", 1, 1, True),
        ("1w", 1, 7, True),
    ],
)
def test_a_step_knows_its_place_in_the_day(name, slots, days, is_calendar):
    step = Step.parse(name)
    assert (step.slots, step.days, step.is_calendar) == (slots, days, is_calendar)
    assert str(step) == name


def test_every_step_below_a_day_divides_the_day():
    assert all(1440 % step.minutes == 0 for step in STEPS.values() if not step.is_calendar)


def test_an_unknown_step_is_a_key_error():
    with pytest.raises(KeyError):
        Step.parse("2min")
