"""Known trends, seasons, breaks and events are found again, within tolerances stated beforehand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cloudtune.data.series import Variable
from cloudtune.engine.forecast import forecast
from tests.engine import worlds

SALE = """\
events:
  - name: sale
    occurrences:
      - {start: 2025-02-11, duration: 48h}
      - {start: 2025-04-08, duration: 24h}
      - {start: 2025-05-20, duration: 48h}
"""
DROP = """\
events:
  - name: drop
    shape: launch
    occurrences:
      - {start: 2025-02-12T17:00, duration: 3h}
      - {start: 2025-04-09T19:00, duration: 3h}
      - {start: 2025-05-22T18:00, duration: 3h}
"""
DAYS = 130  # to 16 May


def outcome_of(values, more="", step="1h", granularities="{step: 1h, horizon: 14d}"):
    timeline = worlds.line(DAYS, step)
    return forecast(worlds.cleaned(timeline, values), worlds.spec(step, granularities, more=more), seed=1)


def during(timeline, *windows):
    """True inside [start, hours) windows."""
    found = np.zeros(timeline.periods, dtype=bool)
    for start, length in windows:
        since = (timeline.utc - np.datetime64(start)).astype("int64") / 3600
        found |= (since >= 0) & (since < length)
    return found


def test_a_clean_rhythm_is_carried_on_within_one_percent():
    values = worlds.demand(worlds.line(DAYS), noise=0.0)
    found = outcome_of(values).forecasts["1h"].median
    truth = worlds.demand(worlds.line(DAYS + 14), noise=0.0)[-len(found) :]
    assert np.abs(found - truth).sum() / truth.sum() < 0.01


def test_growth_is_told_with_an_interval_that_holds_it():
    values = worlds.demand(worlds.line(DAYS), noise=0.02, growth=0.5)
    growth = outcome_of(values, "trend: {growth: linear, slope_breaks: []}").trend.growth_a_year
    assert growth.low <= np.exp(0.5) - 1 <= growth.high


def test_a_sale_lifts_as_it_did():
    timeline = worlds.line(DAYS)
    sale = during(timeline, ("2025-02-11", 48), ("2025-04-08", 24))
    values = worlds.demand(timeline) * np.where(sale, 1.8, 1.0)
    (event,) = outcome_of(values, SALE).events
    assert event.name == "sale"
    assert event.learned_from == "2 occurrences"
    assert abs(event.lift.value / 1.8 - 1) < 0.08
    assert event.lift.low <= 1.8 <= event.lift.high


def test_a_drop_peaks_in_its_first_minutes_on_its_own_clock():
    timeline = worlds.line(DAYS, "10min")
    hours = worlds.hours_of(timeline)
    values = worlds.demand(timeline)
    for start in ("2025-02-12T17:00", "2025-04-09T19:00"):
        since = hours - (np.datetime64(start) - worlds.START).astype("int64") / 3600
        fading = 1 + 4 * np.exp(-np.maximum(since, 0) / 0.7)
        values = values * np.where((since >= 0) & (since < 3), fading, 1.0)
    (event,) = outcome_of(values, DROP, "10min", "{step: 10min, horizon: 14d}").events
    assert event.peak.at == np.datetime64("2025-05-22T18:00")
    truth = worlds.demand(worlds.line(DAYS + 14, "10min"), noise=0.0)
    at = int((event.peak.at - worlds.START).astype("timedelta64[m]").astype(int) // 10)
    assert abs(event.peak.height.value / (5 * truth[at]) - 1) < 0.15


def test_a_regressor_says_what_it_does():
    timeline = worlds.line(DAYS, "1d")
    horizon = 14
    spend = np.random.default_rng(5).uniform(0, 1, DAYS + horizon)
    values = worlds.demand(timeline, noise=0.01) * np.exp(0.5 * spend[:DAYS])
    variable = Variable("ad_spend", spend, "level", is_daily=True)
    data = replace(worlds.cleaned(timeline, values), variables=(variable,))
    found = forecast(data, worlds.spec("1d", f"{{step: 1d, horizon: {horizon}d}}"), seed=1)
    says = {fact.name: fact.says for fact in found.ingredients}
    assert says["regressor:ad_spend"].startswith("moves the forecast between 0.")


def test_a_declared_level_shift_is_measured():
    timeline = worlds.line(DAYS)
    after = during(timeline, ("2025-04-01", 24 * 365))
    values = worlds.demand(timeline) * np.where(after, 0.7, 1.0)
    more = "trend: {slope_breaks: [], level_shifts: [{at: 2025-04-01, reason: bot filter}]}"
    (shift,) = [b for b in outcome_of(values, more).trend.breaks if b.kind == "level"]
    assert shift.declared
    assert shift.reason == "bot filter"
    assert abs(shift.size.value - -0.3) < 0.04


def test_the_80_percent_band_covers_about_80_percent():
    inside = []
    for seed in range(6):
        future = worlds.demand(worlds.line(DAYS + 14), noise=0.1, seed=seed)
        found = outcome_of(future[: DAYS * 24]).forecasts["1h"]
        truth = future[-len(found.median) :]
        inside.append(((truth >= found.quantiles[0.1]) & (truth <= found.quantiles[0.9])).mean())
    assert 0.7 <= float(np.mean(inside)) <= 0.9


MATCHES = """\
events:
  - name: match
    occurrences:
      - {start: 2025-02-05T18:00, duration: 2h, with: {stage: group}}
      - {start: 2025-02-19T18:00, duration: 2h, with: {stage: final}}
      - {start: 2025-03-05T18:00, duration: 2h, with: {stage: group}}
      - {start: 2025-03-19T18:00, duration: 2h, with: {stage: final}}
      - {start: 2025-04-09T18:00, duration: 2h, with: {stage: group}}
      - {start: 2025-04-23T18:00, duration: 2h, with: {stage: final}}
      - {start: 2025-05-21T18:00, duration: 2h, with: {stage: group}}
      - {start: 2025-05-28T18:00, duration: 2h, with: {stage: final}}
"""


def test_attributes_tell_a_final_from_a_group_match():
    timeline = worlds.line(DAYS)
    group = during(timeline, *((f"2025-{day}T18:00", 2) for day in ("02-05", "03-05", "04-09")))
    final = during(timeline, *((f"2025-{day}T18:00", 2) for day in ("02-19", "03-19", "04-23")))
    values = worlds.demand(timeline, noise=0.02) * np.where(group, 1.3, np.where(final, 2.5, 1.0))
    told, untold = (
        [event.lift.value for event in outcome_of(values, more).events]
        for more in (MATCHES, MATCHES.replace("stage: final", "stage: group"))
    )
    assert told[1] > 1.5 * told[0]
    assert untold[1] < 1.1 * untold[0]
