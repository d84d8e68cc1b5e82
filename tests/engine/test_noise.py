from __future__ import annotations

from dataclasses import replace

import numpy as np

from cloudtune.engine.noise import draw
from cloudtune.engine.projection import project
from tests.engine import worlds

DAYS, PATHS = 200, 4000
SALE = """\
events:
  - name: sale
    occurrences:
      - {start: 2025-03-05, duration: 24h}
      - {start: 2025-05-07, duration: 24h}
      - {start: 2025-07-02, duration: 24h}
      - {start: 2025-07-30, duration: 24h}
"""


def doubts():
    """What each day ahead owes to the doubt about events, and the event's own uncertainty."""
    timeline = worlds.line(DAYS)
    values = worlds.demand(timeline)
    days = (worlds.hours_of(timeline) // 24).astype(int)
    for row, lift in ((58, 1.5), (121, 3.0), (177, 2.0)):
        values[days == row] *= lift
    model = project(worlds.cleaned(timeline, values), worlds.spec(more=SALE), 14 * 24, 0).model
    certain = replace(model.level.fit, sd=np.zeros_like(model.level.fit.sd))
    without = replace(model, level=replace(model.level, fit=certain))
    drawn, plain = (draw(m, None, DAYS, PATHS, seed=3).level for m in (model, without))
    return (drawn - plain).std(axis=0), model.level.fit.sd[DAYS:]


def test_days_of_events_are_in_doubt_by_less_than_all_that_the_fit_leaves_open():
    added, open_ = doubts()
    sale = 205 - DAYS
    assert 0.3 * open_[sale] < added[sale] < 0.7 * open_[sale]
    around = [sale - 1, sale, sale + 1]
    assert np.delete(added, around).max() == 0.0
