from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from cloudtune.data.series import Series
from cloudtune.data.timeline import Timeline
from cloudtune.engine.backtest import head_of
from cloudtune.engine.facts import changepoint_facts
from cloudtune.engine.projection import project
from cloudtune.timegrid import STEPS
from tests.engine.worlds import START, cleaned, line, spec

YEARS = 3
SEEN = 90
AHEAD = 120


def truth() -> np.ndarray:
    """Hours of three years with a strong yearly wave."""
    hours = np.arange(YEARS * 365 * 24)
    day = 0.4 * np.sin(2 * np.pi * (hours % 24) / 24)
    year = 0.5 * np.sin(2 * np.pi * hours / 24 / 365.2425)
    return np.exp(5 + day + year + np.random.default_rng(4).normal(0, 0.03, hours.size))


def fine_and_long(step: str = "1d"):
    """The last 90 days by the hour, the days (or weeks) before and beside them, and what comes next."""
    values = truth()
    cut = values.size - AHEAD * 24
    cut -= cut % (24 * 7)
    first = cut - SEEN * 24
    begin = START - np.timedelta64(first, "h")
    width = STEPS[step].days * 24
    history = Series(
        Timeline(begin, cut // width, STEPS[step], "UTC"), values[:cut].reshape(-1, width).sum(axis=1)
    )
    fine = cleaned(line(SEEN), values[first:cut])
    return fine, history, values[cut : cut + AHEAD * 24]


@pytest.mark.parametrize("step", ["1d", "1w"])
def test_a_coarse_past_teaches_the_year_to_a_fine_series(step):
    fine, history, coming = fine_and_long(step)
    alone = project(fine, spec(), AHEAD * 24, 1).point
    taught = project(replace(fine, history=history), spec(), AHEAD * 24, 1).point
    errors = [np.abs(path - coming).sum() / coming.sum() for path in (alone, taught)]
    assert errors[1] < 0.07
    assert errors[1] < 0.5 * errors[0]


def test_another_unit_in_the_past_is_put_right_by_the_days_both_have():
    fine, history, _ = fine_and_long()
    scaled = replace(history, values=history.values * 1000)
    paths = [project(replace(fine, history=past), spec(), 24, 1).point for past in (history, scaled)]
    np.testing.assert_allclose(paths[0], paths[1], rtol=1e-6)


def test_a_fold_forgets_the_history_after_its_cutoff():
    fine, history, _ = fine_and_long()
    head = head_of(replace(fine, history=history), 60 * 24)
    cutoff = fine.series.timeline.utc[60 * 24]
    assert head.history is not None
    assert head.history.timeline.stop <= cutoff
    assert head.history.timeline.periods > 365


def test_a_level_that_moved_last_month_is_told_beside_a_history():
    days = 365 - SEEN
    hours = np.arange((days + SEEN) * 24)
    noise = np.random.default_rng(2).normal(0, 0.02, hours.size)
    moved = hours >= hours.size - 30 * 24
    values = np.exp(5 + 0.4 * np.sin(2 * np.pi * hours / 24) + 0.5 * moved + noise)
    begin = START - np.timedelta64(days * 24, "h")
    history = Series(Timeline(begin, days + SEEN, STEPS["1d"], "UTC"), values.reshape(-1, 24).sum(axis=1))
    fine = replace(cleaned(line(SEEN), values[days * 24 :]), history=history)
    facts = changepoint_facts(project(fine, spec(), 14 * 24, 1).model)
    (shift,) = (fact for fact in facts if fact.kind == "level")
    assert shift.size.value == pytest.approx(np.expm1(0.5), abs=0.15)
    assert (
        abs((shift.at - (START + np.timedelta64(SEEN - 30, "D"))).astype("timedelta64[D]").astype(int)) <= 7
    )
