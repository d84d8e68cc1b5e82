from __future__ import annotations

import numpy as np

from cloudtune.suggest.detectors.coarse_step import find
from cloudtune.yaml_edit.edit import Put
from tests.suggest.builders import residuals, resolved, timeline


def test_values_every_quarter_of_an_hour_are_no_minutes():
    line = timeline(10, step="1min")
    view = residuals(line)
    view.actual[np.arange(line.periods) % 15 != 0] = np.nan
    found = find(view, resolved(step="1min"))
    assert [one.edits for one in found] == [
        (Put(("series", "step"), "15min"), Put(("granularities", 0, "step"), "15min")),
    ]


def test_values_that_repeat_for_five_minutes_are_no_minutes():
    line = timeline(10, step="1min")
    view = residuals(line)
    view.actual[:] = np.repeat(view.actual[::5], 5)
    found = find(view, resolved(step="1min"))
    assert found[0].edits[0] == Put(("series", "step"), "5min")


def test_real_minutes_are_left_alone():
    assert find(residuals(timeline(10, step="1min")), resolved(step="1min")) == []


def test_constant_series_says_nothing_of_its_step():
    line = timeline(10, step="1min")
    view = residuals(line)
    view.actual[:] = 5.0
    assert find(view, resolved(step="1min")) == []
