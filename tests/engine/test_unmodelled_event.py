from __future__ import annotations

import numpy as np

from cloudtune.engine.forecast import forecast
from cloudtune.report.gates import gate_rows
from tests.engine import worlds

MORE = """
events:
  - {name: marathon, occurrences: [{start: START, duration: 24h}]}
  - {name: sale, occurrences: [{start: SALE, duration: 24h}, {start: NEXT, duration: 24h}]}
expect: [{event: marathon, peak_at_least: 0.1x}]
"""


def outcome():
    timeline = worlds.line(100)
    day = [str((timeline.utc[0] + np.timedelta64(n, "D")).astype("datetime64[D]")) for n in (104, 60, 108)]
    more = MORE.replace("START", day[0]).replace("SALE", day[1]).replace("NEXT", day[2])
    spec = worlds.spec(more=more)
    return forecast(worlds.cleaned(timeline, worlds.demand(timeline)), spec, seed=1), spec.spec


def test_an_event_that_nothing_is_known_of_has_a_lift_of_one_and_says_so():
    found, _spec = outcome()
    marathon = next(event for event in found.events if event.name == "marathon")
    assert marathon.learned_from == "not modelled, nothing to learn from"
    assert (marathon.lift.low, marathon.lift.value, marathon.lift.high) == (1.0, 1.0, 1.0)
    assert next(event for event in found.events if event.name == "sale").is_modelled


def test_an_expectation_of_it_fails_whatever_the_figures_say():
    found, spec = outcome()
    (row,) = gate_rows(spec, found)
    assert (row["result"], row["reason"]) == ("fail", "not modelled, nothing to learn from")
