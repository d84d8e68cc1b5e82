from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.intervals import UNCALIBRATED, Calibration

DAYS = np.array([1.0, 28.0, 60.0, 84.0, 400.0])


def test_an_untested_interval_stays_as_it_is():
    assert (UNCALIBRATED.at(DAYS) == 1).all()


def test_widening_reaches_as_far_as_the_forecast():
    assert (Calibration(1.7, 28.0).at(DAYS) == 1.7).all()


def test_narrowing_fades_beyond_the_lead_time_that_was_tested():
    factors = Calibration(0.6, 28.0).at(DAYS)
    assert factors[:2] == pytest.approx([0.6, 0.6])
    assert 0.6 < factors[2] < 1
    assert factors[3:] == pytest.approx([1.0, 1.0])
