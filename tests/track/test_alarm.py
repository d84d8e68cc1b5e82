from __future__ import annotations

import pytest

from cloudtune.track.facts import facts_of
from cloudtune.track.findings import alarm_of
from tests.suggest.builders import resolved
from tests.track.builders import tracking


def test_actuals_inside_the_band_raise_no_alarm():
    assert alarm_of(facts_of(tracking()), resolved()) is None


@pytest.mark.parametrize(("level", "side"), [(1.5, "above"), (0.5, "below")])
def test_long_stretch_outside_is_a_finding(level, side):
    alarm = alarm_of(facts_of(tracking(level=level)), resolved())
    assert alarm is not None
    assert alarm.code == "CT782"
    assert f"for 48h at a stretch, mostly {side}; 1h is tolerated" in alarm.message


def test_spec_says_how_long_is_tolerated():
    whole = tracking()
    whole.actual[100:114] *= 2
    assert alarm_of(facts_of(whole), resolved()) is not None
    assert alarm_of(facts_of(whole), resolved(track_tolerance="2h")) is None
