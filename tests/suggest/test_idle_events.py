from __future__ import annotations

import numpy as np

from cloudtune.suggest.detectors.idle_events import find
from cloudtune.yaml_edit.edit import Remove
from tests.suggest.builders import event, residuals, resolved, timeline, within

DAYS = tuple(f"2023-{month:02d}-10" for month in range(2, 12))


def test_event_without_effect_is_proposed_for_removal():
    line = timeline(400)
    spec = resolved([event("meeting", *DAYS)])
    found = find(residuals(line, spec=spec, noise=0.02), spec)
    assert [one.edits for one in found] == [(Remove(("events", 0)),)]
    assert "10 occurrences" in found[0].reason


def test_event_of_a_shared_calendar_is_only_named():
    line = timeline(400)
    spec = resolved([event("meeting", *DAYS, file="specs/calendars/us.yaml")])
    found = find(residuals(line, spec=spec, noise=0.02), spec)
    assert [one.edits for one in found] == [()]
    assert "others may need it" in found[0].reason


def test_event_with_an_effect_stays():
    line = timeline(400)
    spec = resolved([event("sale", *DAYS)])
    part = sum(np.where(within(line, day, np.datetime64(day) + 1), 0.1, 0.0) for day in DAYS)
    assert find(residuals(line, spec=spec, parts={"event:sale": part}), spec) == []


def test_two_editions_prove_nothing():
    line = timeline(400)
    spec = resolved([event("meeting", *DAYS[:2])])
    assert find(residuals(line, spec=spec, noise=0.02), spec) == []
