from __future__ import annotations

import numpy as np
import pytest

from cloudtune.suggest.detectors.level_shifts import find
from tests.suggest.builders import residuals, resolved, timeline, within


@pytest.mark.parametrize("by", [0.25, -0.2], ids=["up", "down"])
def test_step_that_stays_is_found_on_its_day(by):
    line = timeline(300)
    found = find(residuals(line, np.where(within(line, "2023-06-10", "2030-01-01"), by, 0.0)), resolved())
    assert len(found) == 1
    assert abs((found[0].start - np.datetime64("2023-06-10")).astype("timedelta64[D]").astype(int)) <= 1
    assert found[0].edits[0].path == ("trend", "level_shifts")
    assert found[0].size == pytest.approx(np.expm1(by), abs=0.04)


def test_step_that_goes_back_is_none():
    line = timeline(300)
    assert (
        find(residuals(line, np.where(within(line, "2023-06-10", "2023-06-18"), 0.3, 0.0)), resolved()) == []
    )


def test_slope_is_no_step():
    line = timeline(400)
    assert find(residuals(line, np.arange(line.periods) / line.periods * 0.6), resolved()) == []


def test_season_that_comes_every_year_is_no_step():
    line = timeline(1100)
    month = line.local.astype("datetime64[M]").astype(int) % 12
    assert find(residuals(line, np.where((month >= 5) & (month < 9), 0.3, 0.0)), resolved()) == []


def test_trend_that_bends_towards_a_step_does_not_hide_it():
    line = timeline(300)
    ramp = 0.25 * np.clip((np.arange(line.periods) / 24 - 130) / 60, 0, 1)
    step = np.where(within(line, "2023-06-10", "2030-01-01"), 0.25, 0.0)
    found = find(residuals(line, step - ramp, parts={"trend": ramp}), resolved())
    assert len(found) == 1


def test_declared_step_is_not_proposed_again():
    line = timeline(300)
    step = np.where(within(line, "2023-06-10", "2030-01-01"), 0.25, 0.0)
    spec = resolved(trend={"level_shifts": [{"at": "2023-06-11"}]})
    assert find(residuals(line, step), spec) == []
