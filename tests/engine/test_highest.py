"""Highest steps: one table of days by blocks says what all the minutes would."""

from __future__ import annotations

import numpy as np
import pytest

from cloudtune.engine import highest
from cloudtune.engine.forecast import fitted
from cloudtune.engine.highest import calibrated, highest_steps, stretches_of, together
from cloudtune.engine.intervals import UNCALIBRATED, Calibration
from cloudtune.engine.paths import sample
from cloudtune.engine.targets import Target
from tests.engine import worlds

EVENTS = """\
events:
  - name: match
    occurrences:
      - {start: 2025-02-01T10:00, duration: 3h}
      - {start: 2025-03-01T20:00, duration: 3h}
      - {start: 2025-04-05T15:00, duration: 3h}
      - {start: 2025-05-10T22:00, duration: 4h}
"""


def world(scale: str):
    timeline = worlds.line(120)
    hour = worlds.hours_of(timeline) % 24
    rng = np.random.default_rng(3)
    values = (200 + 100 * np.sin(hour / 24 * 2 * np.pi)) * rng.lognormal(0, 0.1, timeline.periods)
    for start in ("2025-02-01T10:00", "2025-03-01T20:00", "2025-04-05T15:00"):
        first = int((np.datetime64(start) - timeline.start) / np.timedelta64(1, "h"))
        values[first : first + 3] *= 3
    return worlds.cleaned(timeline, values), worlds.spec(more=f"scale: {scale}\n{EVENTS}")


def every_step(projection, paths):
    """All base steps on the very same paths."""
    timeline = projection.model.plan.grid.timeline
    count = len(projection.point)
    target = Target(timeline.step.name, timeline.head(count), np.arange(count + 1), "sum")
    found = np.concatenate([part for _, _, part in sample(paths, target)], axis=1)
    return np.clip(found, projection.floor, projection.ceiling)


@pytest.mark.parametrize("scale", ["multiplicative", "additive"])
def test_days_and_events_have_the_highest_step_of_the_very_same_paths(scale):
    projection = fitted(*world(scale), seed=5)
    found = highest_steps(projection, len(projection.point), UNCALIBRATED, 5)
    hours = [
        (one.begin - projection.model.plan.grid.timeline.utc[projection.model.points]) for one in found.events
    ]
    spans = [(int(one / np.timedelta64(1, "h")), int(one / np.timedelta64(1, "h")) + 4) for one in hours]
    source = projection.source
    steps = every_step(projection, together(source, stretches_of(source, len(projection.point), spans), 5))
    grid = projection.model.plan.grid
    period = grid.period[projection.model.points :][: steps.shape[1]]
    first = np.flatnonzero(np.diff(period, prepend=period[0] - 1))
    assert found.paths == pytest.approx(np.maximum.reduceat(steps, first, axis=1))
    match = found.events[-1]
    assert (match.name, str(match.start)) == ("match", "2025-05-10T22:00:00")
    begin = int((match.begin - grid.timeline.utc[projection.model.points]) / np.timedelta64(1, "h"))
    assert match.paths == pytest.approx(steps[:, begin : begin + 4].max(axis=1))


def test_the_steps_of_an_event_are_those_whose_highest_was_told():
    projection = fitted(*world("multiplicative"), seed=5)
    found = highest_steps(projection, len(projection.point), UNCALIBRATED, 5)
    match = found.events[-1]
    steps = np.concatenate([part for _, part in match.steps()], axis=1)
    assert steps.shape == (highest.FEWER, 4)
    assert steps.max(axis=1) == pytest.approx(match.paths[: highest.FEWER])


def test_every_day_of_the_horizon_is_there():
    projection = fitted(*world("multiplicative"), seed=5)
    found = highest_steps(projection, len(projection.point), UNCALIBRATED, 5)
    assert found.paths.shape == (highest.MANY_PATHS, len(found.days))
    assert (np.diff(found.days) == np.timedelta64(1, "D")).all()


def test_calibration_moves_deviations_from_the_median_and_nothing_below_nothing():
    rng = np.random.default_rng(0)
    pieces = rng.lognormal(3, 0.4, (500, 3))
    wide = calibrated(pieces, Calibration(2.0), np.ones(3))
    assert np.median(wide, axis=0) == pytest.approx(np.median(pieces, axis=0), rel=0.02)
    spread = [np.log(np.quantile(p, 0.9, axis=0) / np.quantile(p, 0.1, axis=0)) for p in (pieces, wide)]
    assert spread[1] == pytest.approx(2 * spread[0], rel=0.02)
    assert wide.min() > 0
    signed = calibrated(pieces - 20, Calibration(2.0), np.ones(3))
    assert np.median(signed, axis=0) == pytest.approx(np.median(pieces - 20, axis=0), abs=0.05)
