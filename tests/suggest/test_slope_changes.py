from __future__ import annotations

import numpy as np

from cloudtune.suggest.detectors.slope_changes import find
from tests.suggest.builders import residuals, resolved, timeline

LISTED = {"trend": {"slope_breaks": []}}


def bent(line, change):
    years = np.arange(line.periods) / 24 / 365
    return change * np.maximum(years - 1, 0)


def test_bend_is_found_within_a_month():
    line = timeline(730)
    found = find(residuals(line, bent(line, 0.5)), resolved(**LISTED))
    assert len(found) == 1
    assert abs((found[0].start - np.datetime64("2024-01-02")).astype("timedelta64[D]").astype(int)) < 30
    assert abs(found[0].size - 0.5) < 0.1


def test_straight_line_has_no_bend():
    line = timeline(730)
    assert find(residuals(line, np.arange(line.periods) / line.periods), resolved(**LISTED)) == []


def test_engine_that_looks_for_breaks_itself_needs_no_proposal():
    line = timeline(730)
    assert find(residuals(line, bent(line, 0.5)), resolved()) == []


def test_declared_bend_is_not_proposed_again():
    line = timeline(730)
    spec = resolved(trend={"slope_breaks": [{"at": "2024-01-10"}]})
    assert find(residuals(line, bent(line, 0.5)), spec) == []
