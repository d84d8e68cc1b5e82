from __future__ import annotations

import numpy as np
import pytest

from cloudtune.data.timeline import Timeline, to_local
from cloudtune.engine.targets import lay_out
from cloudtune.timegrid import STEPS


@pytest.mark.parametrize("step", ["15min", "1h"])
@pytest.mark.parametrize("start", ["2026-10-20T22:00", "2026-03-20T23:00", "2026-06-01T10:00"])
@pytest.mark.parametrize("base", ["5min", "15min"])
def test_a_horizon_of_whole_days_ends_at_the_wall_clock_time_at_which_it_began(base, step, start):
    data = Timeline(np.datetime64(start, "s"), 10, STEPS[base], "Europe/Berlin")
    target = lay_out([(STEPS[step], 90 * 1440)], data, "sum")[step]
    ends = target.timeline.after(1).utc
    first, last = to_local(np.concatenate([target.timeline.utc[:1], ends]), "Europe/Berlin")
    assert last - first == np.timedelta64(90, "D")


def test_hours_elapse():
    data = Timeline(np.datetime64("2026-10-24T22:00", "s"), 10, STEPS["1h"], "Europe/Berlin")
    assert lay_out([(STEPS["1h"], 36 * 60)], data, "sum")["1h"].timeline.periods == 36
