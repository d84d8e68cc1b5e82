from __future__ import annotations

import numpy as np
import pytest

from cloudtune.suggest.detectors.clock import find
from tests.suggest.builders import residuals, resolved, timeline


def kept_by(zone, days=800):
    """Residuals of a series whose day follows the wall clock of `zone`; the timeline is in UTC."""
    line, own = timeline(days), timeline(days, zone=zone)
    view = residuals(line)
    hour = (own.local - own.day.astype("datetime64[s]")).astype("int64") / 3600
    wave = 0.8 * np.sin((hour - 9) / 24 * 2 * np.pi) + 0.3 * np.sin(hour / 12 * 2 * np.pi)
    view.actual[:] = 1000 * np.exp(wave + np.random.default_rng(2).normal(0, 0.05, line.periods))
    return view


@pytest.mark.parametrize(
    ("kept", "declared", "proposed"),
    [
        ("America/New_York", "UTC", "America/New_York"),
        ("America/New_York", "Europe/London", "America/New_York"),
        ("Asia/Kolkata", "America/New_York", "UTC"),
        ("Europe/Paris", "Asia/Tokyo", "Europe/Berlin"),
    ],
    ids=["clock changes that utc lacks", "those of another continent", "none", "those of a neighbour"],
)
def test_wrong_zone_is_found(kept, declared, proposed):
    found = find(kept_by(kept), resolved(zone=declared, region=""))
    assert [one.edits[0].value for one in found] == [proposed]


@pytest.mark.parametrize("zone", ["America/New_York", "America/Chicago", "Asia/Kolkata", "Europe/Berlin"])
def test_right_zone_is_left_alone(zone):
    assert find(kept_by(zone), resolved(zone=zone, region="")) == []


def test_too_few_clock_changes_tell_nothing():
    assert find(kept_by("America/New_York", days=60), resolved(zone="UTC")) == []


def test_data_without_a_day_tells_nothing():
    line = timeline(800, step="1d")
    assert find(residuals(line), resolved(step="1d")) == []
