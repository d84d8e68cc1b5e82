from __future__ import annotations

import numpy as np
import pytest

from cloudtune.model.changepoints import (
    find_level_shifts,
    find_slope_changes,
    is_late,
    lasting_slope_changes,
    late_changepoint,
    sized,
)
from cloudtune.model.level import LevelDesign
from cloudtune.model.plan import NO_CHANGEPOINTS, Changepoints, LevelShift
from tests.model.settings import levels, setting

YEAR = 365.2425


def bent(
    days: int, at: float, before: float, after: float, noise: float = 0.02
) -> tuple[np.ndarray, np.ndarray]:
    """A log level whose growth a year changes on one day."""
    age = np.arange(float(days))
    level = before * age / YEAR + (after - before) * np.maximum(age - at, 0.0) / YEAR
    return age, level + np.random.default_rng(5).normal(0, noise, days)


def test_a_slope_change_is_found_near_its_day_with_its_size():
    age, level = bent(1000, 600, 0.4, 0.05)
    (found,) = find_slope_changes(age, level)
    assert found.age == pytest.approx(600, abs=21)
    assert found.size == pytest.approx(-0.35, abs=0.05)
    assert found.before == pytest.approx(0.4, abs=0.05)


def test_a_straight_line_has_no_slope_change():
    age, level = bent(1000, 600, 0.2, 0.2)
    assert find_slope_changes(age, level) == ()


def test_a_level_that_wanders_is_not_called_bent_many_times():
    rng = np.random.default_rng(2)
    level = np.zeros(900)
    for day in range(1, 900):
        level[day] = 0.97 * level[day - 1] + rng.normal(0, 0.02)
    assert len(find_slope_changes(np.arange(900.0), level)) <= 1


def test_gaps_do_not_hide_a_slope_change():
    age, level = bent(1000, 600, 0.4, 0.05)
    level[300:340] = np.nan
    assert len(find_slope_changes(age, level)) == 1


def test_too_little_history_has_no_slope_changes():
    assert find_slope_changes(np.arange(2.0), np.zeros(2)) == ()
    assert find_slope_changes(np.arange(100.0), np.zeros(100)) == ()


def test_the_standard_error_of_a_size_holds_the_truth():
    held = 0
    for seed in range(20):
        age = np.arange(900.0)
        level = 0.3 * age / YEAR - 0.2 * np.maximum(age - 450, 0) / YEAR
        level = level + np.random.default_rng(seed).normal(0, 0.03, 900)
        (found,) = sized(age, level, [450.0])
        held += abs(found.size + 0.2) <= 1.2816 * found.sd
    assert 11 <= held <= 20


def test_a_turn_seven_weeks_ago_is_noticed():
    age = np.arange(800.0)
    left = np.where(age > 750, -(age - 750) / YEAR * 0.8, 0.0) + np.random.default_rng(1).normal(0, 0.01, 800)
    found = late_changepoint(age, left)
    (change,) = found.slope_changes
    assert change.age == pytest.approx(750, abs=15)
    assert found.level_shifts == ()


def test_plain_noise_has_no_late_change():
    left = np.random.default_rng(1).normal(0, 0.05, 800)
    assert not late_changepoint(np.arange(800.0), left)


def test_a_level_that_fell_six_weeks_ago_is_a_shift_and_no_slope():
    age = np.arange(800.0)
    left = np.where(age >= 755, -0.4, 0.0) + np.random.default_rng(1).normal(0, 0.02, 800)
    found = late_changepoint(age, left)
    (shift,) = found.level_shifts
    assert shift.age == pytest.approx(755, abs=7)
    assert found.slope_changes == ()


def test_a_slope_change_of_years_of_data_is_beyond_doubt():
    age, level = bent(1400, 900, 0.4, 0.05)
    (found,) = lasting_slope_changes(age, level, NO_CHANGEPOINTS)
    assert found.reason == "found in the data"
    assert found.known_at > found.age
    assert found.age == pytest.approx(900, abs=21)


def test_a_slope_change_within_two_years_may_be_the_season_and_is_left_alone():
    age, level = bent(880, 500, 0.4, 0.05)
    assert len(find_slope_changes(age, level)) == 1
    assert lasting_slope_changes(age, level, NO_CHANGEPOINTS) == ()


def test_a_shift_near_the_end_is_no_slope_change():
    age = np.arange(1400.0)
    level = np.random.default_rng(7).normal(0, 0.02, 1400) - 0.5 * (age >= 1340)
    assert (
        lasting_slope_changes(age, level, Changepoints((), (LevelShift(1340.0, "found in the data"),))) == ()
    )


def test_the_last_quarter_of_a_year_is_late():
    age = np.arange(1400.0)
    assert is_late(1320.0, age)
    assert not is_late(1300.0, age)


def shifts_of(level: np.ndarray) -> list[float]:
    design = LevelDesign.of(setting(len(level), 7))
    return [shift.age for shift in find_level_shifts(design, levels(level))]


def noise(periods: int, sd: float = 0.02) -> np.ndarray:
    return np.random.default_rng(3).normal(0, sd, periods)


def test_a_sudden_lasting_change_is_found_on_its_day():
    level = noise(120)
    level[80:] += 0.4
    assert shifts_of(level) == [pytest.approx(80, abs=1)]


def test_up_and_down_again_are_two_shifts():
    level = noise(150)
    level[60:100] -= 0.5
    assert len(shifts_of(level)) == 2


def test_a_slope_is_no_shift():
    assert shifts_of(noise(150) + np.arange(150) * 0.004) == []


def test_noise_has_no_shifts():
    assert shifts_of(noise(200, sd=0.1)) == []


def test_over_a_year_of_data_shifts_are_left_to_the_yearly_waves():
    level = noise(500)
    level[400:] += 0.4
    assert shifts_of(level) == []
