from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline
from cloudtune.model.grid import Grid
from cloudtune.timegrid import STEPS

BERLIN = "Europe/Berlin"


def grid(start: str, days: int, step: str = "1h", zone: str = BERLIN, less: int = 0) -> Grid:
    timeline = Timeline(np.datetime64(start, "s"), days * STEPS[step].slots - less, STEPS[step], zone)
    return Grid.of(timeline)


def test_points_fold_into_local_days_and_come_back():
    found = grid("2026-02-01T23:00", 10)
    values = np.arange(240.0)
    by_slot = found.fold(values, 10)
    assert by_slot.shape == (10, 24)
    np.testing.assert_array_equal(found.unfold(by_slot, 0, 240), values)


def test_the_repeated_hour_is_averaged():
    found = grid("2026-10-24T22:00", 2)  # midnight of the 25 hour day
    values = np.ones(48)
    values[2], values[3] = 10.0, 20.0  # 02:00 comes twice
    assert found.twins == ((2, 3),)
    assert found.fold(values, found.periods)[0, 2] == 15.0


def test_the_skipped_hour_is_missing():
    found = grid("2026-03-28T23:00", 2)  # midnight of the 23 hour day
    by_slot = found.fold(np.ones(48), found.periods)
    assert np.isnan(by_slot[0, 2])
    assert np.isfinite(by_slot[0, [1, 3]]).all()


def test_nine_in_the_morning_stays_nine_in_the_morning_over_a_clock_change():
    found = grid("2026-03-27T23:00", 4)
    nine = found.timeline.local[found.slot == 9]
    assert {str(stamp)[11:16] for stamp in nine} == {"09:00"}


@pytest.mark.parametrize(("day", "phase"), [("2026-02-01", 0.0), ("2026-02-15", 0.5)])
def test_a_short_month_runs_from_nought_to_one(day, phase):
    found = Grid.of(Timeline(np.datetime64(day, "s"), 1, STEPS["1d"], "UTC"))
    assert found.month_phase[0] == pytest.approx(phase)


def test_mondays_are_weekday_nought():
    found = grid("2026-07-13T00:00", 7, zone="UTC")
    assert found.weekday.tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert found.weekend.tolist() == [0, 0, 0, 0, 0, 1, 1]
