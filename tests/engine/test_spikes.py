"""A value that no series takes by itself is told, with what to do about it."""

from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine.forecast import forecast
from tests.engine import worlds

EVENT = """\
events:
  - name: launch
    occurrences: [{start: 2025-02-03T10:00, duration: 2h}]
"""


def warnings_of(values, timeline, masked=None, more=""):
    return forecast(worlds.cleaned(timeline, values, masked=masked), worlds.spec(more=more)).warnings


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("spike", [1e5, 1e9])
def test_an_unmasked_spike_draws_a_warning_that_names_suggest(seed, spike):
    timeline = worlds.line(56)
    values = worlds.demand(timeline, noise=0.1, seed=seed)
    values[200 + 97 * seed] = spike
    (told,) = [one for one in warnings_of(values, timeline) if "stands out by far" in one]
    assert f"{spike:.4g}" in told
    assert "run `cloudtune suggest`" in told


@pytest.mark.parametrize("seed", range(3))
def test_bursts_are_no_spikes(seed):
    timeline = worlds.line(56)
    values = worlds.demand(timeline, noise=0.1, seed=seed)
    values *= np.random.default_rng(seed).lognormal(0, 0.8, values.size)
    assert not [one for one in warnings_of(values, timeline) if "out by far" in one]


def test_what_a_window_masks_or_an_event_explains_is_no_spike():
    timeline = worlds.line(56)
    values = worlds.demand(timeline, noise=0.1)
    masked = np.zeros(values.size, dtype=bool)
    values[500], masked[500] = 1e9, True
    assert not [one for one in warnings_of(values, timeline, masked) if "out by far" in one]
    values = worlds.demand(timeline, noise=0.1)
    launch = int((np.datetime64("2025-02-03T10:00") - timeline.start) / np.timedelta64(1, "h"))
    values[launch : launch + 2] *= 60
    assert not [one for one in warnings_of(values, timeline, more=EVENT) if "out by far" in one]
