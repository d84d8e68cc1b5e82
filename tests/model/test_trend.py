from __future__ import annotations

import numpy as np

from cloudtune.model.plan import Changepoints, LevelShift
from cloudtune.model.terms.trend import LevelShifts, knots_of, quiet, trend_columns
from tests.model.settings import setting


def test_a_hinge_is_flat_before_its_knot():
    found = trend_columns(setting(100).grid, np.array([40.0]), 99.0)
    hinge = found.values[:, 2]
    assert (hinge[:41] == 0).all()
    assert (np.diff(hinge[40:]) > 0).all()


def test_no_knot_lies_in_the_quiet_days_before_the_end():
    grid = setting(800).grid
    assert knots_of(grid, 800).max() < 799 - quiet(799.0)


def test_a_shift_begins_on_the_first_whole_period():
    shift = LevelShift(10.4, "moved")
    found = LevelShifts().columns(setting(30, changepoints=Changepoints((), (shift,))))
    assert found.values[:, 0].tolist() == [0.0] * 10 + [1.0] * 20
