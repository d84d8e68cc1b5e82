from __future__ import annotations

import numpy as np
import pytest

from cloudtune.suggest.detectors.outliers import find
from tests.suggest.builders import event, residuals, resolved, timeline, within


def shifted(line, start, end, by):
    return np.where(within(line, start, end), by, 0.0)


@pytest.mark.parametrize(
    ("step", "start", "end", "by", "words"),
    [
        ("1min", "2023-02-03T04:00", "2023-02-03T05:30", 1.0, "robots"),
        ("5min", "2023-02-03T14:00", "2023-02-03T16:00", -1.2, "partial outage"),
        ("1h", "2023-02-03T09:00", "2023-02-03T15:00", -0.9, "partial outage"),
    ],
    ids=["robots by the minute", "a dip by five minutes", "a dip by the hour"],
)
def test_sudden_window_is_found_to_the_point(step, start, end, by, words):
    line = timeline(60, step=step)
    found = find(residuals(line, shifted(line, start, end, by)), resolved(step=step))
    assert [(str(one.start)[:16], str(one.end)[:16]) for one in found] == [(start, end)]
    assert words in found[0].reason
    assert found[0].size == pytest.approx(np.expm1(by), abs=0.05)
    assert found[0].edits[0].item == {"start": start, "end": end, "reason": found[0].edits[0].item["reason"]}


def test_quiet_series_has_no_outlier():
    for seed in range(5):
        line = timeline(120, step="5min")
        assert find(residuals(line, seed=seed), resolved(step="5min")) == []


def test_run_of_zeros_is_an_outage():
    line = timeline(60, step="1min")
    view = residuals(line, level=50.0)
    inside = within(line, "2023-02-03T10:00", "2023-02-03T10:20")
    view.actual[inside] = 0.0
    view.deviation[inside] = np.log(0.5 / 60)
    found = find(view, resolved(step="1min"))
    assert len(found) == 1
    assert "looks like an outage" in found[0].reason


def test_slow_weather_is_no_outlier():
    line = timeline(400)
    days = np.arange(line.periods) / 24
    wave = 0.25 * np.sin(days / 11 * 2 * np.pi) * np.sin(days / 3.7 * 2 * np.pi)
    assert find(residuals(line, wave), resolved()) == []


def test_what_happens_every_week_is_no_outlier():
    line = timeline(200)
    dips = sum(np.where(np.arange(line.periods) % (24 * 5) == hour, -0.6, 0.0) for hour in (30, 31, 32))
    assert find(residuals(line, dips), resolved()) == []


def test_inside_of_a_declared_event_and_its_eve_are_left_alone():
    line = timeline(200)
    spec = resolved([event("sale", "2023-04-05T00:00")])
    lift = shifted(line, "2023-04-05T00:00", "2023-04-06T00:00", 0.9)
    eve = shifted(line, "2023-04-04T18:00", "2023-04-05T00:00", 0.2)
    assert find(residuals(line, lift + eve, spec=spec), spec) == []


def test_masked_window_is_not_proposed_again():
    line = timeline(100)
    inside = within(line, "2023-02-03T09:00", "2023-02-03T15:00")
    assert find(residuals(line, np.where(inside, np.nan, 0.0)), resolved()) == []


def test_rise_from_midnight_to_midnight_is_an_event():
    line = timeline(200)
    found = find(residuals(line, shifted(line, "2023-04-05", "2023-04-07", 0.9)), resolved())
    assert [(one.kind, one.edits[0].item) for one in found] == [
        ("event", {"name": "event-2023-04-05", "occurrences": [{"start": "2023-04-05", "duration": "48h"}]}),
    ]


def test_fall_from_midnight_to_midnight_is_no_sale():
    line = timeline(200)
    found = find(residuals(line, shifted(line, "2023-04-05", "2023-04-06", -0.9)), resolved())
    assert [one.kind for one in found] == ["outlier"]
