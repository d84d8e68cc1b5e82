from __future__ import annotations

import numpy as np
import pytest

from cloudtune.track.nowcast import as_tracking, nowcast
from tests.track.builders import tracking


def rest_error(whole, path, seen):
    return float(np.abs(whole.actual[seen:] - path[seen:]).sum() / whole.actual[seen:].sum())


@pytest.mark.parametrize("part", [1 / 3, 1 / 2, 2 / 3])
@pytest.mark.parametrize(("level", "lift"), [(1.3, 1.0), (0.7, 1.0), (1.0, 1.3), (1.1, 0.8)])
def test_rest_is_forecast_better_than_before(level, lift, part):
    whole = tracking(level=level, lift=lift)
    seen = int(whole.actual.size * part)
    update = nowcast(whole, seen)
    assert rest_error(whole, update.median, seen) < 0.6 * rest_error(whole, whole.vintage.median, seen)


def test_forecast_that_holds_is_kept():
    whole = tracking()
    update = nowcast(whole, 190)
    assert np.abs(update.median / whole.vintage.median - 1).max() < 0.05
    assert update.level == pytest.approx(1.0, abs=0.03)


def test_nothing_after_what_was_seen_is_looked_at():
    whole, later = tracking(level=1.2), tracking(level=1.2)
    later.actual[200:] *= 3
    assert np.array_equal(nowcast(whole, 200).median, nowcast(later, 200).median)


def test_what_has_come_keeps_its_frozen_forecast():
    whole = tracking(level=1.3)
    update = nowcast(whole, 200)
    assert np.array_equal(update.median[:200], whole.vintage.median[:200])
    assert (update.low <= update.median).all()
    assert (update.median <= update.high).all()


def test_band_narrows_with_what_is_known():
    whole = tracking(level=1.1)
    update = nowcast(whole, 300)
    before = np.log(whole.vintage.high / whole.vintage.low)[300:].mean()
    assert np.log(update.high / update.low)[300:].mean() < before


def test_nothing_seen_changes_nothing():
    whole = tracking(level=1.3)
    update = nowcast(whole, 0)
    assert np.allclose(update.median, whole.vintage.median)
    assert as_tracking(whole, update).vintage.median.size == whole.actual.size


def test_outage_of_minutes_does_not_drag_the_event_along():
    whole = tracking()
    whole.actual[100:106] = 0.0
    assert nowcast(whole, 250).level == pytest.approx(1.0, abs=0.05)
