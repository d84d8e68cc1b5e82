from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from cloudtune.track.facts import facts_of
from tests.track.builders import tracking


def test_actuals_on_the_forecast_are_inside_the_band():
    facts = facts_of(tracking())
    assert facts.inside == 1.0
    assert facts.deviation == pytest.approx(0.0, abs=0.005)
    assert (facts.above, facts.below, facts.longest_outside) == (0, 0, 0)
    assert facts.lift == pytest.approx(facts.lift_forecast, rel=0.01)


def test_actuals_far_above_are_outside_all_the_time():
    facts = facts_of(tracking(level=1.5, noise=0.0))
    assert facts.inside == 0.0
    assert facts.above == facts.seen == facts.longest_outside == 576
    assert facts.deviation == pytest.approx(0.5, abs=0.01)
    assert facts.peak_error == pytest.approx(1 / 1.5 - 1, abs=0.03)


def test_gap_in_the_actuals_is_left_out():
    whole = tracking()
    actual = whole.actual.copy()
    actual[10:40] = np.nan
    facts = facts_of(dataclasses.replace(whole, actual=actual))
    assert facts.seen == 546
    assert facts.deviation == pytest.approx(0.0, abs=0.005)


def test_peak_that_comes_later_is_late():
    whole = tracking(noise=0.0)
    actual = whole.actual.copy()
    actual[30] = actual.max() * 2
    facts = facts_of(dataclasses.replace(whole, actual=actual))
    assert facts.peak_late == (30 - int(np.argmax(whole.vintage.median))) * 5
    assert str(facts.peak.at) == "2026-07-14T02:30:00"


def test_running_event_projects_its_peak_from_both():
    part = tracking(seen=0.02)
    facts = facts_of(part)
    assert not part.is_over
    assert facts.projected_peak.height == pytest.approx(part.vintage.median.max(), rel=0.1)
    assert str(facts.now.at) == "2026-07-14T00:50:00"
    assert facts.now.place == pytest.approx(0.5, abs=0.2)


@pytest.mark.parametrize(
    ("hours", "names"),
    [
        (48, ["opening", "day 1", "day 2", "closing"]),
        (2, ["opening", "first third", "second third", "last third"]),
    ],
    ids=["days", "hours"],
)
def test_phases_follow_the_length(hours, names):
    facts = facts_of(tracking(hours, level=1.1))
    assert [phase.name for phase in facts.phases] == names
    assert all(phase.deviation == pytest.approx(0.1, abs=0.03) for phase in facts.phases)
